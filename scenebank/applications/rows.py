"""Rows of the database as values, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from scenebank.applications.model import (
    Agreed,
    Application,
    Consent,
    CounterOffer,
    Ledger,
    NextStep,
    OperationState,
    OperationView,
    Status,
)
from scenebank.banks.port import Operation
from scenebank.clock import moment_of
from scenebank.exact_json import read_json
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.money.rows import Row, Rows
from scenebank.money.schedule import Schedule
from scenebank.offers.model import Plan

_ROW_FIELDS = ("payment", "principal", "interest", "fee", "balance")


def dump(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def schedule_json(schedule: Schedule) -> dict[str, Any]:
    return {"financed": schedule.financed.json(), "rows": [row.json() for row in schedule.rows]}


def schedule_from_json(document: Mapping[str, Any]) -> Schedule:
    financed = Money.from_json(document["financed"])
    rows = (
        Row(int(row["number"]), *(Money(int(row[name]), financed.currency) for name in _ROW_FIELDS))
        for row in document["rows"]
    )
    return Schedule(financed, Rows(rows))


def offer_json(plan: Plan) -> dict[str, Any]:
    """With what the lender earns beside it, where the shop pays for it."""
    told: dict[str, Any] = {"annual_rate": plan.annual_rate.json(), "total_cost": plan.total_cost.json()}
    if plan.subsidy is not None:
        gross = {"cost": plan.subsidy.gross_cost.json(), "annual_rate": plan.subsidy.gross_rate.json()}
        told["subsidy"] = {"gross": gross, "paid": plan.subsidy.paid.json()}
    return told


def counter_offer_json(offer: CounterOffer | None) -> str | None:
    if offer is None:
        return None
    return dump({"offer_id": offer.offer_id, "amount": offer.amount.json(), "term": offer.term})


def _counter_offer(text: str | None) -> CounterOffer | None:
    if text is None:
        return None
    document = read_json(text)
    return CounterOffer(document["offer_id"], Money.from_json(document["amount"]), document["term"])


def _agreed(document: Mapping[str, Any] | None) -> Agreed | None:
    return None if document is None else Agreed(Money.from_json(document["amount"]), document["term"])


def to_application(row: RowMapping) -> Application:
    currency = row["currency"]
    same = (
        "id", "merchant_id", "session_id", "widget", "shopper_ref", "order_id", "origin", "return_url", "market",
        "locale", "bank_id", "product_id", "product_version", "catalogue_version", "offer_id", "term", "sequence",
        "submission_key", "attempt", "bank_ref", "bank_status",
    )  # fmt: skip
    since, offer = row["unreachable_since"], read_json(row["offer"])
    return Application(
        **{name: row[name] for name in same},
        mode=Mode(row["mode"]),
        amount=Money(row["amount_minor"], currency),
        status=Status(row["status"]),
        next_step=NextStep(row["next_step"]) if row["next_step"] else None,
        documents=tuple(read_json(row["documents"])),
        reasons=tuple(read_json(row["reasons"])),
        counter_offer=_counter_offer(row["counter_offer"]),
        ledger=Ledger(*(Money(row[f"{name}_minor"], currency)
                        for name in ("approved", "fulfilled", "cancelled", "refunded"))),
        schedule=schedule_from_json(read_json(row["schedule"])),
        annual_rate=offer["annual_rate"],
        agreed=_agreed(offer.get("agreed")),
        unreachable_since=None if since is None else moment_of(since),
        withdrawal=row["withdrawing"],
        created_at=moment_of(row["created_at"]),
        updated_at=moment_of(row["updated_at"]),
    )  # fmt: skip


def to_consent(row: RowMapping) -> Consent:
    withdrawn = row["withdrawn_at"]
    return Consent(
        id=row["id"], purpose=row["purpose"], receiver=row["receiver"], text=row["text"],
        text_hash=row["text_hash"], locale=row["locale"], given_at=moment_of(row["given_at"]),
        withdrawn_at=None if withdrawn is None else moment_of(withdrawn),
    )  # fmt: skip


def to_operation(row: RowMapping, currency: str) -> OperationView:
    sent = read_json(row["evidence"]) if row["amount_minor"] is not None and row["evidence"] else None
    return OperationView(
        id=row["id"],
        operation=Operation(row["operation"]),
        amount=None if row["amount_minor"] is None else Money(row["amount_minor"], currency),
        state=OperationState(row["status"]),
        reason=row["reason"],
        target=Money(sent["target"], currency) if sent else None,
    )
