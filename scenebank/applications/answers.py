"""What a bank's answer does to an application, in one transaction with the event and the next work."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.agreement import agreed_values
from scenebank.applications.model import FINAL, CounterOffer, NextStep, Status, may_move
from scenebank.applications.rows import counter_offer_json, dump
from scenebank.applications.work import POLL, ApplicationWork, poll_s
from scenebank.banks.port import Answer, Stage
from scenebank.clock import milliseconds
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.webhooks.service import WebhookService

_log = logging.getLogger(__name__)
_STATUS: Mapping[Stage, tuple[Status, NextStep | None]] = {
    Stage.RECEIVED: (Status.SUBMITTED, None),
    Stage.REVIEW: (Status.IN_REVIEW, None),
    Stage.DOCUMENTS: (Status.ACTION_REQUIRED, NextStep.DOCUMENTS),
    Stage.CONTACT: (Status.ACTION_REQUIRED, NextStep.CONTACT),
    Stage.SIGN: (Status.ACTION_REQUIRED, NextStep.REDIRECT),
    Stage.COUNTER_OFFER: (Status.OFFERED, None),
    Stage.SIGNED: (Status.ACCEPTED, None),
    Stage.FULFILLING: (Status.FULFILLING, None),
    Stage.ACTIVE: (Status.ACTIVE, None),
    Stage.CLOSED: (Status.CLOSED, None),
    Stage.REJECTED: (Status.REJECTED, None),
    Stage.WITHDRAWN: (Status.WITHDRAWN, None),
    Stage.EXPIRED: (Status.EXPIRED, None),
    Stage.UNRECOGNISED: (Status.IN_REVIEW, None),
}
_FINANCED = frozenset({Status.ACCEPTED, Status.FULFILLING, Status.ACTIVE, Status.CLOSED})
_VISIBLE = (
    "next_step", "documents", "reasons", "counter_offer",
    "approved_minor", "fulfilled_minor", "cancelled_minor", "refunded_minor",
)  # fmt: skip


class AnswerRecorder:
    """Moves applications, tells their shops, and asks for the next work."""

    def __init__(self, webhooks: WebhookService, work: ApplicationWork) -> None:
        self._webhooks = webhooks
        self._work = work

    def record(self, connection: Connection, row: RowMapping, answer: Answer, cause: str, now: datetime) -> RowMapping:
        """Take the bank's word, unless a later one is known already; the row as it is then."""
        if answer.sequence < row["bank_sequence"]:
            return row
        found = self._status(row, answer)
        if found is None:
            return row
        then, next_step = found
        values = _values(answer, next_step)
        if then.value == row["status"] and all(row[name] == values[name] for name in _VISIBLE):
            return self._same(connection, row, values, now)
        if row["status"] == Status.OFFERED.value and row["counter_offer"] and then not in FINAL | {Status.OFFERED}:
            values |= agreed_values(connection, row)
        changed = self.move(connection, row, then, cause, now, values)
        if then in _FINANCED or Status(row["status"]) in _FINANCED:
            self._work.fetch_schedule(connection, changed, str(answer.sequence))
        return changed

    def move(
        self, connection: Connection, row: RowMapping, then: Status, cause: str, now: datetime,
        values: Mapping[str, Any],
    ) -> RowMapping:  # fmt: skip
        """Write the change and the shop's event; start the poll once the bank knows the application."""
        changed = store.change(connection, row, milliseconds(now), cause, then, values)
        self.tell(connection, changed)
        if changed["bank_ref"] and not row["bank_ref"]:
            self._work.ask(connection, changed, POLL, 1, poll_s(then, 1))
        return changed

    def tell(self, connection: Connection, row: RowMapping) -> None:
        """The shop's event ``application.<status>``."""
        mode, event = Mode(row["mode"]), f"application.{row['status']}"
        self._webhooks.record(connection, row["merchant_id"], mode, event, event_data(row))

    def _status(self, row: RowMapping, answer: Answer) -> tuple[Status, NextStep | None] | None:
        """Where the answer takes the application; None where that would be back."""
        now, (then, next_step) = Status(row["status"]), _STATUS[answer.stage]
        if answer.stage is Stage.UNRECOGNISED:
            _log.error("bank %s: unknown word %r on %s", row["bank_id"], answer.raw_status, row["id"])
        if then is now or may_move(now, then):
            return then, next_step
        if answer.stage is Stage.UNRECOGNISED:  # never a success, and no way back either
            return now, NextStep(row["next_step"]) if row["next_step"] else None
        _log.error("bank %s: %s would go back from %s to %s", row["bank_id"], row["id"], now.value, then.value)
        return None

    def _same(self, connection: Connection, row: RowMapping, values: Mapping[str, Any], now: datetime) -> RowMapping:
        """Nothing a person would see changed; what only we keep may have."""
        kept = ("bank_sequence", "bank_status", "redirect_url", "unreachable_since", "bank_ref")
        if all(row[name] == values[name] for name in kept):
            return row
        return store.change(connection, row, milliseconds(now), "bank", Status(row["status"]), values)


def event_data(row: RowMapping) -> dict[str, Any]:
    """What a shop is told: no personal data."""
    currency = row["currency"]

    def money(name: str) -> dict[str, str]:
        return Money(row[f"{name}_minor"], currency).json()

    return {
        "application": row["id"],
        "order": row["order_id"],
        "status": row["status"],
        "sequence": row["sequence"],
        "amount": money("amount"),
        "approved": money("approved"),
        "fulfilled": money("fulfilled"),
        "cancelled": money("cancelled"),
        "refunded": money("refunded"),
    }


def _values(answer: Answer, next_step: NextStep | None) -> dict[str, Any]:
    other = answer.counter_offer
    offer = CounterOffer(other.offer_id, other.amount, other.term) if other else None
    return {
        "bank_ref": answer.bank_ref,
        "bank_status": answer.raw_status[:64],
        "bank_sequence": answer.sequence,
        "next_step": next_step.value if next_step else None,
        "redirect_url": answer.redirect_url,
        "documents": dump(list(answer.documents)),
        "reasons": dump(list(answer.reasons)),
        "counter_offer": counter_offer_json(offer),
        "approved_minor": answer.ledger.approved.minor,
        "fulfilled_minor": answer.ledger.fulfilled.minor,
        "cancelled_minor": answer.ledger.cancelled.minor,
        "refunded_minor": answer.ledger.refunded.minor,
        "unreachable_since": None,
    }
