"""Figures as they are shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from scenebank.money.precision import forty_digits


def half_up(value: Decimal, places: int) -> Decimal:
    """To ``places`` decimals, halves away from zero. Source: Directive 2008/48/EC Annex I remark (d) for the APRC; all
    other sources here print their figures so. Only for display: nothing is computed from what is rounded."""
    with forty_digits():
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
