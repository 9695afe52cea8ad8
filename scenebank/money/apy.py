"""The annual percentage yield of the United States."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import CurrencyMismatch, Money, Rate, RateBasis
from scenebank.money.precision import forty_digits


def apy(interest: Money, balance: Money, days: int) -> Rate:
    """``(1 + interest/balance)^(365/days) - 1``: of a term, the yield offered on its principal; of a statement period,
    the yield earned on its average daily balance. Shown to two decimals.

    Source: 12 CFR 1030 (Regulation DD) Appendix A, part I A (general formula) and part II A (yield earned)."""
    if interest.currency != balance.currency:
        raise CurrencyMismatch(f"{interest.currency} and {balance.currency}")
    if balance.minor <= 0 or days < 1 or interest.minor <= -balance.minor:
        raise ValueError("a yield needs a balance above zero, a day at least, and not all of it lost")
    with forty_digits():
        grown = 1 + Decimal(interest.minor) / Decimal(balance.minor)
        return Rate(grown ** (Decimal(365) / Decimal(days)) - 1, RateBasis.US_APY)
