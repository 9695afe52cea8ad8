"""What became of the events of one endpoint, and sending them again."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, exists, select

from scenebank.clock import Clock
from scenebank.engine.queue import WorkQueue
from scenebank.errors import Conflict
from scenebank.merchants.model import Mode
from scenebank.store.cursors import cursor
from scenebank.store.database import Database
from scenebank.store.tables import events, webhook_deliveries
from scenebank.webhooks import store
from scenebank.webhooks.events import EventLog
from scenebank.webhooks.model import TEST_EVENT, Delivery, DeliveryStatus, Endpoint, Event, Window

_MOST_AT_ONCE = 250


class EndpointDisabled(Conflict):
    """Nothing is sent to an endpoint that is disabled."""

    code = "endpoint_disabled"


class WebhookDeliveries:
    """Every lookup stays inside the merchant and the mode."""

    def __init__(self, database: Database, queue: WorkQueue, clock: Clock) -> None:
        self._database = database
        self._log = EventLog(queue, clock)

    def list(
        self, merchant_id: str, mode: Mode, endpoint_id: str, status: DeliveryStatus | None, before: int | None,
        limit: int,
    ) -> list[Delivery]:  # fmt: skip
        """The newest events first, from before the number ``before``."""
        with self._database.read() as connection:
            store.endpoint_row(connection, merchant_id, mode, endpoint_id)
            return store.deliveries(connection, endpoint_id, status, before, limit)

    def replay(self, merchant_id: str, mode: Mode, endpoint_id: str, event_id: str) -> None:
        """The same event under the same id, with a new time and signature; also one that was never sent there."""
        with self._database.begin() as connection:
            self._enabled(connection, merchant_id, mode, endpoint_id)
            self._log.replay(connection, store.event_row(connection, merchant_id, mode, event_id)["id"], endpoint_id)

    def replay_window(self, merchant_id: str, mode: Mode, endpoint_id: str, window: Window) -> tuple[int, int | None]:
        """How many of the window the endpoint wants were sent again, and the number to go on behind when it holds more
        than are sent at once."""
        with self._database.begin() as connection:
            endpoint = self._enabled(connection, merchant_id, mode, endpoint_id)
            query = select(events.c.number, events.c.id).where(
                events.c.merchant_id == merchant_id, events.c.mode == mode.value,
                events.c.number > cursor(window.after), events.c.created_at >= window.from_ms,
                events.c.created_at < window.to_ms, *_wanted(endpoint), *_with_status(endpoint_id, window.status),
            )  # fmt: skip
            found = connection.execute(query.order_by(events.c.number).limit(_MOST_AT_ONCE + 1)).all()
            for _number, event_id in found[:_MOST_AT_ONCE]:
                self._log.replay(connection, event_id, endpoint_id)
        more = len(found) > _MOST_AT_ONCE
        return len(found) - more, found[_MOST_AT_ONCE - 1][0] if more else None

    def send_test(self, merchant_id: str, mode: Mode, endpoint_id: str) -> Event:
        """An event ``webhook.test`` to this endpoint only, whatever it wants else."""
        with self._database.begin() as connection:
            self._enabled(connection, merchant_id, mode, endpoint_id)
            event = self._log.write(connection, merchant_id, mode, TEST_EVENT, {"endpoint": endpoint_id})
            self._log.send(connection, event.id, endpoint_id)
        return event

    def _enabled(self, connection: Connection, merchant_id: str, mode: Mode, endpoint_id: str) -> Endpoint:
        row = store.endpoint_row(connection, merchant_id, mode, endpoint_id, lock=True)
        if not row["enabled"]:
            raise EndpointDisabled
        return store.endpoint_of(row)


def _wanted(endpoint: Endpoint) -> list[ColumnElement[bool]]:
    """A test was for one moment, and often for another endpoint: it is not sent again with a window."""
    return [events.c.type.in_(endpoint.events) if endpoint.events else events.c.type != TEST_EVENT]


def _with_status(endpoint_id: str, status: DeliveryStatus | None) -> list[ColumnElement[bool]]:
    table = webhook_deliveries
    same = (table.c.event_id == events.c.id) & (table.c.endpoint_id == endpoint_id)
    return [] if status is None else [exists().where(same & (table.c.status == status.value))]
