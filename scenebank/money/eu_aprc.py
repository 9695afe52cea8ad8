"""The annual percentage rate of charge of the European Union."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from scenebank.money.cash_flow import Flow
from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits
from scenebank.money.root import periodic_rate
from scenebank.money.solved import Solved

YearFlow = tuple[Decimal, Fraction]


def eu_aprc(flows: Sequence[YearFlow]) -> Solved:
    """The ``X`` of ``sum C (1+X)^-t = sum D (1+X)^-s``. Each flow is an amount (received above zero, paid below) and
    its time in years from the first drawdown. Every compulsory cost is a payment or makes a drawdown smaller, never
    both.

    Source: Directive 2008/48/EC Annex I part I, kept by Directive (EU) 2023/2225; disclosed to one decimal at least,
    half up (remark (d))."""
    return annual_rate_of_years(flows, RateBasis.EU_APRC)


def annual_rate_of_years(flows: Sequence[YearFlow], basis: RateBasis) -> Solved:
    """Solved on the finest grid all times lie on, so that every power is a whole one."""
    parts = reduce(_common_multiple, (years.denominator for _amount, years in flows), 1)
    root = periodic_rate(Flow(amount, int(years * parts)) for amount, years in flows)
    with forty_digits():
        return Solved(Rate((1 + root.rate) ** parts - 1, basis), root.residual)


def _common_multiple(one: int, other: int) -> int:
    return one * Fraction(one, other).denominator
