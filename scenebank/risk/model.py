"""Scorecards: whole points for what is known, and the reasons that cost the most. Pure; no number is inexact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

MOST_REASONS = 4
Fact = Decimal | str | None


@dataclass(frozen=True)
class NumberBin:
    """Points from the bin before it up to, and without, ``below``; None: without end."""

    below: Decimal | None
    points: int


@dataclass(frozen=True)
class CategoryBin:
    """Points of any of these."""

    values: frozenset[str]
    points: int


@dataclass(frozen=True)
class NumberFeature:
    """Bins by rising bounds, the last without end: no number falls between two."""

    name: str
    bins: tuple[NumberBin, ...]

    def points(self, fact: Fact) -> int:
        """What is not known, or no number, has the lowest."""
        if not isinstance(fact, Decimal) or not fact.is_finite():
            return lowest(self)
        return next(one.points for one in self.bins if one.below is None or fact < one.below)


@dataclass(frozen=True)
class CategoryFeature:
    name: str
    bins: tuple[CategoryBin, ...]

    def points(self, fact: Fact) -> int:
        """What is not known, or in no bin, has the lowest."""
        return next((one.points for one in self.bins if fact in one.values), lowest(self))


Feature = NumberFeature | CategoryFeature


def lowest(feature: Feature) -> int:
    return min(one.points for one in feature.bins)


def highest(feature: Feature) -> int:
    return max(one.points for one in feature.bins)


@dataclass(frozen=True)
class Scorecard:
    """``digest`` is the SHA-256 of its document: with ``version`` it is kept beside every score. ``bounds`` are the
    least and the most the score may be, whatever the points come to: a card of merchant signals moves the bank's own by
    no more."""

    name: str
    version: str
    digest: str
    base_points: int
    bounds: tuple[int, int] | None
    features: tuple[Feature, ...]

    def score(self, facts: Mapping[str, Fact]) -> Scored:
        """More is better. Facts of no feature count for nothing."""
        points = {feature.name: feature.points(facts.get(feature.name)) for feature in self.features}
        total = self.base_points + sum(points.values())
        if self.bounds is not None:
            total = max(self.bounds[0], min(total, self.bounds[1]))
        return Scored(total, points, _reasons(self.features, points), self.version, self.digest)


@dataclass(frozen=True)
class Scored:
    """``reasons``: names of at most four features, by what each lost to its best bin, the largest first; none that
    lost nothing. Source: 12 CFR 1002.9 and its commentary (reasons are specific, and four are enough)."""

    score: int
    points: Mapping[str, int]
    reasons: tuple[str, ...]
    version: str
    digest: str


def _reasons(features: Sequence[Feature], points: Mapping[str, int]) -> tuple[str, ...]:
    """Among equal losses the card's own order."""
    lost = [(highest(feature) - points[feature.name], feature.name) for feature in features]
    costly = sorted((one for one in lost if one[0] > 0), key=lambda one: -one[0])
    return tuple(name for _loss, name in costly[:MOST_REASONS])
