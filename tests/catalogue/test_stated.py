"""The part ``stated`` of a document: every field that is wrong is named."""

from __future__ import annotations

from typing import Any

import pytest

from scenebank.catalogue.documents import parse_listed
from scenebank.catalogue.model import Indicative
from scenebank.catalogue.publishing.words import WORDS
from scenebank.errors import InvalidInput
from tests.support.catalogue import stated

EURO, DOLLARS = {"amount": "1", "currency": "EUR"}, {"amount": "1", "currency": "AUD"}
RATE = {"rate": {"value": "0.08", "basis": "nominal_annual"}, "fixed": True}
# A change of the part → the place of what is wrong, and its code.
ROWS: list[tuple[dict[str, Any], str, str]] = [
    ({"rates": []}, "/stated/rates", "stated_rates"),
    ({"rates": [RATE] * 101}, "/stated/rates", "stated_rates"),
    ({"rates": [{"fixed": True}]}, "/stated/rates/0/rate", "required"),
    ({"rates": [RATE | {"rate": {"value": "7.99", "basis": "nominal_annual"}}]}, "/stated/rates/0/rate", "stated_rate"),
    ({"rates": [RATE | {"comparison_rate": RATE["rate"]}]}, "/stated/rates/0/comparison_rate", "stated_rate"),
    ({"rates": [RATE | {"comparison_rate": None}]}, "/stated/rates/0/comparison_rate", "stated_rate"),
    ({"rates": [RATE | {"note": "a\nb"}]}, "/stated/rates/0/note", "stated_text"),
    ({"rates": [RATE | {"largest": EURO}]}, "/stated/rates/0/largest", "product_currency"),
    ({"rates": [RATE | {"smallest": DOLLARS | {"amount": "2"}, "largest": DOLLARS}]}, "/stated/rates/0/largest",
     "stated_upside_down"),
    ({"fees": [{"name": " "}]}, "/stated/fees/0/name", "stated_text"),
    ({"max_amount": DOLLARS}, "/stated/max_amount", "stated_upside_down"),
    ({"min_amount": EURO}, "/stated/min_amount", "product_currency"),
    ({"min_term": 24, "max_term": 12}, "/stated/max_term", "stated_upside_down"),
    ({"max_term": 481}, "/stated/max_term", "stated_term"),
    ({"until": "2026-09-30"}, "/stated/until", "stated_upside_down"),
    ({"stated_on": "2026-13-01"}, "/stated/stated_on", "stated_day"),
    ({"links": {"apply": "http://bank.example"}}, "/stated/links/apply", "stated_link"),
    ({"links": {"apply": "https://bank.example@evil.example"}}, "/stated/links/apply", "stated_link"),
    ({"links": {"terms": "javascript:alert(1)"}}, "/stated/links/terms", "stated_link"),
    ({"links": {"home": "https://bank.example"}}, "/stated/links/home", "unknown_field"),
    ({"price": "0"}, "/stated/price", "unknown_field"),
]  # fmt: skip


def test_every_field_that_is_wrong_is_named() -> None:
    for changes, pointer, code in ROWS:
        with pytest.raises(InvalidInput) as refused:
            parse_listed(stated("alpha", "p", ("0.08", None), **changes))
        assert [(one.pointer, one.code) for one in refused.value.errors] == [(pointer, code)], changes
    assert {code for *_row, code in ROWS if code.startswith("stated_")} <= set(WORDS)


@pytest.mark.parametrize("changes", [{"market": "EU"}, {"kind": "instalments"}])
def test_only_a_loan_and_only_where_the_lender_states_the_rate_by_law(changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_listed(stated("alpha", "p", ("0.08", None)) | changes)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/stated", "stated_not_here")]
    assert isinstance(parse_listed(stated("alpha", "p", ("0.08", None))), Indicative)
