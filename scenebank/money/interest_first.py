"""先息后本: interest every month, the principal with the last."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scenebank.money.monthly_interest import monthly_interest


def interest_first_parts(principal: int, terms: int, annual: Decimal) -> Iterator[tuple[int, int, int]]:
    """Principal, interest and fee of each month. Source: European Commission, Examples for the calculation of the APRC
    (January 2015), example 8 (interest only)."""
    for number in range(1, terms + 1):
        yield principal if number == terms else 0, monthly_interest(principal, annual), 0
