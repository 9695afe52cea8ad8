"""Times in years as the annual percentage rate of charge counts them."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from scenebank.money.dates import months_before, whole_months


class Interval(StrEnum):
    """What lies between the payments."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def eu_years(start: date, end: date, interval: Interval) -> Fraction:
    """Whole intervals counted back from ``end``, a week 1/52 and a month 1/12 of a year; the days left over, over the
    length (365 or 366) of the year that ends where the whole intervals begin.

    Source: Directive 2008/48/EC Annex I, remark (c), in the reading of the European Commission, Examples for the
    calculation of the APRC (January 2015), example 2: 2013-01-12 to 2013-02-15 is 1/12 + 3/366."""
    if interval is Interval.WEEK:
        weeks = (end - start).days // 7
        whole, back = Fraction(weeks, 52), end - timedelta(7 * weeks)
    else:
        step = 12 if interval is Interval.YEAR else 1
        months = whole_months(start, end) // step * step
        whole, back = Fraction(months, 12), months_before(end, months)
    return whole + Fraction((back - start).days, (back - months_before(back, 12)).days)
