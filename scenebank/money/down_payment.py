"""What is paid at once, and what is left to finance."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import Money


def down_payment(price: Money, share: Decimal) -> tuple[Money, Money]:
    """``share`` of the price (0 to 1), half up to a minor unit, and the rest, which is what any rate is charged on.

    Source: Directive 2008/48/EC art. 3 (l): the total amount of credit is what is made available, so a deposit is
    none of it."""
    if not Decimal(0) <= share <= Decimal(1):
        raise ValueError("a share is 0 to 1")
    down = price.times(share)
    return down, price - down
