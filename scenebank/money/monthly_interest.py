"""A month of interest on what is owed."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import round_half_up
from scenebank.money.precision import forty_digits


def monthly_interest(balance: int, annual: Decimal) -> int:
    """``balance annual / 12`` in minor units, half up: a month is a twelfth of a year, whatever its days (30E/360 in
    ISDA's words)."""
    with forty_digits():
        return round_half_up(balance * annual / Decimal(12))
