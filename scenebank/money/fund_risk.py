"""The summary risk indicator of packaged investments (PRIIPs). Source: Delegated Regulation (EU) 2017/653 Annex II."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal

# Lower bounds of the classes 2 to 7 (part 1, point 2), as a fraction a year.
_VOLATILITIES = tuple(map(Decimal, ("0.005", "0.05", "0.12", "0.20", "0.30", "0.80")))
# A row for each credit class, a column for each market class (part 3).
_INDICATORS = (
    (1, 2, 3, 4, 5, 6, 7),
    (1, 2, 3, 4, 5, 6, 7),
    (3, 3, 3, 4, 5, 6, 7),
    (5, 5, 5, 5, 5, 6, 7),
    (5, 5, 5, 5, 5, 6, 7),
    (6, 6, 6, 6, 6, 6, 7),
)


def market_risk_class(volatility: Decimal) -> int:
    """1 to 7, from the VaR-equivalent volatility a year; a lower bound belongs to its class (part 1, point 2)."""
    if not isinstance(volatility, Decimal) or volatility < 0:
        raise ValueError("a volatility is a Decimal from zero up")
    return 1 + bisect_right(_VOLATILITIES, volatility)


def summary_risk_indicator(credit: int, market: int) -> int:
    """1 to 7, from the credit class (1 to 6) and the market class (1 to 7) (part 3)."""
    if not (1 <= credit <= len(_INDICATORS) and 1 <= market <= len(_INDICATORS[0])):
        raise ValueError("credit classes are 1 to 6, market classes 1 to 7")
    return _INDICATORS[credit - 1][market - 1]
