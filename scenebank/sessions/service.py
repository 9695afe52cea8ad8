"""From a launch token to a session, once; and from a session token to its session."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from scenebank.clock import Clock
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door, Mode
from scenebank.merchants.service import MerchantService
from scenebank.money.model import Money
from scenebank.sessions.model import Launch, LaunchRefused, Session, SessionRefused, Signals
from scenebank.sessions.offline import read_offline
from scenebank.sessions.requests import SessionRequest
from scenebank.sessions.tokens import RENEW_AFTER_S, SessionTokens
from scenebank.store.database import Database
from scenebank.store.tables import launch_tokens, launches_used, sessions

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
        self, database: Database, clock: Clock, merchants: MerchantService, ring: Callable[[], Sequence[bytes]],
        public_url: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._merchants = merchants
        self._tokens = SessionTokens(ring, clock)
        self._public_url = public_url

    def create(self, door: Door, request: SessionRequest) -> CreatedLaunch:
        """Way A: an opaque token for a checked request. Only its hash is kept."""
        token, session_id = _OPAQUE + secrets.token_urlsafe(32), f"ses_{secrets.token_hex(16)}"
        expires = self._clock.now() + timedelta(seconds=request.ttl_s)
        with self._database.begin() as connection:
            connection.execute(insert(launch_tokens).values(
                token_hash=_hash(token), session_id=session_id, merchant_id=door.merchant.id, mode=door.mode.value,
                document=json.dumps(_request_json(request)), expires_at=_ms(expires), created_at=self._now_ms(),
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
        if launch.merchant_id != door.merchant.id:
            raise LaunchRefused("launch_invalid", "another merchant's token")
        if launch.mode is not door.mode:
            raise LaunchRefused("mode_mismatch", f"a {launch.mode.value} token on a {door.mode.value} page")
        if launch.widgets and widget not in launch.widgets:
            raise LaunchRefused("launch_invalid", "another widget's token")
        if launch.amount is not None and launch.amount.currency != market_of(door.merchant.market).currency:
            raise LaunchRefused("launch_invalid", "another market's currency")
        for origin in (launch.origin, frame_origin or launch.origin):
            if origin not in door.origins:
                raise LaunchRefused("origin_not_registered", origin[:100], origin=origin[:100])
        if frame_origin is not None and frame_origin != launch.origin:
            raise LaunchRefused("origin_mismatch", f"token for {launch.origin}, frame on {frame_origin[:100]}")
        session = self._open(launch, session_id, widget, nonce, catalogue_version)
        return session, self._tokens.issue(session)

    def load(self, door: Door, widget: str, token: str) -> tuple[Session, str]:
        """The session a token stands for, and the token to go on with (a fresh one after five minutes)."""
        facts = self._tokens.read(token)
        with self._database.read() as connection:
            row = connection.execute(
                select(sessions).where(
                    sessions.c.id == facts.session_id,
                    sessions.c.merchant_id == door.merchant.id,
                    sessions.c.mode == door.mode.value,
                )
            ).mappings().one_or_none()  # fmt: skip
        if row is None or row["revoked_at"] is not None or facts.merchant_id != door.merchant.id:
            raise SessionRefused("session_invalid")
        session = _session(row)
        if (facts.generation, facts.widget) != (session.generation, widget) or session.widget != widget:
            raise SessionRefused("session_invalid")
        if session.expires_at <= self._clock.now() or session.origin not in door.origins:
            raise SessionRefused("session_expired")
        return session, self._tokens.issue(session) if facts.age_s > RENEW_AFTER_S else token

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
        if row["expires_at"] <= self._now_ms():
            raise LaunchRefused("launch_expired", "expired")
        return _opaque_launch(row), row["session_id"]

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
                earlier = self._used(connection, launch)
                if earlier is not None:
                    return self._again(connection, earlier, nonce)
                connection.execute(insert(launches_used).values(
                    issuer=launch.merchant_id, jti=launch.token_id, nonce_hash=_hash(nonce), session_id=session.id,
                    used_at=self._now_ms(),
                ))  # fmt: skip
                connection.execute(insert(sessions).values(**_session_row(session), created_at=self._now_ms()))
        except IntegrityError as error:  # the same token at the same moment: one of the two won
            with self._database.read() as connection:
                winner = self._used(connection, launch)
                if winner is None:
                    raise LaunchRefused("launch_used", "used", 409) from error
                return self._again(connection, winner, nonce)
        return session

    def _used(self, connection: Connection, launch: Launch) -> RowMapping | None:
        query = select(launches_used).where(
            launches_used.c.issuer == launch.merchant_id, launches_used.c.jti == launch.token_id
        )
        return connection.execute(query).mappings().one_or_none()

    def _again(self, connection: Connection, used: RowMapping, nonce: str) -> Session:
        fresh = self._now_ms() - used["used_at"] <= _RETRY_S * 1000
        if not fresh or not secrets.compare_digest(used["nonce_hash"], _hash(nonce)):
            raise LaunchRefused("launch_used", "used", 409)
        row = connection.execute(select(sessions).where(sessions.c.id == used["session_id"])).mappings().one()
        return _session(row)

    def _now_ms(self) -> int:
        return _ms(self._clock.now())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _signals_json(signals: Signals | None) -> dict[str, Any] | None:
    return {"values": dict(signals.values), "version": signals.consent_version} if signals else None


def _signals(document: dict[str, Any] | None) -> Signals | None:
    return Signals(document["values"], document["version"]) if document else None


def _request_json(request: SessionRequest) -> dict[str, Any]:
    return {
        "widgets": list(request.widgets),
        "origin": request.origin,
        "shopper": request.shopper_ref,
        "order": request.order_id,
        "amount": request.amount.json() if request.amount else None,
        "signals": _signals_json(request.signals),
        "return_url": request.return_url,
    }


def _opaque_launch(row: RowMapping) -> Launch:
    document = json.loads(row["document"])
    return Launch(
        token_id=row["token_hash"],
        merchant_id=row["merchant_id"],
        mode=Mode(row["mode"]),
        widgets=tuple(document["widgets"]),
        origin=document["origin"],
        shopper_ref=document["shopper"],
        order_id=document["order"],
        amount=Money.from_json(document["amount"]) if document["amount"] else None,
        signals=_signals(document["signals"]),
        return_url=document["return_url"],
        expires_at=datetime.fromtimestamp(row["expires_at"] / 1000, UTC),
    )


def _session_row(session: Session) -> dict[str, Any]:
    signals, amount = _signals_json(session.signals), session.amount
    return {
        "id": session.id,
        "merchant_id": session.merchant_id,
        "mode": session.mode.value,
        "widget": session.widget,
        "origin": session.origin,
        "shopper_ref": session.shopper_ref,
        "order_id": session.order_id,
        "amount_minor": amount.minor if amount else None,
        "currency": amount.currency if amount else None,
        "signals": json.dumps(signals) if signals else None,
        "return_url": session.return_url,
        "catalogue_version": session.catalogue_version,
        "generation": session.generation,
        "expires_at": _ms(session.expires_at),
    }


def _session(row: RowMapping) -> Session:
    amount = None if row["amount_minor"] is None else Money(row["amount_minor"], row["currency"])
    return Session(
        id=row["id"], merchant_id=row["merchant_id"], mode=Mode(row["mode"]), widget=row["widget"],
        origin=row["origin"], shopper_ref=row["shopper_ref"], order_id=row["order_id"], amount=amount,
        signals=_signals(json.loads(row["signals"])) if row["signals"] else None, return_url=row["return_url"],
        catalogue_version=row["catalogue_version"], generation=row["generation"],
        expires_at=datetime.fromtimestamp(row["expires_at"] / 1000, UTC),
    )  # fmt: skip
