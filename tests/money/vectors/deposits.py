"""Yields of deposits and funds; suitability; risk."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from scenebank.money.aer import aer
from scenebank.money.apy import apy
from scenebank.money.fund_risk import market_risk_class, summary_risk_indicator
from scenebank.money.interest import compound_interest, simple_interest
from scenebank.money.model import Rate, RateBasis
from scenebank.money.nav_return import nav_annualised
from scenebank.money.seven_day_yield import seven_day_yield_compound, seven_day_yield_simple
from scenebank.money.suitability import is_suitable
from tests.money.vectors.amounts_of import money
from tests.money.vectors.check import Check, Vector, near, same, together

_LITTLE = Decimal("1e-9")


def check(vector: Vector) -> Check:
    return _CHECKS[vector["what"]](vector)


def _nominal(vector: Vector) -> Rate:
    return Rate(Decimal(vector["rate"]), RateBasis.NOMINAL_ANNUAL)


def _apy(vector: Vector) -> Check:
    found = apy(money(vector["interest"], "USD"), money(vector["balance"], "USD"), vector["days"])
    return near(found.value * 100, vector, "percent")


def _compound(vector: Vector) -> Check:
    found = compound_interest(money(vector["principal"], "USD"), _nominal(vector), vector["days"])
    return near(found.decimal, vector, "interest")


def _simple(vector: Vector) -> Check:
    found = simple_interest(money(vector["principal"], "CNY"), _nominal(vector), vector["days"], vector["year"])
    return same(found, money(vector["interest"], "CNY"))


def _seven_days(vector: Vector) -> Check:
    incomes = [Decimal(income) for income in vector["per_10k"]]
    return together(
        near(seven_day_yield_compound(incomes).value * 100, vector, "compound_percent"),
        near(seven_day_yield_simple(incomes).value * 100, vector, "simple_percent"),
    )


def _nav(vector: Vector) -> Check:
    found = nav_annualised(Decimal(vector["start"]), Decimal(vector["end"]), vector["days"])
    return near(found.value * 100, vector, "percent")


def _aer(vector: Vector) -> Check:
    return near(aer(_nominal(vector), vector["times"]).value * 100, vector, "percent")


def _suitable(vector: Vector) -> Check:
    return same(is_suitable(vector["investor"], vector["product"]), vector["allowed"])


def _indicator(vector: Vector) -> Check:
    return same(summary_risk_indicator(vector["credit"], vector["market"]), vector["indicator"])


def _band(vector: Vector) -> Check:
    """Its lower bound, a little below its upper one, and neither neighbour's."""
    lower, upper = Decimal(vector["lower"]), Decimal(vector["upper"] or "99")
    found = [market_risk_class(lower), market_risk_class(upper - _LITTLE)]
    outside = [market_risk_class(lower - _LITTLE)] if lower else []
    outside += [market_risk_class(upper)] if vector["upper"] else []
    return same((found, vector["class"] in outside), ([vector["class"]] * 2, False))


_CHECKS: dict[str, Callable[[Vector], Check]] = {
    "apy": _apy,
    "daily_compound_interest": _compound,
    "simple_interest": _simple,
    "seven_day_yield": _seven_days,
    "nav_annualised": _nav,
    "aer": _aer,
    "suitability": _suitable,
    "sri": _indicator,
    "mrm_band": _band,
}
