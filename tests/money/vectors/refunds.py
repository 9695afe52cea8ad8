"""Refunds of a purchase with a fee for each term."""

from __future__ import annotations

from scenebank.money.model import Money
from scenebank.money.refund import ChargedFees, refund
from scenebank.money.rows import Rows
from scenebank.money.schedule import Schedule
from tests.money.vectors.amounts_of import money
from tests.money.vectors.check import Check, Vector, same


def check(vector: Vector) -> Check:
    currency = vector["currency"]
    amounts = {name: money(vector[name], currency) for name in ("price", "fee", "refund", *_FIGURES, "future_fee")}
    price, terms = amounts["price"], vector["terms"]
    part = price.minor // terms
    parts = [(price.minor - part * (terms - 1) if n == terms else part, 0, amounts["fee"].minor)
             for n in range(1, terms + 1)]  # fmt: skip
    schedule = Schedule(price, Rows.of(price, parts))
    found = refund(schedule, vector["paid"], amounts["refund"], ChargedFees(vector["charged"]))
    future = found.future.rows
    return same(
        (
            [getattr(found, name) for name in _FIGURES],
            [row.principal for row in future],
            Money(sum(row.fee.minor for row in future), currency),
            found.to_loan + found.to_shopper - found.fee_returned,
        ),
        (
            [amounts[name] for name in _FIGURES],
            [money(text, currency) for text in vector["future"]],
            amounts["future_fee"],
            amounts["refund"],
        ),
    )


_FIGURES = ("to_loan", "to_shopper", "fee_returned", "outstanding")
