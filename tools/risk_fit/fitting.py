"""Bins by optbinning, a logistic regression over their weights of evidence, and whole points of both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from optbinning import OptimalBinning
from sklearn.linear_model import LogisticRegression

from tools.risk_fit.columns import Column, Numbers, Weights, Words, number_of, weigh

Rows = Sequence[Mapping[str, str]]
_LEAST_VALUE = 0.02  # below it a column says nothing (practice)
_TRENDS = {"rising": "descending", "falling": "ascending", None: "auto_asc_desc"}  # of points; of the bad ones' share


@dataclass(frozen=True)
class Wanted:
    """``numbers`` by the trend their points must have, None: whichever fits; ``double`` are the points that double the
    odds of good."""

    numbers: Mapping[str, str | None]
    words: Sequence[str]
    double: int


@dataclass(frozen=True)
class Fitted:
    """``features`` of a card, and the columns left out, each with the reason."""

    features: list[dict[str, object]]
    left_out: dict[str, str]


def fit(wanted: Wanted, rows: Rows, bad: Sequence[bool]) -> Fitted:
    """The same rows give the same card. ``ValueError`` where no column says anything."""
    left_out: dict[str, str] = {}
    kept: list[Weights] = []
    columns: list[Column] = [_numbers(name, trend, rows, bad) for name, trend in wanted.numbers.items()]
    columns += [_words(name, rows, bad) for name in wanted.words]
    for column in columns:
        found = weigh(column, rows, bad)
        if column.count < 2 or found.value < _LEAST_VALUE:
            left_out[column.name] = f"information value {found.value:.3f}"
        else:
            kept.append(found)
    slopes = _slopes(kept, rows, bad, left_out)
    if not slopes:
        raise ValueError("no column tells good from bad")
    per_unit = wanted.double / math.log(2)
    features = [
        weights.column.document([round(per_unit * slope * one) for one in weights.evidence])
        for weights, slope in slopes
    ]
    return Fitted(features, left_out)


def _numbers(name: str, trend: str | None, rows: Rows, bad: Sequence[bool]) -> Numbers:
    known = [(float(number), ill) for row, ill in zip(rows, bad, strict=True)
             if (number := number_of(row[name])) is not None]  # fmt: skip
    found = _optimum("numerical", known, _TRENDS[trend])
    return Numbers(name, tuple(Decimal(repr(float(split))) for split in found.splits))


def _words(name: str, rows: Rows, bad: Sequence[bool]) -> Words:
    known = [(row[name], ill) for row, ill in zip(rows, bad, strict=True) if row[name]]
    found = _optimum("categorical", known, None)
    return Words(name, tuple(tuple(sorted(str(word) for word in group)) for group in found.splits))


def _optimum(kind: str, known: Sequence[tuple[float | str, bool]], trend: str | None) -> OptimalBinning:
    binning = OptimalBinning(dtype=kind, monotonic_trend=trend, min_bin_size=0.05)
    return binning.fit([value for value, _ill in known], [int(ill) for _value, ill in known])


def _slopes(
    kept: Sequence[Weights], rows: Rows, bad: Sequence[bool], left_out: dict[str, str]
) -> list[tuple[Weights, float]]:
    """A column that only unsays what others say has a slope below nothing: it would turn its own trend round, and is
    left out, the worst first."""
    weights = list(kept)
    while weights:
        model = LogisticRegression(C=1e6, max_iter=1000)
        model.fit([[one.of(row) for one in weights] for row in rows], [int(not ill) for ill in bad])
        slopes = [float(slope) for slope in model.coef_[0]]
        worst = min(range(len(slopes)), key=slopes.__getitem__)
        if slopes[worst] > 0:
            return list(zip(weights, slopes, strict=True))
        left_out[weights.pop(worst).column.name] = f"slope {slopes[worst]:.3f} beside the others"
    return []

