"""59 products and 5 error bodies as real banks published them: what the official schema says, what we say, and what is
odd in them. They are test data of others and stay where they are; the day is that of their collection."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scenebank.catalogue.cdr.judging import candidates
from scenebank.catalogue.cdr.model import Judged
from scenebank.catalogue.cdr.reading import Unreadable
from tests.support.cdr import judged, loan, plan
from tests.support.shared_data import shared_bytes, shared_json

INDEX = {one["file"]: one for one in shared_json("cdr/index.json")}
PRODUCTS = sorted(name for name in INDEX if name.startswith("products/"))
ERRORS = sorted(name for name in INDEX if name.startswith("errors/"))
COLLECTED = datetime(2024, 8, 12, tzinfo=UTC)
SPEC = shared_json("cdr/spec/cds_banking_1.31.0.json")
# The document is of OpenAPI 3.0, whose schemas are those of draft 4.
SCHEMA = jsonschema.Draft4Validator(
    {"$ref": "#/components/schemas/ResponseBankingProductByIdV4", "components": SPEC["components"]}
)


@cache
def judgement(name: str) -> Judged:
    return judged(shared_bytes(f"cdr/{name}"), COLLECTED)


def without_nulls(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: without_nulls(value) for name, value in tree.items() if value is not None}
    return [without_nulls(value) for value in tree] if isinstance(tree, list) else tree


def places(tree: Any) -> set[str]:
    """Where the official schema finds something wrong, as pointers inside the product."""
    found = set()
    for error in SCHEMA.iter_errors(tree):
        steps = list(error.absolute_path)[1:]
        steps += [error.message.split("'")[1]] if error.validator == "required" else []
        found.add("".join(f"/{step}" for step in steps))
    return found


def schema_says(name: str) -> str:
    tree = shared_json(f"cdr/{name}")
    if not places(tree):
        return "valid"
    return "invalid" if places(without_nulls(tree)) else "after repair"


def table() -> dict[str, dict[str, str]]:
    with Path(__file__).with_name("verdicts.tsv").open(encoding="utf-8", newline="") as file:
        return {f"products/{row['document']}": row for row in csv.DictReader(file, delimiter="\t")}


def test_the_whole_table_of_verdicts() -> None:
    """Each document's verdict by the official schema and by us, and the first of our reasons."""
    expected = table()
    assert sorted(expected) == PRODUCTS
    for name in PRODUCTS:
        found = judgement(name)
        first = found.reasons[0] if found.reasons else None
        row = {
            "document": name.removeprefix("products/"), "schema": schema_says(name), "verdict": found.verdict.value,
            "first reason": first.code if first else "-",
            "place": (first.pointer or "(the whole)") if first else "-",
        }  # fmt: skip
        assert row == expected[name]
    counts = Counter(row["schema"] for row in expected.values())
    assert counts == {"valid": 45, "after repair": 8, "invalid": 6}


@pytest.mark.parametrize("name", [name for name in PRODUCTS if INDEX[name]["schema"].startswith("INVALID")])
def test_what_the_schema_refuses_is_found_at_the_same_places(name: str) -> None:
    official = places(without_nulls(shared_json(f"cdr/{name}")))
    assert official
    assert official <= {one.pointer for one in judgement(name).reasons}


def test_what_the_schema_wants_without_nulls_is_repaired() -> None:
    for name in PRODUCTS:
        if INDEX[name]["schema"].startswith("valid after"):
            assert {"null", "null_around"} & {one.code for one in judgement(name).reasons}, name


# By the words of the index: our code, and whether the product can be shown as it is.
ODDITIES = {
    "HTML tag inside description/additionalValue": ("markup", True),
    "rate given in percent (2.00) instead of a fraction": ("percent_rate", False),
    "transactionRate 100.0": ("percent_rate", False),
    "negative rate (market linked / discount)": ("negative_allowed", True),
    "U+FFFD replacement character in text": ("unseen_characters", True),
    "productId with a space": ("odd_id", None),
    "tier with minimumValue > maximumValue (0 used for none)": ("upside_down", False),
    "URI without scheme letter (ttps://)": ("link_unusable", True),
    "newline in name": ("unseen_characters", None),
    "fee in USD on an Australian product": ("foreign_currency", True),
    "no rates at all on a lending product": ("no_rates", True),
    "effectiveTo in the past of the crawl": ("ended", True),
}
IN_WORDS = "duration 'Monthly' or fractional P0.5Y"


def test_the_thirteen_oddities() -> None:
    odd = {
        INDEX[name]["why"].removeprefix("AWKWARD: "): name
        for name in PRODUCTS
        if INDEX[name]["why"].startswith("AWKWARD") and not INDEX[name]["schema"].startswith("INVALID")
    }
    assert set(odd) == {*ODDITIES, IN_WORDS}
    for why, (code, shown) in ODDITIES.items():
        found = judgement(odd[why])
        assert code in {one.code for one in found.reasons}, why
        assert shown in (None, found.verdict.value in ("clean", "repaired")), why
    # Here the word stands only in a text beside a duration that is as it should be: it stays a text.
    document: Any = judgement(odd[IN_WORDS]).document
    assert {(one["text"], one["pays"]) for one in document["deposit_rates"]} == {("Monthly", "P1M")}


def test_durations_in_words_are_read_where_a_duration_must_be() -> None:
    spelt = [
        one.words for name in PRODUCTS for one in judgement(name).reasons if one.code == "duration_spelt"
    ]
    assert {"'Monthly' is read as P1M", "'Daily' is read as P1D"} <= set(spelt)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_body_is_no_product(name: str) -> None:
    said = json.loads(shared_bytes(f"cdr/{name}"))["errors"][0]
    with pytest.raises(Unreadable) as refused:
        candidates(shared_bytes(f"cdr/{name}"), "example")
    assert refused.value.reason.code == "error_body"
    assert refused.value.reason.words.endswith(f"{said['title']}: {said['detail']}")


def test_a_list_is_no_price() -> None:
    with pytest.raises(Unreadable) as refused:
        candidates(shared_bytes("cdr/lists/judo-bank.json"), None)
    assert refused.value.reason.code == "list_only"


def test_our_made_up_documents_are_of_the_official_shape() -> None:
    """So that what other tests show on them holds for real ones."""
    newest = shared_json("cdr/spec/cds_banking_1.36.0.json")
    seventh = jsonschema.Draft4Validator(
        {"$ref": "#/components/schemas/BankingProductDetailV7", "components": newest["components"]}
    )
    assert [error.message for error in seventh.iter_errors(plan())] == []
    assert places({"data": loan(), "links": {"self": "x"}}) == set()
