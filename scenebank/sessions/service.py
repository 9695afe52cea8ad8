"""From a launch token to a session, once; from a session token to its session; and how sessions end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from scenebank.clock import Clock, milliseconds
from scenebank.errors import NotFound
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door, Mode
from scenebank.merchants.service import MerchantService
from scenebank.sessions.logouts import Logouts
from scenebank.sessions.model import Launch, LaunchRefused, Session, SessionRefused
from scenebank.sessions.offline import read_offline
from scenebank.sessions.requests import SessionRequest
from scenebank.sessions.rows import opaque_launch, request_document, session_of, session_row
from scenebank.sessions.taken_back import refuse_taken_back, take_back
from scenebank.sessions.tokens import RENEW_AFTER_S, SessionTokens, TokenFacts
from scenebank.store.database import Database
from scenebank.store.tables import launch_tokens, launches_used, sessions
from scenebank.webhooks.service import WebhookService

LIFE_S = 60 * 60
_RETRY_S = 30
_OPAQUE = "bis_lt_"


@dataclass(frozen=True)
class CreatedLaunch:
    """Way A's answer; ``launch_token`` is shown once and good for one launch."""

    id: str
    launch_token: str
    expires_at: datetime
    widget_url: str


class SessionService:
    """``ring`` gives the secrets of session tokens; ``public_url`` is the launch tokens' audience."""

    def __init__(
        self, database: Database, clock: Clock, merchants: MerchantService, webhooks: WebhookService,
        ring: Callable[[], Sequence[bytes]],
        public_url: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._merchants = merchants
        self._webhooks = webhooks
        self._tokens = SessionTokens(ring, clock)
        self._logouts = Logouts(database, clock)
        self._public_url = public_url

    def create(self, door: Door, request: SessionRequest) -> CreatedLaunch:
        """Way A: an opaque token for a checked request. Only its hash is kept."""
        token, session_id = _OPAQUE + secrets.token_urlsafe(32), f"ses_{secrets.token_hex(16)}"
        expires = self._clock.now() + timedelta(seconds=request.ttl_s)
        with self._database.begin() as connection:
            connection.execute(insert(launch_tokens).values(
                token_hash=_hash(token), session_id=session_id, merchant_id=door.merchant.id, mode=door.mode.value,
                document=request_document(request), expires_at=milliseconds(expires), created_at=self._now_ms(),
            ))  # fmt: skip
        query = urlencode({"key": door.publishable_key})
        url = f"{self._public_url}/w/{request.widgets[0]}?{query}"
        return CreatedLaunch(session_id, token, expires, url)

    def launch(
        self, door: Door, widget: str, token: str, nonce: str, frame_origin: str | None, catalogue_version: str
    ) -> tuple[Session, str]:
        """Burn the token and open its session; the session and its token.

        ``nonce`` is the frame's own: the same token and nonce within 30 s give the same session again (a lost
        answer), another nonce is ``launch_used``. ``frame_origin`` is who the frame says it stands on."""
        launch, session_id = self._read(token)
        _check_place(launch, door, widget, frame_origin)
        self._logouts.check(launch)
        session = self._open(launch, session_id, widget, nonce, catalogue_version)
        return session, self._tokens.issue(session)

    def load(self, door: Door, widget: str, token: str) -> tuple[Session, str]:
        """The session a token stands for, and the token to go on with (a fresh one after five minutes)."""
        facts = self._tokens.read(token)
        session = self._session(door, widget, facts)
        return session, self._tokens.issue(session) if facts.age_s > RENEW_AFTER_S else token

    def resume(self, door: Door, widget: str, resume_token: str) -> tuple[Session, str]:
        """The session of a frame that was loaded anew, one generation on: the tokens of the frame before are dead,
        and so is ``resume_token``. :class:`SessionRefused` as in :meth:`load`."""
        session = self._session(door, widget, self._tokens.read_resume(resume_token))
        following = replace(session, generation=session.generation + 1)
        this = (sessions.c.id == session.id) & (sessions.c.generation == session.generation)
        with self._database.begin() as connection:
            raised = connection.execute(update(sessions).where(this).values(generation=following.generation))
        if raised.rowcount == 0:
            raise SessionRefused("session_invalid")  # another frame was quicker
        return following, self._tokens.issue(following)

    def resume_token(self, session: Session) -> str:
        """What the page around a frame keeps in memory, for :meth:`resume`."""
        return self._tokens.issue_resume(session)

    def revoke(self, door: Door, session_id: str) -> None:
        """The session ends with its next request, and one that has not begun never does: its launch token is good
        for nothing. :class:`NotFound` for another merchant's or mode's."""
        this = _of(door) & (sessions.c.id == session_id)
        with self._database.begin() as connection:
            waits = take_back(connection, door, session_id, self._now_ms())
            if not waits and connection.execute(select(sessions.c.id).where(this)).one_or_none() is None:
                raise NotFound("no such session")
            self._end(connection, this)

    def log_out(self, door: Door, shopper_ref: str) -> int:
        """End every session of a shopper, and every launch token made for them until now; how many sessions."""
        this = _of(door) & (sessions.c.shopper_ref == shopper_ref)
        with self._database.begin() as connection:
            self._logouts.record(connection, door, shopper_ref)
            return self._end(connection, this)

    def _end(self, connection: Connection, which: ColumnElement[bool]) -> int:
        alive = sessions.c.revoked_at.is_(None)
        return connection.execute(update(sessions).where(which, alive).values(revoked_at=self._now_ms())).rowcount

    def _session(self, door: Door, widget: str, facts: TokenFacts) -> Session:
        with self._database.read() as connection:
            query = select(sessions).where(_of(door), sessions.c.id == facts.session_id)
            row = connection.execute(query).mappings().one_or_none()
        if row is None or row["revoked_at"] is not None or facts.merchant_id != door.merchant.id:
            raise SessionRefused("session_invalid")
        session = session_of(row)
        known = (session.generation, session.widget, session.mode is Mode.LIVE)
        if (facts.generation, facts.widget, facts.live) != known or session.widget != widget:
            raise SessionRefused("session_invalid")
        if session.expires_at <= self._clock.now() or session.origin not in door.origins:
            raise SessionRefused("session_expired")
        return session

    def _read(self, token: str) -> tuple[Launch, str]:
        if not token.startswith(_OPAQUE):
            audience = f"{self._public_url}/v1/launch"
            launch = read_offline(token, audience, self._clock.now(), self._merchants)
            return launch, f"ses_{secrets.token_hex(16)}"
        with self._database.read() as connection:
            row = connection.execute(
                select(launch_tokens).where(launch_tokens.c.token_hash == _hash(token))
            ).mappings().one_or_none()  # fmt: skip
        if row is None:
            raise LaunchRefused("launch_invalid", "unknown token")
        late_ms = self._now_ms() - row["expires_at"]
        if late_ms >= 0:
            raise LaunchRefused("launch_expired", "expired", seconds=str(late_ms // 1000))
        return opaque_launch(row), row["session_id"]

    def _open(self, launch: Launch, session_id: str, widget: str, nonce: str, version: str) -> Session:
        now = self._clock.now()
        session = Session(
            id=session_id, merchant_id=launch.merchant_id, mode=launch.mode, widget=widget, origin=launch.origin,
            shopper_ref=launch.shopper_ref, order_id=launch.order_id, amount=launch.amount, signals=launch.signals,
            return_url=launch.return_url, catalogue_version=version, generation=1,
            expires_at=now + timedelta(seconds=LIFE_S),
        )  # fmt: skip
        try:
            with self._database.begin() as connection:
                if self._used(connection, launch) is None:
                    refuse_taken_back(connection, launch)
                    connection.execute(insert(launches_used).values(
                        issuer=launch.merchant_id, jti=launch.token_id, nonce_hash=_hash(nonce), session_id=session.id,
                        used_at=self._now_ms(),
                    ))  # fmt: skip
                    connection.execute(insert(sessions).values(**session_row(session), created_at=self._now_ms()))
                    return session
        except IntegrityError:  # the same token at the same moment: one of the two won
            pass
        return self._again(launch, nonce)

    def _used(self, connection: Connection, launch: Launch) -> RowMapping | None:
        query = select(launches_used).where(
            launches_used.c.issuer == launch.merchant_id, launches_used.c.jti == launch.token_id
        )
        return connection.execute(query).mappings().one_or_none()

    def _again(self, launch: Launch, nonce: str) -> Session:
        """The same session for a lost answer; else ``launch_used``, and the shop hears of it once a token."""
        with self._database.read() as connection:
            used = self._used(connection, launch)
            if used is None:
                raise LaunchRefused("launch_used", "used", 409)
            fresh = self._now_ms() - used["used_at"] <= _RETRY_S * 1000
            if fresh and secrets.compare_digest(used["nonce_hash"], _hash(nonce)):
                row = connection.execute(select(sessions).where(sessions.c.id == used["session_id"])).mappings().one()
                return session_of(row)
        if used["replayed_at"] is None:
            with self._database.begin() as connection:
                self._tell_replay(connection, launch, used["session_id"])
        raise LaunchRefused("launch_used", "used", 409)

    def _tell_replay(self, connection: Connection, launch: Launch, session_id: str) -> None:
        first = update(launches_used).where(
            launches_used.c.issuer == launch.merchant_id, launches_used.c.jti == launch.token_id,
            launches_used.c.replayed_at.is_(None),
        )  # fmt: skip
        if connection.execute(first.values(replayed_at=self._now_ms())).rowcount:
            facts = {"session": session_id, "origin": launch.origin}
            self._webhooks.record(connection, launch.merchant_id, launch.mode, "launch.replayed", facts)

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def _check_place(launch: Launch, door: Door, widget: str, frame_origin: str | None) -> None:
    """Merchant, mode, widget, market and every origin agree."""
    if launch.merchant_id != door.merchant.id:
        raise LaunchRefused("launch_invalid", "another merchant's token")
    if launch.mode is not door.mode:
        raise LaunchRefused("mode_mismatch", "other mode", token_mode=launch.mode.value, key_mode=door.mode.value)
    if launch.widgets and widget not in launch.widgets:
        raise LaunchRefused("launch_invalid", "another widget's token")
    if launch.amount is not None and launch.amount.currency != market_of(door.merchant.market).currency:
        raise LaunchRefused("launch_invalid", "another market's currency")
    for origin in (launch.origin, frame_origin or launch.origin):
        if origin not in door.origins:
            raise LaunchRefused("origin_not_registered", origin[:100], origin=origin[:100])
    if frame_origin is not None and frame_origin != launch.origin:
        raise LaunchRefused("origin_mismatch", f"token for {launch.origin}, frame on {frame_origin[:100]}")


def _of(door: Door) -> ColumnElement[bool]:
    return (sessions.c.merchant_id == door.merchant.id) & (sessions.c.mode == door.mode.value)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
