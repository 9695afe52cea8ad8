"""Documents that several routes answer with: money as minor units in a string, times as RFC 3339."""

from __future__ import annotations

from typing import Any

from scenebank.applications.model import Application, OperationState, OperationView, Status
from scenebank.banks.port import Operation
from scenebank.clock import rfc3339
from scenebank.fields import Digits, Instant, ListOf, Object, OneOf, OrNull, Text, Whole, answer, maybe, needed
from scenebank.money.fields import MONEY_ANSWER, RATE_ANSWER, ROW_ANSWER

TIME = Instant(about="UTC")
LIMIT = maybe(Whole(1, 100, "limit", {"most": "100"}, 20, "how many at most"), 20)
PAGE = Object({"after": maybe(Digits(about="`next` of the page before")), "limit": LIMIT})
_STATUS = OneOf(Status, about="the same word in the widget, the page's events, webhooks and here")
APPLICATION = answer(
    "Application", "One shopper's request to one bank; nothing personal.",
    id=Text(sample="app_5cb0d7e2"), order=Text(sample="ord_0007"), status=_STATUS,
    sequence=Whole(about="rises with every change", sample=4),
    bank=answer("", id=Text(sample="harbour"), name=Text(sample="Harbour Bank")),
    product=Text(sample="harbour-one"), offer=OrNull(Text(sample="off_1f0c", about="what was shown, as it is kept")),
    term=Whole(1, about="months", sample=12),
    amount=MONEY_ANSWER, financed=MONEY_ANSWER, approved=MONEY_ANSWER, fulfilled=MONEY_ANSWER, cancelled=MONEY_ANSWER,
    refunded=MONEY_ANSWER, annual_rate=OrNull(RATE_ANSWER), schedule=ListOf(ROW_ANSWER), reasons=ListOf(Text()),
    created_at=TIME, updated_at=TIME,
)  # fmt: skip
_OPERATION = answer(
    "Operation", "Something done to an application after it was sent.",
    id=Text(sample="op_1f0c"), operation=OneOf(Operation), amount=OrNull(MONEY_ANSWER), status=OneOf(OperationState),
    reason=OrNull(Text(sample="")),
)  # fmt: skip
WHOLE_APPLICATION = Object(
    {**APPLICATION.fields, "operations": needed(ListOf(_OPERATION))}, name="ApplicationWithOperations"
)


def application_json(application: Application, bank_name: str) -> dict[str, Any]:
    """One application for the shop's back office; nothing personal."""
    ledger = application.ledger
    return {
        "id": application.id,
        "order": application.order_id,
        "status": application.status.value,
        "sequence": application.sequence,
        "bank": {"id": application.bank_id, "name": bank_name},
        "product": application.product_id,
        "offer": application.offer_id,
        "term": application.term,
        "amount": application.amount.json(),
        "financed": ledger.financed.json(),
        **ledger.json(),
        "annual_rate": application.annual_rate,
        "schedule": [row.json() for row in application.schedule.rows],
        "reasons": list(application.reasons),
        "created_at": rfc3339(application.created_at),
        "updated_at": rfc3339(application.updated_at),
    }


def operation_json(one: OperationView) -> dict[str, Any]:
    return {
        "id": one.id,
        "operation": one.operation.value,
        "amount": one.amount.json() if one.amount else None,
        "status": one.state.value,
        "reason": one.reason,
    }
