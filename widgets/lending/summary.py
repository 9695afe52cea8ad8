"""What an application is about, in a few lines: lender, amount, plan, what became of the money, where to ask."""

from __future__ import annotations

from scenebank.applications.model import Application, Status
from scenebank.catalogue.model import Bank
from scenebank.money.model import Rate
from widgets.lending.plans import payments_in_all, rate_name
from widgets.texts import Texts

_AGREED = frozenset({Status.ACCEPTED, Status.FULFILLING, Status.ACTIVE})
_PLANNED = frozenset({
    Status.SUBMITTING, Status.UNKNOWN, Status.SUBMITTED, Status.IN_REVIEW, Status.ACTION_REQUIRED,
})  # fmt: skip
Facts = tuple[tuple[str, str], ...]


def summary(application: Application, bank: Bank, t: Texts, payer: str | None = None) -> Facts:
    """Name and value, in order. The plan only while it is what was asked for, or what holds; ``payer`` is the shop that
    pays the interest of it."""
    facts = [(t("lender"), t.choose(bank.name))]
    if application.status in _AGREED or application.status is Status.CLOSED:
        facts += _ledger(application, t)
    else:
        changed = application.status is Status.OFFERED or application.agreed
        facts.append((t("requested" if changed else "amount"), t.money(application.amount)))
    if application.agreed and application.status in _PLANNED:
        agreed = t("amount_over", amount=t.money(application.agreed.amount), n=application.agreed.term)
        facts.append((t("agreed"), agreed))
        if application.agreed.amount < application.amount:
            facts.append((t("rest"), t.money(application.amount - application.agreed.amount)))
    if application.schedule.rows and application.status in _AGREED | _PLANNED:
        facts += _plan(application, t)
        if payer is not None:
            facts.append((t("row_interest"), t("interest_paid_by", shop=payer)))
    return (*facts, (t("bank_address"), t.choose(bank.address)))


def _plan(application: Application, t: Texts) -> Facts:
    schedule = application.schedule
    facts = [(t("plan"), payments_in_all(schedule, t))]
    if application.annual_rate is not None:
        rate = Rate.from_json(application.annual_rate)
        facts.append((rate_name(rate.basis, t), t.rate(rate)))
    return (
        *facts, (t("total_cost"), t.money(schedule.total_cost)), (t("total_payable"), t.money(schedule.total_payable))
    )  # fmt: skip


def _ledger(application: Application, t: Texts) -> Facts:
    """What is nothing is not named, but for what was approved; what is financed now, where it is less than that."""
    book = application.ledger
    parts = {"approved": book.approved, "fulfilled": book.fulfilled, "cancelled": book.cancelled,
             "refunded": book.refunded}  # fmt: skip
    told = [(t(f"ledger.{name}"), t.money(money)) for name, money in parts.items() if money or name == "approved"]
    if application.status is not Status.CLOSED and (book.cancelled or book.refunded):
        told.append((t("ledger.financed"), t.money(book.financed)))
    return tuple(told)
