"""Money as the vectors write it."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import Money, exponent


def money(text: str, currency: str) -> Money:
    """From a decimal string in major units; ``ValueError`` where it has more decimals than the currency."""
    minor = Decimal(text).scaleb(exponent(currency))
    if minor != int(minor):
        raise ValueError(f"{text} {currency} has too many decimals")
    return Money(int(minor), currency)
