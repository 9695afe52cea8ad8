"""How large a fee per term may be under a ceiling on the annual rate."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits


def fee_ceiling(annual: Rate, terms: int) -> Rate:
    """The largest fee a month, as a fraction of the original principal, over ``terms`` equal parts of it, that keeps
    the simple annual rate (``cn_annual_simple``) at ``annual``.

    Source: the internal rate ``i = annual / 12`` of ``1 = (1/n + fee) (1 - (1+i)^-n) / i``, solved for the fee."""
    if annual.basis is not RateBasis.CN_ANNUAL_SIMPLE or annual.value <= 0 or terms < 1:
        raise ValueError("a ceiling is a simple annual rate above zero, over one term at least")
    with forty_digits():
        monthly = annual.value * Decimal(1) / Decimal(12)
        level = monthly * (Decimal(1) / (1 - (1 + monthly) ** -terms))
        return Rate(level - Decimal(1) / Decimal(terms), RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL)
