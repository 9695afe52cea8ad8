"""Times as Regulation Z counts them: whole unit-periods and a fraction of one. Source: 12 CFR 1026 Appendix J (b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from scenebank.money.dates import months_before, whole_months


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    SEMIMONTH = "semimonth"
    MONTH = "month"
    YEAR = "year"


_A_YEAR = {Unit.DAY: 365, Unit.WEEK: 52, Unit.SEMIMONTH: 24, Unit.MONTH: 12, Unit.YEAR: 1}


@dataclass(frozen=True)
class UnitPeriod:
    """The most frequent interval between the payments, at most a year: ``multiple`` weeks or months, or one of the
    others."""

    unit: Unit
    multiple: int = 1

    @property
    def a_year(self) -> Fraction:
        """How many a year has ((b)(5))."""
        return Fraction(_A_YEAR[self.unit], self.multiple)

    @classmethod
    def of_single_payment(cls, start: date, end: date) -> Fraction:
        """How many terms of a single payment within a year a year has: 12 over whole months, else 365 over the days
        ((b)(5)(v))."""
        months = whole_months(start, end)
        if months and months_before(end, months) == start:
            return Fraction(12, months)
        return Fraction(365, (end - start).days)


def unit_periods(start: date, end: date, of: UnitPeriod) -> tuple[int, Fraction]:
    """Whole unit-periods counted back from ``end``, and the odd days before them as a part of one: over 30 for each
    month, 15 for half of one, 7 for each week, 365 for a year, of which whole months are twelfths ((b)(3), (5))."""
    whole, odd = _counted(start, end, of)
    return whole + odd.numerator // odd.denominator, odd % 1  # thirty odd days are a whole month


def _counted(start: date, end: date, of: UnitPeriod) -> tuple[int, Fraction]:
    if of.unit in (Unit.DAY, Unit.WEEK):
        return 0, Fraction((end - start).days, of.multiple * (7 if of.unit is Unit.WEEK else 1))
    if of.unit is Unit.SEMIMONTH:
        return _semimonths(start, end)
    months = whole_months(start, end)
    days = (months_before(end, months) - start).days
    if of.unit is Unit.MONTH:
        whole, rest = divmod(months, of.multiple)
        return whole, Fraction(30 * rest + days, 30 * of.multiple)
    whole, rest = divmod(months, 12)
    odd = (months_before(end, 12 * whole) - start).days
    return whole, Fraction(odd, 365) if days else Fraction(rest, 12)


def _semimonths(start: date, end: date) -> tuple[int, Fraction]:
    """Half a month before the 1st is the 16th, before the 20th the 5th."""
    whole = 2 * whole_months(start, end)
    back = months_before(end, whole // 2)
    half = back - timedelta(15) if back.day > 15 else months_before(back, 1) + timedelta(15)
    if start <= half:
        whole, back = whole + 1, half
    return whole, Fraction((back - start).days, 15)
