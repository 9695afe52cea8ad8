"""Pages that asked and were not registered: noted in memory with the request, written after its answer, so that a
merchant sees them and adds its own with one call. What strangers ask costs at most a write a second."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from scenebank.clock import Clock, milliseconds
from scenebank.errors import InvalidInput
from scenebank.merchants.model import Door, Mode
from scenebank.merchants.origins import check_origin
from scenebank.merchants.store import of_merchant, origins_of
from scenebank.store.database import Database
from scenebank.store.tables import refused_origins

MOST = 50
_EVERY_MS = 1000
_Tenant = tuple[str, Mode]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RefusedOrigin:
    """``count`` is how often it was seen since it was first; times are ms."""

    origin: str
    count: int
    first_seen_at: int
    last_seen_at: int


class RefusedOrigins:
    """At most 50 for a merchant and mode: the newest are kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._waiting: dict[_Tenant, Counter[str]] = {}
        self._written: dict[_Tenant, int] = {}

    def note(self, door: Door, origin: str) -> None:
        """What no browser writes as an origin, or could not be registered, is not noted."""
        try:
            check_origin(origin, door.mode)
        except InvalidInput:
            return
        with self._lock:
            seen = self._waiting.setdefault((door.merchant.id, door.mode), Counter())
            if origin in seen or len(seen) < MOST:
                seen[origin] += 1

    def write(self) -> None:
        """Called when the answer has left."""
        if not self._waiting:
            return
        now = self._now()
        with self._lock:
            due = [one for one in self._waiting if now - self._written.get(one, 0) >= _EVERY_MS]
            taken = {one: self._waiting.pop(one) for one in due}
            self._written |= dict.fromkeys(due, now)
        try:
            for (merchant_id, mode), seen in taken.items():
                with self._database.begin() as connection:
                    self._keep(connection, merchant_id, mode, seen, now)
        except SQLAlchemyError as error:
            _log.warning("refused origins were not written: %s", type(error).__name__)

    def seen(self, merchant_id: str, mode: Mode) -> list[RefusedOrigin]:
        """The newest first."""
        table = refused_origins
        query = select(table).where(of_merchant(table, merchant_id, mode))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.last_seen_at.desc(), table.c.origin)).mappings().all()
        return [RefusedOrigin(one["origin"], one["count"], one["first_seen_at"], one["last_seen_at"]) for one in rows]

    def _keep(self, connection: Connection, merchant_id: str, mode: Mode, seen: Counter[str], now: int) -> None:
        table, tenant = refused_origins, of_merchant(refused_origins, merchant_id, mode)
        registered = origins_of(connection, merchant_id, mode.value)
        for origin, count in seen.items():
            if origin in registered:
                continue
            again = update(table).where(tenant, table.c.origin == origin)
            if connection.execute(again.values(count=table.c.count + count, last_seen_at=now)).rowcount == 0:
                connection.execute(insert(table).values(
                    merchant_id=merchant_id, mode=mode.value, origin=origin, count=count, first_seen_at=now,
                    last_seen_at=now,
                ))  # fmt: skip
        old = select(table.c.origin).where(tenant).order_by(table.c.last_seen_at.desc(), table.c.origin).offset(MOST)
        too_old = connection.execute(old.limit(1000)).scalars().all()
        if too_old:
            connection.execute(delete(table).where(tenant, table.c.origin.in_(too_old)))

    def _now(self) -> int:
        return milliseconds(self._clock.now())
