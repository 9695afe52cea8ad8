"""Scorecards: the rows of a published table, and what a document may not be."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scenebank.errors import InvalidInput
from scenebank.exact_json import read_json
from scenebank.risk.documents import digest_of, read_scorecard
from scenebank.risk.model import Fact
from scenebank.risk.report import facts_of
from scenebank.risk.signals import SIGNALS

DATA = Path(__file__).with_name("data")
CARD = read_json((DATA / "german_card.json").read_text("utf-8"))
ROWS = read_json((DATA / "german_rows.json").read_text("utf-8"))["rows"]


def test_there_are_twenty_five_rows() -> None:
    assert len({row["id"] for row in ROWS}) == 25


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_row_has_its_points_and_reasons(row: dict[str, Any]) -> None:
    card = read_scorecard(CARD)
    scored = card.score(facts_of(card, row["facts"]))
    assert (scored.score, dict(scored.points), list(scored.reasons)) == (row["score"], row["points"], row["reasons"])
    assert (scored.version, scored.digest) == ("1", digest_of(CARD))


def small(**changes: Any) -> dict[str, Any]:
    """Two features: a number in three bins, and a category in two."""
    months = [{"below": "6", "points": -10}, {"below": "24", "points": 0}, {"below": None, "points": 15}]
    number = {"name": "tenure_months", "kind": "number", "trend": "rising", "bins": months}
    tiers = [{"in": ["low", "mid"], "points": -5}, {"in": ["high"], "points": 5}]
    category = {"name": "item_tier", "kind": "category", "trend": None, "bins": tiers}
    return {
        "name": "shop",
        "version": "7",
        "base_points": 0,
        "bounds": [-12, 12],
        "features": [number, category],
    } | changes


@pytest.mark.parametrize(
    ("tenure", "points"),
    [(Decimal("5.999"), -10), (Decimal(6), 0), (Decimal(23), 0), (Decimal(24), 15), (Decimal("1e9"), 15), (None, -10),
     (Decimal("NaN"), -10), ("24", -10)],
)  # fmt: skip
def test_bins_are_half_open_and_the_unknown_has_the_lowest(tenure: Fact, points: int) -> None:
    assert read_scorecard(small()).score({"tenure_months": tenure}).points["tenure_months"] == points


@pytest.mark.parametrize(
    ("tenure", "tier", "score"), [(3, "low", -12), (30, "high", 12), (12, "low", -5), (3, "none", -12)]
)
def test_our_part_is_bounded(tenure: int, tier: str, score: int) -> None:
    assert read_scorecard(small()).score({"tenure_months": Decimal(tenure), "item_tier": tier}).score == score


def test_reasons_are_what_was_lost_the_largest_first_and_none_that_cost_nothing() -> None:
    card = read_scorecard(small())
    assert card.score({"tenure_months": Decimal(3), "item_tier": "low"}).reasons == ("tenure_months", "item_tier")
    assert card.score({"tenure_months": Decimal(30), "item_tier": "low"}).reasons == ("item_tier",)
    assert card.score({"tenure_months": Decimal(30), "item_tier": "high"}).reasons == ()


def test_the_digest_is_of_what_it_says_and_not_of_its_spelling() -> None:
    shuffled = json.loads(json.dumps(dict(reversed(small().items()))), parse_float=Decimal)
    assert read_scorecard(small()).digest == read_scorecard(shuffled).digest
    assert read_scorecard(small()).digest != read_scorecard(small(base_points=1)).digest


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(small())
    change(document)
    return document


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda card: card.pop("version"), "/"), (lambda card: card.update(extra=1), "/"),
        (lambda card: card.update(base_points=1.5), "/"), (lambda card: card.update(base_points=True), "/"),
        (lambda card: card.update(bounds=[5, 1]), "/bounds"), (lambda card: card.update(bounds=[1]), "/bounds"),
        (lambda card: card.update(features=[]), "/features"),
        (lambda card: card["features"].append(card["features"][0]), "/features"),
        (lambda card: card["features"][0]["bins"].reverse(), "/features/0"),
        (lambda card: card["features"][0]["bins"][0].update(below="24"), "/features/0"),
        (lambda card: card["features"][0]["bins"][0].update(below=6), "/features/0"),
        (lambda card: card["features"][0]["bins"][0].update(below="six"), "/features/0"),
        (lambda card: card["features"][0]["bins"].pop(), "/features/0"),
        (lambda card: card["features"][0]["bins"].clear(), "/features/0"),
        (lambda card: card["features"][0].update(trend="falling"), "/features/0"),
        (lambda card: card["features"][0].update(trend="up"), "/features/0"),
        (lambda card: card["features"][0].update(kind="model"), "/features/0"),
        (lambda card: card["features"][1].update(trend="rising"), "/features/1"),
        (lambda card: card["features"][1]["bins"][0].update({"in": []}), "/features/1"),
        (lambda card: card["features"][1]["bins"][0].update({"in": ["high"]}), "/features/1"),
        (lambda card: card["features"][1]["bins"][0].update(points="5"), "/features/1"),
        (lambda card: card["features"][1].update(name="sex"), "/features/1"),
        (lambda card: card["features"].__setitem__(1, "x"), "/features/1"),
    ],
)  # fmt: skip
def test_a_document_of_another_shape_is_refused_at_its_place(
    change: Callable[[dict[str, Any]], object], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_scorecard(changed(change), SIGNALS)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(pointer, "scorecard")]


def test_the_german_card_is_none_of_merchant_signals() -> None:
    """It has age: fine for a test of the arithmetic, refused for a shop's."""
    with pytest.raises(InvalidInput):
        read_scorecard(CARD, SIGNALS)
    assert read_scorecard(small(), SIGNALS).name == "shop"
