"""The part of a year between two days, as contracts count it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction


class DayCount(StrEnum):
    """ISDA 2006 Definitions, section 4.16: (d), (e) and (g)."""

    ACTUAL_365 = "actual_365"
    ACTUAL_360 = "actual_360"
    THIRTY_E_360 = "thirty_e_360"


def year_fraction(start: date, end: date, count: DayCount) -> Fraction:
    """The first day counts, the last does not. ``ValueError`` where ``end`` is before ``start``."""
    if end < start:
        raise ValueError(f"{end} is before {start}")
    return _FRACTIONS[count](start, end)


def _thirty_e(start: date, end: date) -> Fraction:
    """Every month has thirty days, and a 31st is a 30th."""
    months = 12 * (end.year - start.year) + end.month - start.month
    return Fraction(30 * months + min(end.day, 30) - min(start.day, 30), 360)


_FRACTIONS: dict[DayCount, Callable[[date, date], Fraction]] = {
    DayCount.ACTUAL_365: lambda start, end: Fraction((end - start).days, 365),
    DayCount.ACTUAL_360: lambda start, end: Fraction((end - start).days, 360),
    DayCount.THIRTY_E_360: _thirty_e,
}
