"""A rate a day as a rate a year."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.interest import YEARS
from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits


def daily_rate_simple(daily: Rate, year: int) -> Rate:
    """年化利率（单利）: ``year d``, with the contract's year of 360 or 365 days. Source: PBoC notice 2021 no. 3, which
    allows the simple way; 0.05 % a day is 18.00 % or 18.25 % a year."""
    if year not in YEARS:
        raise ValueError(f"a year of interest has 360 or 365 days, not {year}")
    with forty_digits():
        return Rate(_daily(daily) * year, RateBasis.CN_ANNUAL_SIMPLE)


def daily_rate_compound(daily: Rate) -> Rate:
    """年化利率（复利）: ``(1 + d)^365 - 1``. Source: PBoC notice 2021 no. 3, the compound way."""
    with forty_digits():
        return Rate((1 + _daily(daily)) ** 365 - 1, RateBasis.CN_ANNUAL_COMPOUND)


def _daily(rate: Rate) -> Decimal:
    if rate.basis is not RateBasis.DAILY:
        raise ValueError(f"a rate a day is on the basis {RateBasis.DAILY}, not {rate.basis}")
    return rate.value
