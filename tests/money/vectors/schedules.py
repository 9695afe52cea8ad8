"""Schedules row by row, and interest by days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from scenebank.money.daily_rate import daily_rate_compound, daily_rate_simple
from scenebank.money.interest import daily_interest
from scenebank.money.model import Rate, RateBasis
from scenebank.money.schedule import Method, make_schedule
from tests.money.vectors.amounts_of import money
from tests.money.vectors.check import Check, Vector, near, same, together


def check(vector: Vector) -> Check:
    if vector["what"] == "daily_interest":
        return _days(vector)
    if vector["what"] == "daily_rate":
        return _daily(vector)
    return _rows(vector)


def _rows(vector: Vector) -> Check:
    method, currency = Method(vector["what"]), vector["currency"]
    rate = Rate(Decimal(vector["rate"]), method.basis)
    made = make_schedule(money(vector["principal"], currency), vector["terms"], method, rate)
    found = [(row.payment, row.principal, row.interest + row.fee, row.balance) for row in made.rows]
    return same(found, [tuple(money(text, currency) for text in row) for row in vector["rows"]])


def _days(vector: Vector) -> Check:
    start, end = date.fromisoformat(vector["start"]), date.fromisoformat(vector["end"])
    rate = Rate(Decimal(vector["rate"]), RateBasis.NOMINAL_ANNUAL)
    found = daily_interest(money(vector["principal"], vector["currency"]), rate, start, end, vector["year"])
    return same(((end - start).days, found), (vector["days"], money(vector["interest"], vector["currency"])))


def _daily(vector: Vector) -> Check:
    rate = Rate(Decimal(vector["rate"]), RateBasis.DAILY)
    return together(
        near(daily_rate_simple(rate, 360).value * 100, vector, "of_360_percent"),
        near(daily_rate_simple(rate, 365).value * 100, vector, "of_365_percent"),
        near(daily_rate_compound(rate).value * 100, vector, "compound_percent"),
    )
