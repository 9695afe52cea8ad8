"""The bank's own annual rates, from its own rows."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

from sandbox_bank.schedule import Row

LATE = Decimal("1.5")


def exact(rate: Fraction) -> Decimal:
    """A contract's rate, which has few places."""
    return Decimal(rate.numerator) / rate.denominator


def late_rate(rate: Decimal) -> Decimal:
    """Of overdue amounts a year, not rounded: so it is the multiple of what the sheet shows."""
    return rate * LATE


def annual_rate(rows: list[Row], financed: int, market: str) -> Decimal:
    """CN: twelve times the monthly internal rate (PBoC announcement 3 of 2021, with interest not compounded).
    EU: effective, (1 + monthly)^12 - 1 (Directive (EU) 2023/2225, annex III). A fraction, to four places."""
    with localcontext() as context:
        context.prec = 40
        monthly = _monthly([Decimal(row["payment"]) for row in rows], Decimal(financed))
        annual = monthly * 12 if market == "CN" else (1 + monthly) ** 12 - 1
        return annual.quantize(Decimal("0.0001"))


def _monthly(payments: list[Decimal], financed: Decimal) -> Decimal:
    """The rate at which the payments are worth what was paid out, by halving."""
    low, high = Decimal(0), Decimal(1)
    for _turn in range(100):
        middle = (low + high) / 2
        worth = sum((payment / (1 + middle) ** number for number, payment in enumerate(payments, 1)), Decimal(0))
        low, high = (middle, high) if worth > financed else (low, middle)
    return low
