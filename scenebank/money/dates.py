"""Days of a calendar: due days that keep their anchor, and the day it is in a market."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo


def due_dates(start: date, count: int, anchor_day: int | None = None) -> list[date]:
    """``count`` days, a month apart, the first a month after ``start``. Each keeps the anchor day (that of ``start``
    where none is given) and stands on the month's last where it has no such day: 31 January, 28 February, 31 March."""
    anchor = start.day if anchor_day is None else anchor_day
    if not 1 <= anchor <= 31:
        raise ValueError(f"no month has a day {anchor}")
    return [_in_month(start.year * 12 + start.month - 1 + number, anchor) for number in range(1, count + 1)]


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier, or the last of that month."""
    return _in_month(day.year * 12 + day.month - 1 - months, day.day)


def whole_months(start: date, end: date) -> int:
    """How many whole months fit, counted back from ``end``."""
    if end < start:
        raise ValueError(f"{end} is before {start}")
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if months_before(end, months) >= start else months - 1


def local_day(instant: datetime, time_zone: str) -> date:
    """The day it is in the market's zone (IANA name) at an instant that knows its own."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone is no instant")
    return instant.astimezone(ZoneInfo(time_zone)).date()


def _in_month(month: int, day: int) -> date:
    """``month`` counted from the year 0."""
    year, zero_based = divmod(month, 12)
    return date(year, zero_based + 1, min(day, monthrange(year, zero_based + 1)[1]))
