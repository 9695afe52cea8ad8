"""The annualised rates of China. Source: People's Bank of China, notice 2021 no. 3: the cost over the principal really
used, a year; instalments by their falling balance (the internal rate). Either way of counting is allowed, and the
simple one must be called simple."""

from __future__ import annotations

from collections.abc import Iterable

from scenebank.money.cash_flow import Flow
from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits
from scenebank.money.root import periodic_rate
from scenebank.money.solved import Solved

_MONTHS = 12


def cn_annual_simple(flows: Iterable[Flow]) -> Solved:
    """年化利率（单利）: ``12 i``, with the internal rate ``i`` of monthly flows. What was deducted from the payout was
    not received, and is no part of the drawdown."""
    root = periodic_rate(flows)
    with forty_digits():
        return Solved(Rate(root.rate * _MONTHS, RateBasis.CN_ANNUAL_SIMPLE), root.residual)


def cn_annual_compound(flows: Iterable[Flow]) -> Solved:
    """年化利率（复利）: ``(1 + i)^12 - 1``, with the same ``i``."""
    root = periodic_rate(flows)
    with forty_digits():
        return Solved(Rate((1 + root.rate) ** _MONTHS - 1, RateBasis.CN_ANNUAL_COMPOUND), root.residual)
