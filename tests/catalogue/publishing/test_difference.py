"""What a change means: its fields, and what an amount costs over a term before and after."""

from __future__ import annotations

from typing import Any

import pytest

from scenebank.catalogue.publishing.documents import difference_json
from scenebank.catalogue.publishing.service import Wanted
from scenebank.errors import InvalidInput
from tests.support.catalogue import product
from tests.support.publishing import Office


def difference(desk: Office, changes: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Of a product of 7.20 % nominal a year, or ``before``, on sale, and a draft with ``changes``."""
    document = product("alpha", "diff", "0.0720") | (before or {})
    desk.catalogue.publish(document)
    revision = desk.publishing.draft("eve", Wanted("alpha", "diff", document | changes))
    return difference_json(desk.records.step("abe", revision.id))


def test_as_the_shopper_feels_it(desk: Office) -> None:
    """1,299.00 over twelve months at 7.20 % and at 6.90 % a year, by the annuity formula: A·i/(1 − (1 + i)^−12) with
    i = r/12, which is 112.5174… and 112.3395…"""
    found = difference(desk, {"rate": {"value": "0.0690", "basis": "nominal_annual"}})
    assert [one["words"] for one in found["fields"]] == ["/rate/value: 7.20 % → 6.90 %"]
    (one,) = (one for one in found["shopper"] if (one["term"], one["amount"]["amount"]) == (12, "129900"))
    assert one["words"] == "12 × on ¥1,299.00: ¥112.52 → ¥112.34"
    assert (one["before"]["payment"]["amount"], one["after"]["payment"]["amount"]) == ("11252", "11234")
    assert one["after"]["annual_rate"]["value"].startswith("0.0690")
    assert len(found["shopper"]) + found["unchanged"] == 9  # three amounts, three terms


def test_what_is_not_felt_is_said_as_well(desk: Office) -> None:
    found = difference(desk, {"name": {"en": "Other", "zh-CN": "diff"}})
    assert ([one["pointer"] for one in found["fields"]], found["shopper"], found["unchanged"]) == (["/name/en"], [], 9)


def test_a_term_that_comes_and_one_that_goes(desk: Office) -> None:
    found = difference(desk, {"terms": [6, 12, 24]})
    assert {(one["term"], one["before"] is None, one["after"] is None) for one in found["shopper"]} == {
        (3, False, True), (24, True, False),
    }  # fmt: skip
    assert "3 × on ¥100.00: ¥33.73 → not offered" in [one["words"] for one in found["shopper"]]


def test_a_product_that_is_new(desk: Office) -> None:
    revision = desk.publishing.draft("eve", Wanted("alpha", "new", product("alpha", "new")))
    found = difference_json(desk.records.step("abe", revision.id))
    assert (found["from_version"], found["unchanged"]) == (None, 0)
    assert all(one["before"] is None for one in (*found["fields"], *found["shopper"]))


def test_a_draft_that_cannot_be_priced_yet(desk: Office) -> None:
    revision = desk.publishing.draft("eve", Wanted("alpha", "new", {"kind": "loan"}))
    found = difference_json(desk.records.step("abe", revision.id))
    assert ([one["pointer"] for one in found["fields"]][1], found["shopper"]) == ("/kind", [])


def submitted(desk: Office, document: dict[str, Any], reason: str | None = None) -> list[tuple[str, str]]:
    """What keeps it from a review; nothing where nothing does."""
    revision = desk.publishing.draft("eve", Wanted("alpha", str(document["product_id"]), document, reason=reason))
    moves = desk.moves
    try:
        desk.publishing.submit("eve", revision.id)
    except InvalidInput as error:
        assert desk.moves == moves
        return [(one.pointer, one.code) for one in error.errors]
    return []


# 6.00 % nominal a year over 3, 6 and 12 months: the costs are those of the annuity, to four digits.
GOOD = [{"term": 3, "cost": "0.0100"}, {"term": 6, "cost": "0.0176"}, {"term": 12, "cost": "0.0328",
                                                                      "annual_rate": "0.0600"}]  # fmt: skip


TABLES: list[tuple[Any, list[tuple[str, str]]]] = [
    (GOOD, []),
    ([{"term": 12, "annual_rate": "0.06009"}], []),
    ([{"term": 12, "annual_rate": "0.06011"}], [("/fee_table/0/annual_rate", "fee_table_differs")]),
    ([{"term": 3, "cost": "0.0100"}, {"term": 12, "cost": "0.0720"}], [("/fee_table/1/cost", "fee_table_differs")]),
    ([{"term": 24, "cost": "0.0720"}], [("/fee_table/0/term", "fee_table_term")]),
    ([{"term": 12}], [("/fee_table/0", "fee_table_shape")]),
    ([{"term": 12, "cost": "7.2 %"}], [("/fee_table/0", "fee_table_shape")]),
    ([{"term": 12, "cost": 1}], [("/fee_table/0", "fee_table_shape")]),
    ([{"term": 12, "cost": "0.0720", "colour": "red"}], [("/fee_table/0", "fee_table_shape")]),
    ([], [("/fee_table", "fee_table_shape")]),
    ("none", [("/fee_table", "fee_table_shape")]),
]


def test_a_document_is_held_against_its_own_fee_table(desk: Office) -> None:
    for number, (table, wrong) in enumerate(TABLES):
        document = product("alpha", f"priced-{number}") | {"fee_table": table}
        assert submitted(desk, document) == wrong, table
        if wrong:  # nor by any other way
            with pytest.raises(InvalidInput):
                desk.catalogue.publish(document)


def test_a_name_in_one_language(desk: Office) -> None:
    assert submitted(desk, product("alpha", "p") | {"name": {"en": "p"}}) == [("/name/zh-CN", "product_locale")]


def test_a_large_change_needs_a_reason(desk: Office) -> None:
    product_id = desk.on_sale("0.0600")
    for rate, wrong in (("0.0480", []), ("0.0479", [("/reason", "large_change")]), ("0.0720", []),
                        ("0.0721", [("/reason", "large_change")])):  # fmt: skip
        assert submitted(desk, product("alpha", product_id, rate)) == wrong, rate
    assert submitted(desk, product("alpha", product_id, "0.0300"), "the central bank has cut its rate") == []


def test_an_end_before_the_start(desk: Office) -> None:
    wanted = Wanted("alpha", "p", product("alpha", "p"), starts_at=desk.now_ms + 2, ends_at=desk.now_ms + 2)
    revision = desk.publishing.draft("eve", wanted)
    with pytest.raises(InvalidInput) as refused:
        desk.publishing.submit("eve", revision.id)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/ends_at", "ends_before_start")]
