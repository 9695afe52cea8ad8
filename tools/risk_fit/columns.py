"""Columns of a table in bins. What is not known falls into no bin: as in a card, it counts like the worst."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Numbers:
    """Half-open bins between rising ``bounds``; one more than there are bounds."""

    name: str
    bounds: tuple[Decimal, ...]

    @property
    def count(self) -> int:
        return len(self.bounds) + 1

    def bin(self, cell: str) -> int | None:
        number = number_of(cell)
        return None if number is None else bisect_right(self.bounds, number)

    def document(self, points: Sequence[int]) -> dict[str, object]:
        """As a feature of a card, with the trend its points have."""
        ends = [*(format(bound, "f") for bound in self.bounds), None]
        rows = [{"below": below, "points": one} for below, one in zip(ends, points, strict=True)]
        return {"name": self.name, "kind": "number", "trend": _trend(points), "bins": rows}


@dataclass(frozen=True)
class Words:
    """Bins by their words."""

    name: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def count(self) -> int:
        return len(self.groups)

    def bin(self, cell: str) -> int | None:
        return next((number for number, group in enumerate(self.groups) if cell in group), None)

    def document(self, points: Sequence[int]) -> dict[str, object]:
        rows = [{"in": list(group), "points": one} for group, one in zip(self.groups, points, strict=True)]
        return {"name": self.name, "kind": "category", "trend": None, "bins": rows}


Column = Numbers | Words


def number_of(cell: str) -> Decimal | None:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True)
class Weights:
    """The weight of evidence of each bin: the logarithm of the odds of good in it over those of all. ``value`` is the
    column's information value."""

    column: Column
    evidence: tuple[float, ...]
    value: float

    def of(self, row: Mapping[str, str]) -> float:
        number = self.column.bin(row[self.column.name])
        return min(self.evidence) if number is None else self.evidence[number]


def weigh(column: Column, rows: Sequence[Mapping[str, str]], bad: Sequence[bool]) -> Weights:
    """A bin without good or bad ones counts half a row of it, so that the logarithm exists."""
    counts = [[0, 0] for _bin in range(column.count)]
    for row, went_bad in zip(rows, bad, strict=True):
        number = column.bin(row[column.name])
        if number is not None:
            counts[number][went_bad] += 1
    all_good, all_bad = (sum(one[side] for one in counts) for side in (0, 1))
    shares = [((good or 0.5) / (all_good or 1), (ill or 0.5) / (all_bad or 1)) for good, ill in counts]
    evidence = tuple(math.log(good / ill) for good, ill in shares)
    value = sum((good - ill) * one for (good, ill), one in zip(shares, evidence, strict=True))
    return Weights(column, evidence, value)


def _trend(points: Sequence[int]) -> str | None:
    if list(points) == sorted(points):
        return "rising"
    return "falling" if list(points) == sorted(points, reverse=True) else None
