"""Delivering one event to one endpoint: ten tries over three days, then it is dead and the merchant sees it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, update

from scenebank.clock import Clock, moment_of, rfc3339
from scenebank.engine.queue import WorkQueue
from scenebank.keys.seal import unseal
from scenebank.merchants.model import Mode
from scenebank.store.database import Database
from scenebank.store.tables import webhook_deliveries
from scenebank.webhooks import store
from scenebank.webhooks.delivery import Outcome, Sender
from scenebank.webhooks.events import DELIVER, EventLog
from scenebank.webhooks.model import (
    FAILING_MS,
    WAITS,
    Attempt,
    DeliveryStatus,
    DisabledReason,
    failing_since,
    retry_after_s,
)
from scenebank.webhooks.signing import sign


@dataclass(frozen=True)
class _Message:
    """``tries`` were made before in this ``turn``; ``keys`` sign."""

    endpoint: RowMapping
    event: RowMapping
    turn: int
    tries: int
    keys: tuple[str, ...]


class WebhookLinks:
    """Runs in the worker; ``counted`` hears the reason of each outcome, a word of a closed set."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, seal: bytes, sender: Sender,
        counted: Callable[[str], object],
    ) -> None:  # fmt: skip
        self._database = database
        self._log = EventLog(queue, clock)
        self._clock = clock
        self._seal = seal
        self._sender = sender
        self._counted = counted

    def registered(self) -> Mapping[str, Callable[..., None]]:
        return {DELIVER.name: self.deliver}

    def deliver(self, event_id: str, endpoint_id: str, tries: str, turn: str = "0") -> None:
        """One try. Shops may get an event more than once, always with the same ``webhook-id``."""
        with self._database.begin() as connection:
            message = self._due(connection, event_id, endpoint_id, int(turn), int(tries))
        if message is not None:
            began_ms = self._log.now_ms()
            outcome = self._post(message)
            self._counted(outcome.reason)
            with self._database.begin() as connection:
                self._settle(connection, message, outcome, began_ms)

    def _due(self, connection: Connection, event_id: str, endpoint_id: str, turn: int, tries: int) -> _Message | None:
        """None for a try that was made, overtaken by a replay, or whose endpoint is disabled."""
        row = store.delivery_row(connection, event_id, endpoint_id)
        due = (DeliveryStatus.PENDING.value, turn, tries)
        if row is None or (row["status"], row["turn"], row["attempts"]) != due:
            return None
        endpoint, event = store.delivered_to(connection, event_id, endpoint_id)
        if not endpoint["enabled"]:
            message = _Message(endpoint, event, turn, tries, ())
            self._close(connection, message, DeliveryStatus.STOPPED, {"last_reason": "endpoint_disabled"})
            return None
        return _Message(endpoint, event, turn, tries, self._keys(connection, endpoint))

    def _keys(self, connection: Connection, endpoint: RowMapping) -> tuple[str, ...]:
        """All that sign now: the newest first, those of ``v1`` before those of ``v1a``."""
        rows = [endpoint, *store.old_secret_rows(connection, endpoint["id"], self._log.now_ms())]
        sealed = [row["secret_sealed"] for row in rows]
        if endpoint["signing_key_sealed"]:
            sealed += [row["signing_key_sealed"] for row in rows if row["signing_key_sealed"]]
        return tuple(unseal(self._seal, one) for one in sealed)

    def _post(self, message: _Message) -> Outcome:
        body = event_body(message.event)
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "Scenebank-Webhooks/1",
            "webhook-id": message.event["id"],
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(message.keys, message.event["id"], timestamp, body),
        }
        is_live = message.endpoint["mode"] == Mode.LIVE.value
        return self._sender.post(message.endpoint["url"], body, headers, is_live)

    def _settle(self, connection: Connection, message: _Message, outcome: Outcome, began_ms: int) -> None:
        merchant_id, mode = message.endpoint["merchant_id"], Mode(message.endpoint["mode"])
        endpoint = store.locked_endpoint(connection, message.endpoint["id"])
        event_id = message.event["id"]
        attempt = Attempt(began_ms, outcome.code, outcome.reason, outcome.duration_ms, outcome.answer)
        store.add_attempt(connection, event_id, endpoint["id"], attempt)
        reason = self._judge(connection, endpoint, outcome)
        tries = message.tries + 1
        told = {"attempts": tries, "last_code": outcome.code, "last_reason": outcome.reason}
        if outcome.delivered:
            self._close(connection, message, DeliveryStatus.DELIVERED, told)
        elif reason is not None:
            self._close(connection, message, DeliveryStatus.STOPPED, told)
            if endpoint["enabled"]:
                self._log.disable(connection, merchant_id, mode, endpoint["id"], reason)
        elif tries > len(WAITS):
            self._close(connection, message, DeliveryStatus.DEAD, told)
        else:
            self._again(connection, message, outcome, told)

    def _judge(self, connection: Connection, endpoint: RowMapping, outcome: Outcome) -> DisabledReason | None:
        """Count what the outcome says of the endpoint itself; why it is to be disabled, if it is."""
        if outcome.delivered:
            if endpoint["failing_since"] is not None:
                store.change_endpoint(connection, endpoint["id"], {"failing_since": None, "failed_at": None})
            return None
        now_ms = self._log.now_ms()
        since = failing_since(endpoint["failing_since"], endpoint["failed_at"], now_ms)
        store.change_endpoint(connection, endpoint["id"], {"failing_since": since, "failed_at": now_ms})
        if outcome.code == 410:
            return DisabledReason.GONE
        return DisabledReason.FAILING if now_ms - since >= FAILING_MS else None

    def _again(self, connection: Connection, message: _Message, outcome: Outcome, told: Mapping[str, Any]) -> None:
        wait_s = WAITS[message.tries] * random.uniform(0.8, 1.2)  # noqa: S311
        delay_s = max(retry_after_s(outcome.retry_after, self._clock.now()), wait_s)
        next_at = self._log.now_ms() + int(delay_s * 1000)
        if self._change(connection, message, dict(told) | {"next_at": next_at}):
            event_id, endpoint_id = message.event["id"], message.endpoint["id"]
            self._log.enqueue(connection, event_id, endpoint_id, message.turn, message.tries + 1, delay_s)

    def _close(
        self, connection: Connection, message: _Message, status: DeliveryStatus, told: Mapping[str, Any]
    ) -> None:
        finished = {"status": status.value, "next_at": None, "finished_at": self._log.now_ms()}
        self._change(connection, message, dict(told) | finished)

    def _change(self, connection: Connection, message: _Message, values: Mapping[str, Any]) -> bool:
        """False where a replay, or the same work run twice, was quicker."""
        table = webhook_deliveries
        same = store.of_delivery(message.event["id"], message.endpoint["id"])
        still = (table.c.status == DeliveryStatus.PENDING.value) & (table.c.turn == message.turn)
        changed = connection.execute(
            update(table).where(same & still & (table.c.attempts == message.tries)).values(**values)
        )
        return changed.rowcount == 1


def event_body(event: RowMapping) -> bytes:
    """The same bytes at every try: ``{id, type, created_at, data}``."""
    created = rfc3339(moment_of(event["created_at"]))
    document: dict[str, Any] = {"id": event["id"], "type": event["type"], "created_at": created}
    document["data"] = json.loads(event["data"])
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
