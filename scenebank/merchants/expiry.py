"""``key.expiring``: a merchant hears of a key's end seven days, a day and an hour before, by delayed links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from scenebank.clock import Clock, milliseconds, moment_of, rfc3339
from scenebank.engine.queue import Link, WorkQueue
from scenebank.merchants.model import Mode
from scenebank.merchants.store import as_key, table_of, works
from scenebank.store.database import Database

EXPIRING = Link("keys.expiring", "system")
_BEFORE_S = {"7d": 7 * 24 * 3600, "1d": 24 * 3600, "1h": 3600}


def plan_warnings(queue: WorkQueue, connection: Connection, key_id: str, now: int, end: int) -> None:
    """One link for each warning whose time has not passed; ``now`` and ``end`` in ms."""
    for before, seconds in _BEFORE_S.items():
        delay_ms = end - seconds * 1000 - now
        if delay_ms >= 0:
            work_id = f"key-expiring:{key_id}:{end}:{before}"
            queue.enqueue(connection, EXPIRING, work_id, key_id, str(end), before, delay_s=delay_ms / 1000)


class ExpiryLinks:
    """Runs in the worker."""

    def __init__(
        self, database: Database, clock: Clock, tell: Callable[[Connection, str, Mode, str, Mapping[str, Any]], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell

    def registered(self) -> Mapping[str, Callable[..., None]]:
        return {EXPIRING.name: self.warn}

    def warn(self, key_id: str, end: str, before: str) -> None:
        """Nothing where the key was ended, or its end moved, meanwhile. Run again after a crash, it may tell twice."""
        table, now = table_of(key_id), milliseconds(self._clock.now())
        query = select(table).where(table.c.id == key_id, table.c.expires_at == int(end), works(table, now))
        with self._database.begin() as connection:
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return
            expires = rfc3339(moment_of(int(end)))
            facts = {"key": key_id, "kind": as_key(row).kind.value, "last4": row["last4"], "expires_at": expires,
                     "before": before}  # fmt: skip
            self._tell(connection, row["merchant_id"], Mode(row["mode"]), "key.expiring", facts)
