"""A merchant's keys: made, rolled, ended, and told of when they leak."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, update

from scenebank.clock import Clock, milliseconds
from scenebank.engine.queue import WorkQueue
from scenebank.errors import Conflict, Forbidden, InvalidInput, NotFound
from scenebank.merchants.expiry import plan_warnings
from scenebank.merchants.keys import new_publishable_key, new_secret_key, secret_kind
from scenebank.merchants.model import Grace, KeyKind, MerchantKey, Mode, Scope, UsedKey
from scenebank.merchants.service import MerchantService
from scenebank.merchants.store import as_key, insert_key, of_merchant, table_of, works
from scenebank.merchants.vault import Vault
from scenebank.store.database import Database
from scenebank.store.tables import launch_secrets, merchant_keys

MOST = 50
_SHOWN = 200
_EXPOSED_EVERY_MS = 3600 * 1000
Tell = Callable[[Connection, str, Mode, str, Mapping[str, Any]], None]


class LastKey(Conflict):
    """The key in use is the last secret key."""

    code = "last_key"


class TooManyKeys(Conflict):
    """The merchant has as many keys as anybody may."""

    code = "too_many_keys"


class KeyEnded(Conflict):
    """The key does not work any more."""

    code = "key_ended"


class ScopeExceeded(Forbidden):
    """A restricted key hands out no more than it has."""

    code = "scope_exceeded"


@dataclass(frozen=True)
class WantedKey:
    """What is asked for. ``scopes`` for a restricted key, ``jwk`` for a public launch key."""

    kind: KeyKind
    name: str | None = None
    scopes: Sequence[Scope] = ()
    jwk: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class NewKey:
    """``text`` is the key itself, shown once; None for a public launch key."""

    key: MerchantKey
    text: str | None


class KeyService:
    """``tell`` records an event in the caller's transaction. ``used`` is the key that asks; None for an operator."""

    def __init__(
        self, database: Database, clock: Clock, pepper: bytes, merchants: MerchantService, queue: WorkQueue, tell: Tell
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = Vault(pepper)
        self._merchants = merchants
        self._queue = queue
        self._tell = tell

    def keys(self, merchant_id: str, mode: Mode) -> list[MerchantKey]:
        """The newest first; those that ended long ago last, and not for ever."""
        found: list[MerchantKey] = []
        with self._database.read() as connection:
            for table in (merchant_keys, launch_secrets):
                query = select(table).where(of_merchant(table, merchant_id, mode))
                newest = query.order_by(works(table, self._now()).desc(), table.c.created_at.desc()).limit(_SHOWN)
                found += [as_key(row) for row in connection.execute(newest).mappings()]
        now = self._now()
        return sorted(found, key=lambda one: (one.status(now) == "ended", -one.created_at, one.id))

    def get(self, merchant_id: str, mode: Mode, key_id: str) -> MerchantKey:
        """:class:`NotFound` for another merchant's or mode's."""
        with self._database.read() as connection:
            return self._row(connection, merchant_id, mode, key_id)

    def create(self, merchant_id: str, mode: Mode, wanted: WantedKey, used: UsedKey | None = None) -> NewKey:
        """:class:`InvalidInput`, :class:`ScopeExceeded`, :class:`TooManyKeys` or, for a public key that is known
        already, :class:`scenebank.merchants.service.KnownLaunchKey`."""
        _check(wanted, used)
        with self._database.read() as connection:
            count = sum(
                connection.execute(
                    select(func.count()).where(of_merchant(table, merchant_id, mode), works(table, self._now()))
                ).scalar_one()
                for table in (merchant_keys, launch_secrets)
            )
        if count >= MOST:
            raise TooManyKeys(f"a merchant has at most {MOST} keys of a mode", most=str(MOST))
        if wanted.kind is KeyKind.LAUNCH:
            return self._register(merchant_id, mode, wanted)
        with self._database.begin() as connection:
            return self._make(connection, merchant_id, mode, wanted)

    def roll(
        self, merchant_id: str, mode: Mode, key_id: str, grace: Grace, used: UsedKey | None = None,
        jwk: Mapping[str, Any] | None = None,
    ) -> tuple[NewKey, MerchantKey]:  # fmt: skip
        """A new key of the same kind, name and scopes that works at once, and the old one, which ends after ``grace``.
        A public launch key is rolled to ``jwk``. :class:`LastKey`: the answer could be lost, and with it the way in."""
        old = self.get(merchant_id, mode, key_id)
        if old.status(self._now()) == "ended":
            raise KeyEnded("the key has ended: make a new one")
        if grace is Grace.NOW:
            self._refuse_last(old, used)
        wanted = WantedKey(old.kind, old.name, old.scopes, jwk)
        _check(wanted, used)
        made = self._register(merchant_id, mode, wanted) if old.kind is KeyKind.LAUNCH else None
        with self._database.begin() as connection:
            made = made or self._make(connection, merchant_id, mode, wanted)
            ended = self._end(connection, merchant_id, mode, old, grace)
        return made, ended

    def revoke(self, merchant_id: str, mode: Mode, key_id: str, used: UsedKey | None = None) -> None:
        """It ends now; again changes nothing. :class:`NotFound`, :class:`LastKey`."""
        key = self.get(merchant_id, mode, key_id)
        self._refuse_last(key, used)
        with self._database.begin() as connection:
            self._revoke(connection, key_id)

    def report(self, text: str) -> None:
        """Whoever holds a secret may say that it leaked: it ends at once, and its merchant hears of it. Says nothing to
        the caller, whatever the text is."""
        kind = secret_kind(text)
        if kind is None:
            return
        table = launch_secrets if kind is KeyKind.LAUNCH_SECRET else merchant_keys
        with self._database.begin() as connection:
            row = connection.execute(
                select(table).where(table.c.value == self._vault.hash(text), works(table, self._now()))
            ).mappings().one_or_none()  # fmt: skip
            if row is not None and self._revoke(connection, row["id"]):
                facts = {"key": row["id"], "kind": kind.value, "last4": row["last4"]}
                self._tell(connection, row["merchant_id"], Mode(row["mode"]), "key.leaked", facts)

    def exposed(self, text: str) -> None:
        """A secret key came from a browser: its merchant hears of it, once an hour. It goes on: ending it would close
        the shop for whatever one page did."""
        if secret_kind(text) not in (KeyKind.SECRET, KeyKind.RESTRICTED):
            return
        table, now = merchant_keys, self._now()
        seen = table.c.exposed_at.is_(None) | (table.c.exposed_at <= now - _EXPOSED_EVERY_MS)
        found = select(table).where(table.c.value == self._vault.hash(text), works(table, now), seen)
        with self._database.read() as connection:
            row = connection.execute(found).mappings().one_or_none()
        if row is None:
            return
        with self._database.begin() as connection:
            first = connection.execute(update(table).where(table.c.id == row["id"], seen).values(exposed_at=now))
            if first.rowcount == 1:
                facts = {"key": row["id"], "kind": row["kind"], "last4": row["last4"]}
                self._tell(connection, row["merchant_id"], Mode(row["mode"]), "key.exposed", facts)

    def _make(self, connection: Connection, merchant_id: str, mode: Mode, wanted: WantedKey) -> NewKey:
        now = self._now()
        public = wanted.kind is KeyKind.PUBLISHABLE
        text = new_publishable_key(mode) if public else new_secret_key(mode, wanted.kind)
        value = text if public else self._vault.hash(text)
        if wanted.kind is KeyKind.LAUNCH_SECRET:
            key_id = f"hs_{secrets.token_hex(10)}"
            connection.execute(insert(launch_secrets).values(
                id=key_id, merchant_id=merchant_id, mode=mode.value, value=value, sealed=self._vault.seal(text),
                last4=text[-4:], name=wanted.name, created_at=now,
            ))  # fmt: skip
        else:
            scopes = json.dumps(sorted(wanted.scopes)) if wanted.scopes else None
            key_id = insert_key(
                connection, merchant_id, mode, wanted.kind, value, text[-4:], now, name=wanted.name, scopes=scopes
            )
        return NewKey(self._row(connection, merchant_id, mode, key_id), text)

    def _register(self, merchant_id: str, mode: Mode, wanted: WantedKey) -> NewKey:
        kid = self._merchants.add_launch_key(merchant_id, mode, wanted.jwk or {}, wanted.name)
        return NewKey(next(one for one in self.keys(merchant_id, mode) if one.kid == kid), None)

    def _end(self, connection: Connection, merchant_id: str, mode: Mode, old: MerchantKey, grace: Grace) -> MerchantKey:
        """The end comes nearer with another roll, never later."""
        table, now = table_of(old.id), self._now()
        end = min(now + grace.seconds * 1000, old.expires_at or now + Grace.WEEK.seconds * 1000)
        connection.execute(update(table).where(table.c.id == old.id, works(table, now)).values(expires_at=end))
        plan_warnings(self._queue, connection, old.id, now, end)
        return self._row(connection, merchant_id, mode, old.id)

    def _revoke(self, connection: Connection, key_id: str) -> bool:
        """Whether it was still to be ended."""
        table = table_of(key_id)
        ended = update(table).where(table.c.id == key_id, table.c.revoked_at.is_(None)).values(revoked_at=self._now())
        return connection.execute(ended).rowcount == 1

    def _refuse_last(self, key: MerchantKey, used: UsedKey | None) -> None:
        if used is None or used.id != key.id or key.kind is not KeyKind.SECRET:
            return
        table = merchant_keys
        others = select(func.count()).where(
            _lasting_secrets(table, key), table.c.id != key.id, works(table, self._now())
        )  # fmt: skip
        with self._database.read() as connection:
            if connection.execute(others).scalar_one() == 0:
                raise LastKey("the last secret key, and the one in use")

    def _row(self, connection: Connection, merchant_id: str, mode: Mode, key_id: str) -> MerchantKey:
        table = table_of(key_id)
        query = select(table).where(of_merchant(table, merchant_id, mode), table.c.id == key_id)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound("no such key")
        return as_key(row)

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _lasting_secrets(table: Table, key: MerchantKey) -> ColumnElement[bool]:
    """The secret keys without an end of the merchant whose key it is."""
    owner = select(table.c.merchant_id).where(table.c.id == key.id).scalar_subquery()
    return (
        (table.c.merchant_id == owner) & (table.c.mode == key.mode.value)
        & (table.c.kind == KeyKind.SECRET.value) & table.c.expires_at.is_(None)
    )  # fmt: skip


def _check(wanted: WantedKey, used: UsedKey | None) -> None:
    if wanted.name is not None and (not 1 <= len(wanted.name.strip()) <= 100 or not wanted.name.isprintable()):
        raise InvalidInput.one("/name", "merchant_name")
    restricted, public = wanted.kind is KeyKind.RESTRICTED, wanted.kind is KeyKind.LAUNCH
    if restricted != bool(wanted.scopes):
        raise InvalidInput.one("/scopes", "scopes" if restricted else "scopes_of_restricted")
    if public != (wanted.jwk is not None):
        raise InvalidInput.one("/jwk", "launch_key_kind" if public else "jwk_of_launch")
    if used is not None and not _may_hand_out(used, wanted):
        raise ScopeExceeded("a restricted key hands out no more than it has")


def _may_hand_out(used: UsedKey, wanted: WantedKey) -> bool:
    if used.kind is KeyKind.SECRET or wanted.kind is KeyKind.PUBLISHABLE:
        return True
    if wanted.kind is KeyKind.RESTRICTED:
        return set(wanted.scopes) <= used.scopes
    return wanted.kind is not KeyKind.SECRET and Scope.SESSIONS_WRITE in used.scopes
