"""The return of a fund from its net asset values."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits

_MONTH = 30  # days


def nav_annualised(start: Decimal, end: Decimal, days: int) -> Rate:
    """``(end/start - 1) 365/days``, simple; a loss keeps its sign. ``ValueError`` under a month: no figure is shown.

    Source: 理财产品过往业绩展示行为准则 (China Banking Association, 2023-11): nothing shown of less than a month."""
    if start <= 0 or end < 0:
        raise ValueError("net asset values are above zero")
    if days < _MONTH:
        raise ValueError("less than a month of history has no yearly return")
    with forty_digits():
        return Rate((end / Decimal(start) - 1) * 365 / Decimal(days), RateBasis.NAV_ANNUALISED)
