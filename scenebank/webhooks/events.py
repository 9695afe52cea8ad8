"""Events, written with the change they tell of, and the work of their deliveries."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, update

from scenebank.clock import Clock, milliseconds
from scenebank.engine.queue import Link, WorkQueue
from scenebank.merchants.model import Mode
from scenebank.store.tables import webhook_deliveries
from scenebank.webhooks import store
from scenebank.webhooks.model import DISABLED_EVENT, DeliveryStatus, DisabledReason, Event

DELIVER = Link("webhooks.deliver", "webhook")
_DELIVERY = insert(webhook_deliveries)
_BASE_62 = string.ascii_letters + string.digits


class EventLog:
    """Writes inside the caller's transaction."""

    def __init__(self, queue: WorkQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    def record(
        self, connection: Connection, merchant_id: str, mode: Mode, event_type: str, data: Mapping[str, Any]
    ) -> None:
        """For every endpoint that wants it."""
        event = self.write(connection, merchant_id, mode, event_type, data)
        for row in store.endpoint_rows(connection, merchant_id, mode):
            if row["enabled"] and store.endpoint_of(row).wants(event_type):
                self.send(connection, event.id, row["id"])

    def write(
        self, connection: Connection, merchant_id: str, mode: Mode, event_type: str, data: Mapping[str, Any]
    ) -> Event:
        """Into the feed only."""
        return store.add_event(connection, {
            "id": "msg_" + "".join(secrets.choice(_BASE_62) for _ in range(22)),
            "merchant_id": merchant_id, "mode": mode.value, "type": event_type, "created_at": self.now_ms(),
            "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        })  # fmt: skip

    def send(self, connection: Connection, event_id: str, endpoint_id: str) -> None:
        """The first delivery of an event to an endpoint."""
        connection.execute(_DELIVERY, {
            "event_id": event_id, "endpoint_id": endpoint_id, "status": DeliveryStatus.PENDING.value, "attempts": 0,
            "turn": 0, "next_at": self.now_ms(),
        })  # fmt: skip
        self.enqueue(connection, event_id, endpoint_id, 0, 0)

    def enqueue(
        self, connection: Connection, event_id: str, endpoint_id: str, turn: int, tries: int, delay_s: float = 0
    ) -> None:
        """The next try, after ``tries`` of this ``turn`` (0, and one more with every replay)."""
        # A work's id and arguments of the first turn stay as they were before there were turns.
        again = () if turn == 0 else (str(turn),)
        work_id = ":".join(("hook", event_id, endpoint_id, str(tries), *again))
        arguments = (event_id, endpoint_id, str(tries), *again)
        self._queue.enqueue(connection, DELIVER, work_id, *arguments, delay_s=delay_s)

    def disable(
        self, connection: Connection, merchant_id: str, mode: Mode, endpoint_id: str, reason: DisabledReason
    ) -> None:
        """An enabled endpoint, whose row the caller holds; the merchant learns of it from the feed."""
        values = {"enabled": False, "disabled_reason": reason.value}
        store.change_endpoint(connection, endpoint_id, values)
        data = {"endpoint": endpoint_id, "reason": reason.value}
        self.record(connection, merchant_id, mode, DISABLED_EVENT, data)

    def replay(self, connection: Connection, event_id: str, endpoint_id: str) -> None:
        """Once more from the first try on, whatever became of it; also what was never sent there."""
        table = webhook_deliveries
        changed = connection.execute(
            update(table)
            .where(store.of_delivery(event_id, endpoint_id))
            .values(
                status=DeliveryStatus.PENDING.value, attempts=0, turn=table.c.turn + 1, next_at=self.now_ms(),
                finished_at=None,
            )
            .returning(table.c.turn)
        ).scalar_one_or_none()  # fmt: skip
        if changed is None:
            self.send(connection, event_id, endpoint_id)
        else:
            self.enqueue(connection, event_id, endpoint_id, changed, 0)

    def now_ms(self) -> int:
        return milliseconds(self._clock.now())
