"""等额本金: the same part of the principal every month, and interest on what is left."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scenebank.money.even_parts import even_parts
from scenebank.money.monthly_interest import monthly_interest


def equal_principal_parts(principal: int, terms: int, annual: Decimal) -> Iterator[tuple[int, int, int]]:
    """Principal (rounded down, the last takes the rest), interest and fee of each month. Source: European Commission,
    Examples for the calculation of the APRC (January 2015), example 13 (equal capital)."""
    balance = principal
    for part in even_parts(principal, terms):
        yield part, monthly_interest(balance, annual), 0
        balance -= part
