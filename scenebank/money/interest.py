"""Interest by days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from scenebank.money.model import Money, Rate, RateBasis, round_half_up
from scenebank.money.precision import forty_digits

YEARS = (360, 365)


def simple_interest(principal: Money, annual: Rate, days: int, year: int) -> Money:
    """``P r days / year``, half up to a minor unit; ``year`` is the contract's: 360 or 365 days.

    Source: 储蓄管理条例 (State Council, order 107) and the counting by days on it: a deposit's interest does not
    compound within its term."""
    _check(annual, days)
    if year not in YEARS:
        raise ValueError(f"a year of interest has 360 or 365 days, not {year}")
    with forty_digits():
        return Money(round_half_up(principal.minor * annual.value * days / Decimal(year)), principal.currency)


def daily_interest(principal: Money, annual: Rate, start: date, end: date, year: int) -> Money:
    """Of a loan that is borrowed on ``start`` and repaid on ``end`` (随借随还): the day of borrowing counts, the day of
    repayment does not. Source: 人民币利率管理规定 (银发〔1999〕77号) and its practice 算头不算尾."""
    return simple_interest(principal, annual, (end - start).days, year)


def compound_interest(principal: Money, annual: Rate, days: int) -> Money:
    """``P ((1 + r/365)^days - 1)``, half up to a minor unit: interest compounded every day.

    Source: 12 CFR 1030 (Regulation DD) Appendix A, part I, its examples of daily compounding."""
    _check(annual, days)
    with forty_digits():
        grown = (1 + annual.value / Decimal(365)) ** days - 1
        return Money(round_half_up(principal.minor * grown), principal.currency)


def _check(annual: Rate, days: int) -> None:
    if annual.basis is not RateBasis.NOMINAL_ANNUAL:
        raise ValueError(f"interest runs at a contract's yearly rate, not at {annual.basis}")
    if days < 0:
        raise ValueError("interest runs forwards")
