"""What comes back: checked to be about what was asked before any of it is used."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from scenebank.banks.port import Answer, BankCounterOffer, BankLedger, ContractViolation, Order, Stage
from scenebank.money.model import Money
from scenebank.money.rows import Row, Rows
from scenebank.money.schedule import Schedule

_ROW_FIELDS = ("payment", "principal", "interest", "fee", "balance")
_OFFICIAL = {"REJECTED", "ACCEPTED_COMPLETE", "ACCEPTED_INCOMPLETE", "PENDING_REVIEW", "ACCOUNT_CREATED"}
_LONGEST_TEXT = 100


def read_answer(document: Mapping[str, Any], order: Order, page_origins: Collection[str]) -> Answer:
    """The bank's word on ``order``; :class:`ContractViolation` when it breaks the interface, is about another order,
    or would send the shopper to an origin that is not the bank's."""
    try:
        data, ours = document["data"], document["meta"]["scenebank"]
        _same(ours, order)
        if data["applicationStatus"] not in _OFFICIAL:
            raise ContractViolation("unknown applicationStatus")
        return Answer(
            bank_ref=_text(data["applicationId"]),
            stage=_stage(ours["stage"]),
            raw_status=f"{data['applicationStatus']}/{_text(ours['stage'])}",
            sequence=_count(ours["sequence"]),
            redirect_url=_redirect(data.get("redirectUri"), page_origins),
            reasons=tuple(_text(code) for code in ours.get("reasonCodes", [])),
            documents=tuple(_text(name) for name in ours.get("documents", [])),
            counter_offer=_counter_offer(ours.get("counterOffer"), order),
            ledger=_ledger(ours["ledger"], order),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ContractViolation(f"the answer lacks or misspells {error}") from error


def read_schedule(document: Mapping[str, Any], order: Order) -> Schedule:
    """The bank's schedule, whose rows must add up."""
    try:
        data = document["data"]
        if document["meta"]["scenebank"]["clientReference"] != order.key:
            raise ContractViolation("the schedule is of another order")
        financed = _money(data["financed"], order)
        rows = Rows(
            Row(_count(row["number"]), *(Money(_minor(row[name]), financed.currency) for name in _ROW_FIELDS))
            for row in data["rows"]
        )
        schedule = Schedule(financed, rows)
        if _money(data["totalPayable"], order) != schedule.total_payable or not _adds_up(schedule):
            raise ContractViolation("the schedule does not add up")
    except (KeyError, TypeError, ValueError) as error:
        raise ContractViolation(f"the schedule lacks or misspells {error}") from error
    return schedule


def _adds_up(schedule: Schedule) -> bool:
    balance = schedule.financed
    for number, row in enumerate(schedule.rows, start=1):
        balance = balance - row.principal
        if row.number != number or row.balance != balance or row.payment != row.principal + row.interest + row.fee:
            return False
    return balance.minor == 0


def _same(ours: Mapping[str, Any], order: Order) -> None:
    """Only what identifies the order: amount and term as the shopper applied for them."""
    asked = (order.key, order.context.product_id, order.context.amount.json(), order.term)
    answered = (ours["clientReference"], ours["productId"], dict(ours["amount"]), _count(ours["term"]))
    if asked != answered:
        raise ContractViolation("the answer is about another order")


def _stage(word: Any) -> Stage:
    try:
        return Stage(_text(word).lower())
    except ValueError:
        return Stage.UNRECOGNISED


def _redirect(address: Any, page_origins: Collection[str]) -> str | None:
    if address is None:
        return None
    parts = urlsplit(_long_text(address))
    if f"{parts.scheme}://{parts.netloc}" not in page_origins:
        raise ContractViolation("the redirect leads away from the bank")
    return str(address)


def _counter_offer(document: Any, order: Order) -> BankCounterOffer | None:
    if document is None:
        return None
    return BankCounterOffer(_text(document["offerId"]), _money(document["amount"], order), _count(document["term"]))


def _ledger(document: Mapping[str, Any], order: Order) -> BankLedger:
    approved, fulfilled, cancelled, refunded = (
        _money(document[name], order) for name in ("approved", "fulfilled", "cancelled", "refunded")
    )
    if approved < fulfilled + cancelled or fulfilled < refunded:
        raise ContractViolation("the ledger does not add up")
    return BankLedger(approved, fulfilled, cancelled, refunded)


def _money(document: Mapping[str, Any], order: Order) -> Money:
    money = Money.from_json(document)
    if money.currency != order.context.amount.currency:
        raise ContractViolation("the answer is in another currency")
    return money


def _minor(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 12:
        raise ValueError(f"minor units {value!r}")
    return int(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value) or value < 0:
        raise ValueError(f"count {value!r}")
    return int(value)


def _text(value: Any) -> str:
    text = _long_text(value)
    if len(text) > _LONGEST_TEXT:
        raise ValueError("a text that is too long")
    return text


def _long_text(value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > 2000:
        raise ValueError("a printable text")
    return value
