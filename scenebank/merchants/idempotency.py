"""The first answer to a merchant's Idempotency-Key, kept for three days and given again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from scenebank.clock import Clock, milliseconds
from scenebank.errors import Conflict, InvalidInput
from scenebank.store.database import Database
from scenebank.store.tables import idempotency

_KEPT_MS = 72 * 3600 * 1000
_TAKEN_OVER_MS = 30 * 1000
_KEY = re.compile(r"[\x21-\x7e]{16,255}")


class KeyRequired(InvalidInput):
    """The request creates or moves money and has no Idempotency-Key."""

    code = "idempotency_key_required"
    status = 400


class KeyReused(InvalidInput):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class StillRunning(Conflict):
    """The first request with this key is not answered yet."""

    code = "idempotency_still_running"


class Asker(Protocol):
    """Who asks."""

    @property
    def scope(self) -> Mapping[str, str]:
        """The columns that keep his keys apart from others'."""


@dataclass(frozen=True)
class KeyedRequest:
    """``route`` names what is asked for and on what; ``fingerprint`` is the hash of the body as it is understood."""

    door: Asker
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class FirstAnswer:
    """What was answered then."""

    status: int
    body: str


class IdempotencyLedger:
    """Keys are parted by who asks (a merchant in one mode, or with a ``table`` of their own others) and by route."""

    def __init__(self, database: Database, clock: Clock, table: Table = idempotency) -> None:
        self._database = database
        self._clock = clock
        self._table = table

    def begin(self, asked: KeyedRequest) -> FirstAnswer | None:
        """None for the first time: then :meth:`keep` or :meth:`forget` has to follow. A request that died half way is
        done again after half a minute; what it does must bear that."""
        now = self._now_ms()
        try:
            with self._database.begin() as connection:
                connection.execute(delete(self._table).where(self._table.c.created_at < now - _KEPT_MS))
                connection.execute(insert(self._table).values(
                    **_columns(asked), fingerprint=asked.fingerprint, status=None, body=None, created_at=now
                ))  # fmt: skip
            return None
        except IntegrityError:
            return self._again(asked, now)

    def _again(self, asked: KeyedRequest, now: int) -> FirstAnswer | None:
        with self._database.begin() as connection:
            row = connection.execute(select(self._table).where(self._same(asked))).mappings().one_or_none()
            if row is None:
                raise StillRunning("ask again")
            if row["fingerprint"] != asked.fingerprint:
                raise KeyReused([], "the Idempotency-Key was used for another request: take a new one")
            if row["status"] is not None:
                return FirstAnswer(row["status"], row["body"])
            taken = connection.execute(
                update(self._table)
                .where(self._same(asked), self._table.c.created_at < now - _TAKEN_OVER_MS)
                .values(created_at=now)
            )
            if taken.rowcount == 0:
                raise StillRunning("the first request with this key is not answered yet: ask again in a second")
            return None

    def keep(self, asked: KeyedRequest, answer: FirstAnswer) -> None:
        with self._database.begin() as connection:
            connection.execute(
                update(self._table).where(self._same(asked)).values(status=answer.status, body=answer.body)
            )

    def forget(self, asked: KeyedRequest) -> None:
        """Nothing was done, so the key is free."""
        with self._database.begin() as connection:
            connection.execute(delete(self._table).where(self._same(asked), self._table.c.status.is_(None)))

    def _same(self, asked: KeyedRequest) -> ColumnElement[bool]:
        return and_(*(self._table.c[name] == value for name, value in _columns(asked).items()))

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def check_key(text: str | None) -> str:
    """:class:`KeyRequired` for none, :class:`InvalidInput` for one that is too short to be unique."""
    if not text:
        raise KeyRequired([], "send an Idempotency-Key of 16 to 255 printable characters, new for each new intent")
    if not _KEY.fullmatch(text):
        raise InvalidInput.one("Idempotency-Key", "idempotency_key_shape")
    return text


def _columns(asked: KeyedRequest) -> dict[str, str]:
    return {**asked.door.scope, "route": asked.route, "key": asked.key}
