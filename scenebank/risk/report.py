"""A card over rows of a table, as one document."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from scenebank.errors import InvalidInput
from scenebank.money.precision import as_decimal, forty_digits
from scenebank.money.rounding import half_up
from scenebank.risk.model import Fact, NumberFeature, Scorecard
from scenebank.risk.stability import by_band, by_group, population_stability, separation

WIDTH = 50  # points of a band
_PLACES = 4


@dataclass(frozen=True)
class Table:
    """``label`` is the column that says how it ended, ``bad`` its word for badly."""

    rows: Sequence[Mapping[str, str]]
    label: str
    bad: str


def read_table(path: Path, label: str, bad: str) -> Table:
    """A CSV file with a head; :class:`InvalidInput` where the column, or either outcome, is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ended = {row.get(label) for row in rows}
    if bad not in ended or len(ended) < 2:
        raise InvalidInput.one("/label", "risk_label")
    return Table(rows, label, bad)


def report(card: Scorecard, table: Table, groups: Iterable[str], cut: int, before: Table | None) -> dict[str, Any]:
    """Figures as decimal strings. ``groups``: columns whose values are looked at apart; they need be no features."""
    scores = [card.score(facts_of(card, row)).score for row in table.rows]
    labelled = [(score, row[table.label] == table.bad) for score, row in zip(scores, table.rows, strict=True)]
    found = separation(labelled)
    stable = None if before is None else population_stability(
        [card.score(facts_of(card, row)).score for row in before.rows], scores, WIDTH
    )  # fmt: skip
    return {
        "card": {"name": card.name, "version": card.version, "digest": card.digest},
        "rows": len(scores),
        "bad": sum(bad for _score, bad in labelled),
        "ks": _shown(found.ks),
        "auc": _shown(found.auc),
        "psi": None if stable is None else str(half_up(stable, _PLACES)),
        "bands": [asdict(one) for one in by_band(labelled, WIDTH, cut)],
        "groups": {column: _group(column, table, labelled, cut) for column in groups},
    }


def facts_of(card: Scorecard, row: Mapping[str, str]) -> dict[str, Fact]:
    """Cells of the card's features; a number that is none is not known."""
    numbers = {feature.name for feature in card.features if isinstance(feature, NumberFeature)}
    return {
        feature.name: _number(row.get(feature.name)) if feature.name in numbers else row.get(feature.name)
        for feature in card.features
    }


def _group(column: str, table: Table, labelled: Sequence[tuple[int, bool]], cut: int) -> list[dict[str, Any]]:
    if column not in table.rows[0]:
        raise InvalidInput.one("/group", "risk_group", column=column)
    named = [(row[column], *one) for row, one in zip(table.rows, labelled, strict=True)]
    shares = by_group(named, cut)
    best = max(Fraction(one.approved, one.count) for one in shares)
    return [
        asdict(one)
        | {
            "approval": _shown(Fraction(one.approved, one.count)),
            "to_best": _shown(Fraction(one.approved, one.count) * (1 / best if best else Fraction(1))),
        }
        for one in shares
    ]


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _shown(value: Fraction) -> str:
    with forty_digits():
        return str(half_up(as_decimal(value), _PLACES))
