"""When a key was last used: noted in memory with the request, written after its answer, at most once a minute."""

from __future__ import annotations

import logging
from threading import Lock

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from scenebank.clock import Clock, milliseconds
from scenebank.merchants.store import table_of
from scenebank.store.database import Database

_EVERY_MS = 60 * 1000
_MOST = 10_000
_log = logging.getLogger(__name__)


class KeyUses:
    """One for each process; the row itself holds the minute for all of them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._noted: dict[str, int] = {}
        self._waiting: dict[str, int] = {}

    def note(self, key_id: str) -> None:
        now = milliseconds(self._clock.now())
        with self._lock:
            if now - self._noted.get(key_id, -_EVERY_MS) < _EVERY_MS:
                return
            if len(self._noted) >= _MOST:
                self._noted.clear()
            self._noted[key_id] = self._waiting[key_id] = now

    def write(self) -> None:
        """Called when the answer has left; what cannot be written just now is not worth an error."""
        if not self._waiting:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        try:
            for key_id, now in waiting.items():
                self._write(key_id, now)
        except SQLAlchemyError as error:
            _log.warning("the last use of a key was not written: %s", type(error).__name__)

    def _write(self, key_id: str, now: int) -> None:
        table = table_of(key_id)
        due = table.c.last_used_at.is_(None) | (table.c.last_used_at <= now - _EVERY_MS)
        with self._database.begin() as connection:
            connection.execute(update(table).where(table.c.id == key_id, due).values(last_used_at=now))
