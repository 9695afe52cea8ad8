"""How well a card tells good from bad, how stable its scores are, and how it treats groups. Exact fractions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from scenebank.money.precision import as_decimal, forty_digits

Labelled = tuple[int, bool]  # a score, and whether it went bad


@dataclass(frozen=True)
class Separation:
    """``ks``: the largest distance between the shares of bad and of good at or below a score. ``auc``: how likely a
    good one scores higher than a bad one, equal scores half."""

    ks: Fraction
    auc: Fraction


def separation(rows: Iterable[Labelled]) -> Separation:
    """Source: Kolmogorov and Smirnov's two-sample statistic; Mann and Whitney's U over the number of pairs.
    ``ValueError`` where all are good or all are bad."""
    ordered = sorted(rows)
    bad = sum(went_bad for _score, went_bad in ordered)
    good = len(ordered) - bad
    if not bad or not good:
        raise ValueError("separation needs good and bad ones")
    farthest, twice_won, bad_below, good_below = Fraction(0), 0, 0, 0
    for _score, same in groupby(ordered, key=lambda row: row[0]):
        labels = [went_bad for _same, went_bad in same]
        bad_here = sum(labels)
        good_here = len(labels) - bad_here
        twice_won += good_here * (2 * bad_below + bad_here)
        bad_below, good_below = bad_below + bad_here, good_below + good_here
        farthest = max(farthest, abs(Fraction(bad_below, bad) - Fraction(good_below, good)))
    return Separation(farthest, Fraction(twice_won, 2 * good * bad))


def population_stability(before: Sequence[int], now: Sequence[int], width: int) -> Decimal:
    """The population stability index over bands of ``width`` points: ``sum (q - p) ln(q / p)``. A band nobody stands
    in, then or now, counts half a row, so that the logarithm exists. Under 0.10 is stable, over 0.25 is not (practice).

    Source: the symmetric divergence of Kullback and Leibler, as credit scoring uses it."""
    if not before or not now or width < 1:
        raise ValueError("stability compares rows with rows, in bands of a point at least")
    then, today = (Counter(score // width for score in scores) for scores in (before, now))
    half, index = Fraction(1, 2), Decimal(0)
    with forty_digits():
        for band in then.keys() | today.keys():
            was = as_decimal((then[band] or half) * Fraction(1, len(before)))
            is_now = as_decimal((today[band] or half) * Fraction(1, len(now)))
            index += (is_now - was) * (is_now / Decimal(was)).ln()
        return index


@dataclass(frozen=True)
class Share:
    """Of one band or group: how many, how many at or over the cut, how many went bad."""

    name: str
    count: int
    approved: int
    bad: int


def by_group(rows: Iterable[tuple[str, int, bool]], cut: int) -> list[Share]:
    """Approval and bad ones of each group, by name. A group's rate beside the best one's says whom a cut keeps out:
    under four fifths is looked at (29 CFR 1607.4 D, a rule of thumb)."""
    ordered = sorted(rows)
    return [
        _share(name, [(score, bad) for _name, score, bad in members], cut)
        for name, members in groupby(ordered, key=lambda row: row[0])
    ]


def by_band(rows: Iterable[Labelled], width: int, cut: int) -> list[Share]:
    """Bands of ``width`` points, the lowest first, each by its lowest score."""
    ordered = sorted(rows)
    return [
        _share(str(band * width), list(members), cut) for band, members in groupby(ordered, lambda row: row[0] // width)
    ]


def _share(name: str, rows: list[Labelled], cut: int) -> Share:
    return Share(name, len(rows), sum(score >= cut for score, _bad in rows), sum(bad for _score, bad in rows))
