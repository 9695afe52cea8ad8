"""Regulation Z."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from scenebank.money.cash_flow import Flow
from scenebank.money.us_apr import us_apr
from scenebank.money.us_unit_periods import Unit, UnitPeriod, unit_periods
from tests.money.vectors.check import Check, Vector, near, same, together


def check(vector: Vector) -> Check:
    """The rate, and the count of unit-periods where the days are given."""
    flows = [Flow(Decimal(vector["received"]), 0)]
    for amount, count, first, odd in vector["paid"]:
        flows += [Flow(-Decimal(amount), first + number, Fraction(odd)) for number in range(count)]
    solved = us_apr(flows, Fraction(vector["periods_a_year"]))
    return together(near(solved.rate.value * 100, vector, "apr_percent", solved.residual), _times(vector))


def _times(vector: Vector) -> Check:
    if "single" in vector:
        start, end = map(date.fromisoformat, vector["single"])
        return same(UnitPeriod.of_single_payment(start, end), Fraction(vector["periods_a_year"]))
    if "dates" not in vector:
        return Check(right=True)
    start, first, unit, multiple = vector["dates"]
    period = UnitPeriod(Unit(unit), multiple)
    counted = unit_periods(date.fromisoformat(start), date.fromisoformat(first), period)
    _amount, _count, whole, odd = vector["paid"][0]
    return same((*counted, period.a_year), (whole, Fraction(odd), Fraction(vector["periods_a_year"])))
