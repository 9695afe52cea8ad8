"""The annual equivalent rate of the United Kingdom."""

from __future__ import annotations

from decimal import Decimal

from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits


def aer(gross: Rate, times_a_year: int) -> Rate:
    """``(1 + r/n)^n - 1``: what the gross rate comes to when interest is paid ``n`` times a year and stays.

    Source: UK Finance and Building Societies Association, Code of Conduct for the Advertising of Interest Bearing
    Accounts."""
    if gross.basis is not RateBasis.NOMINAL_ANNUAL or times_a_year < 1:
        raise ValueError("a gross yearly rate, paid once a year at least")
    with forty_digits():
        return Rate((1 + gross.value / Decimal(times_a_year)) ** times_a_year - 1, RateBasis.UK_AER)
