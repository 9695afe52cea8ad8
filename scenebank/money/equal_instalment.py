"""等额本息: the same payment every month."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scenebank.money.model import round_half_up
from scenebank.money.monthly_interest import monthly_interest
from scenebank.money.precision import forty_digits


def level_payment(principal: int, terms: int, annual: Decimal) -> int:
    """``P i / (1 - (1+i)^-n)`` with ``i = annual/12``, half up to a minor unit; ``P / n`` without interest.

    Source: the annuity in arrears; COM(2005) 483 final/2 Annex II prints 149.31 for 6,000 at 9 % over 48 months."""
    with forty_digits():
        if annual == 0:
            return round_half_up(Decimal(principal) / Decimal(terms))
        monthly = annual / Decimal(12)
        return round_half_up(principal * monthly / Decimal(1 - (1 + monthly) ** -terms))


def equal_instalment_parts(principal: int, terms: int, annual: Decimal) -> Iterator[tuple[int, int, int]]:
    """Principal, interest and fee of each month. The last clears what is left; nothing is ever paid below zero, so a
    few minor units over many months are paid back early."""
    level, balance = level_payment(principal, terms, annual), principal
    for number in range(1, terms + 1):
        interest = monthly_interest(balance, annual)
        part = balance if number == terms else min(level - interest, balance)
        balance -= part
        yield part, interest, 0
