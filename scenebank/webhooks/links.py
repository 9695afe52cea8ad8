"""Delivering one event to one endpoint: ten tries over three days, then it is dead and an operator sees it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from scenebank.clock import Clock, rfc3339
from scenebank.engine.queue import WorkQueue
from scenebank.store.database import Database
from scenebank.store.tables import events, webhook_deliveries, webhook_endpoints
from scenebank.webhooks.delivery import Outcome, post
from scenebank.webhooks.service import DELIVER
from scenebank.webhooks.signing import open_secret, sign

# Seconds before the next try, as Standard Webhooks recommends; each with a fifth more or less.
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)


@dataclass(frozen=True)
class _Message:
    endpoint: RowMapping
    event: RowMapping


class WebhookLinks:
    """Runs in the worker."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, seal: bytes, allow_loopback: bool
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._seal = seal
        self._allow_loopback = allow_loopback

    def registered(self) -> Mapping[str, Callable[..., None]]:
        return {DELIVER.name: self.deliver}

    def deliver(self, event_id: str, endpoint_id: str, number: str) -> None:
        """One try. Shops may get an event more than once, always with the same ``webhook-id``."""
        message = self._message(event_id, endpoint_id)
        if message is None:
            return
        outcome = self._post(message)
        with self._database.begin() as connection:
            self._settle(connection, message, outcome, int(number) + 1)

    def _message(self, event_id: str, endpoint_id: str) -> _Message | None:
        with self._database.read() as connection:
            delivery = webhook_deliveries
            pending = connection.execute(
                select(delivery.c.status).where(
                    delivery.c.event_id == event_id, delivery.c.endpoint_id == endpoint_id
                )
            ).scalar_one_or_none()
            endpoint = connection.execute(
                select(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id)
            ).mappings().one_or_none()  # fmt: skip
            event = connection.execute(select(events).where(events.c.id == event_id)).mappings().one_or_none()
        if pending != "pending" or endpoint is None or event is None or not endpoint["enabled"]:
            return None
        return _Message(endpoint, event)

    def _post(self, message: _Message) -> Outcome:
        body = event_body(message.event)
        timestamp = int(self._clock.now().timestamp())
        secret = open_secret(self._seal, message.endpoint["secret_sealed"])
        headers = {
            "content-type": "application/json",
            "webhook-id": message.event["id"],
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(secret, message.event["id"], timestamp, body),
        }
        return post(message.endpoint["url"], body, headers, self._allow_loopback)

    def _settle(self, connection: Connection, message: _Message, outcome: Outcome, tries: int) -> None:
        event_id, endpoint_id = message.event["id"], message.endpoint["id"]
        status = "delivered" if outcome.delivered else "dead" if tries > len(WAITS) else "pending"
        now_ms = int(self._clock.now().timestamp() * 1000)
        table = webhook_deliveries
        connection.execute(
            update(table)
            .where(table.c.event_id == event_id, table.c.endpoint_id == endpoint_id, table.c.status == "pending")
            .values(
                status=status, attempts=tries, last_code=outcome.code, last_reason=outcome.reason,
                finished_at=None if status == "pending" else now_ms,
            )
        )  # fmt: skip
        if outcome.code == 410:
            connection.execute(
                update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id).values(enabled=False)
            )
        elif status == "pending":
            delay_s = max(outcome.retry_after_s, WAITS[tries - 1] * random.uniform(0.8, 1.2))  # noqa: S311
            work_id = f"hook:{event_id}:{endpoint_id}:{tries}"
            self._queue.enqueue(connection, DELIVER, work_id, event_id, endpoint_id, str(tries), delay_s=delay_s)


def event_body(event: RowMapping) -> bytes:
    """The same bytes at every try: ``{id, type, created_at, data}``."""
    created = rfc3339(datetime.fromtimestamp(event["created_at"] / 1000, UTC))
    document: dict[str, Any] = {"id": event["id"], "type": event["type"], "created_at": created}
    document["data"] = json.loads(event["data"])
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
