"""How little of a number is shown."""

from __future__ import annotations

_FIRST, _LAST = 3, 4


def masked(number: str) -> str:
    """The first three characters and the last four, stars for the others; only stars where that would show more than
    half of it."""
    if len(number) <= 2 * (_FIRST + _LAST):
        return "*" * len(number)
    return number[:_FIRST] + "*" * (len(number) - _FIRST - _LAST) + number[-_LAST:]
