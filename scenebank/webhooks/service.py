"""Events for shops: written with the change they tell of, delivered by durable work."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from scenebank.clock import Clock
from scenebank.engine.queue import Link, WorkQueue
from scenebank.errors import NotFound
from scenebank.merchants.model import Mode
from scenebank.store.database import Database
from scenebank.store.tables import events, webhook_deliveries, webhook_endpoints
from scenebank.webhooks.addresses import check_address
from scenebank.webhooks.signing import new_secret, seal_secret

DELIVER = Link("webhooks.deliver", "webhook")


@dataclass(frozen=True)
class Event:
    """One event; ``number`` is its place in the feed."""

    number: int
    id: str
    type: str
    data: Mapping[str, Any]
    created_at_ms: int


@dataclass(frozen=True)
class Endpoint:
    """Where a merchant's events go."""

    id: str
    url: str
    enabled: bool


class WebhookService:
    """``seal`` encrypts endpoints' secrets at rest."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, seal: bytes, allow_loopback: bool = False
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._seal = seal
        self._allow_loopback = allow_loopback

    def add_endpoint(self, merchant_id: str, mode: Mode, url: str) -> tuple[str, str]:
        """Its id and its secret, shown once. :class:`scenebank.errors.InvalidInput` for an address we do not call."""
        endpoint, secret = f"we_{secrets.token_hex(10)}", new_secret()
        values = {
            "id": endpoint,
            "merchant_id": merchant_id,
            "mode": mode.value,
            "url": check_address(url, self._allow_loopback),
            "secret_sealed": seal_secret(self._seal, secret),
            "enabled": True,
            "created_at": self._now_ms(),
        }
        with self._database.begin() as connection:
            connection.execute(insert(webhook_endpoints).values(**values))
        return endpoint, secret

    def endpoints(self, merchant_id: str, mode: Mode) -> list[Endpoint]:
        table = webhook_endpoints
        query = select(table).where(table.c.merchant_id == merchant_id, table.c.mode == mode.value)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.created_at)).mappings().all()
        return [Endpoint(row["id"], row["url"], row["enabled"]) for row in rows]

    def move_endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str, url: str) -> None:
        """The same endpoint at another address, with its secret and with what is still on its way to it.
        :class:`scenebank.errors.NotFound` for another merchant's."""
        self._change_endpoint(merchant_id, mode, endpoint_id, {"url": check_address(url, self._allow_loopback)})

    def disable_endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str) -> None:
        """Nothing more is sent there; :class:`scenebank.errors.NotFound` for another merchant's."""
        self._change_endpoint(merchant_id, mode, endpoint_id, {"enabled": False})

    def _change_endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str, values: Mapping[str, Any]) -> None:
        table = webhook_endpoints
        of_merchant = (table.c.id == endpoint_id) & (table.c.merchant_id == merchant_id) & (table.c.mode == mode.value)
        with self._database.begin() as connection:
            if connection.execute(update(table).where(of_merchant).values(**values)).rowcount == 0:
                raise NotFound("no such endpoint")

    def record(
        self, connection: Connection, merchant_id: str, mode: Mode, event_type: str, data: Mapping[str, Any]
    ) -> None:
        """Write the event and the work of its deliveries, in the caller's transaction."""
        event_id = f"msg_{secrets.token_hex(11)}"
        connection.execute(insert(events).values(
            id=event_id, merchant_id=merchant_id, mode=mode.value, type=event_type, created_at=self._now_ms(),
            data=json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        ))  # fmt: skip
        table = webhook_endpoints
        query = select(table.c.id).where(
            table.c.merchant_id == merchant_id, table.c.mode == mode.value, table.c.enabled.is_(True)
        )
        for endpoint in connection.execute(query).scalars().all():
            connection.execute(insert(webhook_deliveries).values(
                event_id=event_id, endpoint_id=endpoint, status="pending", attempts=0
            ))  # fmt: skip
            self._queue.enqueue(connection, DELIVER, f"hook:{event_id}:{endpoint}:0", event_id, endpoint, "0")

    def feed(self, merchant_id: str, mode: Mode, after: int, limit: int) -> list[Event]:
        """Events in the order they happened, from behind ``after``."""
        query = (
            select(events)
            .where(events.c.merchant_id == merchant_id, events.c.mode == mode.value, events.c.number > after)
            .order_by(events.c.number)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Event(row["number"], row["id"], row["type"], json.loads(row["data"]), row["created_at"]) for row in rows
        ]

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
