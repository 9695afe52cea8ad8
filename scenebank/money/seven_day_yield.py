"""七日年化收益率: the yield of a money-market fund over its last seven days, a year. Shown to three decimals of a
percent. Source: China Securities Regulatory Commission, 货币市场基金信息披露特别规定."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits

_PER = 10_000  # units of the fund that 万份收益 is stated for


def seven_day_yield_compound(per_10k: Sequence[Decimal]) -> Rate:
    """``(prod(1 + d/10000))^(365/7) - 1``, where income becomes units daily. ``per_10k``: seven 万份收益, in yuan."""
    _check(per_10k)
    with forty_digits():
        grown = Decimal(1)
        for income in per_10k:
            grown *= 1 + income / Decimal(_PER)
        return Rate(grown ** (Decimal(365) / Decimal(7)) - 1, RateBasis.CN_SEVEN_DAY_COMPOUND)


def seven_day_yield_simple(per_10k: Sequence[Decimal]) -> Rate:
    """``sum(d)/7 · 365/10000``, where income becomes units once a month."""
    _check(per_10k)
    with forty_digits():
        return Rate(sum(per_10k, Decimal(0)) * 365 / Decimal(7 * _PER), RateBasis.CN_SEVEN_DAY_SIMPLE)


def _check(per_10k: Sequence[Decimal]) -> None:
    if len(per_10k) != 7 or any(income <= -_PER for income in per_10k):
        raise ValueError("the incomes of seven days, none of them a loss of everything")
