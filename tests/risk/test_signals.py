"""Merchant signals: a closed list, in bands; what a shop's server may send, and what else is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scenebank.errors import InvalidInput
from scenebank.fields import Schema
from scenebank.markets.rules import bound
from scenebank.risk.signals import CATEGORIES, MERCHANT_SIGNALS, SIGNALS, facts_of_signals
from scenebank.sessions.requests import session_request

LAWFUL: dict[str, Any] = {
    "tenure_months": 24, "orders_12m": 3, "spend_band_12m": "C", "refund_ratio_12m": "0.15", "item_tier": "mid",
    "top_category": "home", "address_stability_months": 60, "verified_phone": True, "chargebacks_12m": 0,
}  # fmt: skip
ASKED = {"widget": "loan", "origin": "https://shop.example", "user": {"ref": "u"}}


def refused(signals: dict[str, Any]) -> list[tuple[str, str]]:
    """What the body of ``POST /v1/sessions`` is refused for; the schema of the same must say so too."""
    named: dict[str, Schema] = {}
    told = Draft202012Validator(MERCHANT_SIGNALS.schema(named)).is_valid(signals)
    try:
        session_request(["loan"]).read_body(ASKED | {"signals": signals})
    except InvalidInput as error:
        assert not told
        return [(one.pointer, one.code) for one in error.errors]
    assert told
    return []


def test_what_is_lawful_is_taken_one_by_one_and_together() -> None:
    assert set(LAWFUL) == set(SIGNALS)
    assert refused(LAWFUL) == []
    assert [name for name, value in LAWFUL.items() if refused({name: value})] == []


def test_the_list_is_the_one_the_rules_of_conduct_allow() -> None:
    """The basket's amount is a fact of the order."""
    assert {*SIGNALS, "cart_amount"} == set(bound("merchant_features", date(2026, 11, 26)))


def test_nothing_else_is_a_signal() -> None:
    names = ("sex", "gender", "ethnicity", "religion", "marital_status", "orders", "location", "contacts", "messages",
             "face", "browsing", "age", "device_id", "health", "Tenure_months", "tenure_months ", "orders_90d",
             "")  # fmt: skip
    assert [name for name in names if refused({name: 1}) != [(f"/signals/{name}", "unknown_field")]] == []


def test_a_value_in_no_band_is_named() -> None:
    table: list[tuple[str, Any, str]] = [
        *(("tenure_months", value, "signal_band") for value in
          (-1, 1, 31, 61, 10_000, Decimal("24"), True, "24", None)),
        *(("orders_12m", value, "signal_band") for value in (5, False, [3])),
        *(("spend_band_12m", value, "signal_value") for value in ("F", "AB", "c", ["A"], None)),
        *(("refund_ratio_12m", value, "signal_value") for value in
          ("0.13", "0.1", "1.05", "-0.05", "5e-2", ".", "٠", Decimal("0.15"), 0)),
        ("item_tier", "luxury", "signal_value"), ("top_category", "medicine", "signal_value"),
        ("top_category", "religious", "signal_value"), ("verified_phone", 1, "true_or_false"),
        ("verified_phone", "yes", "true_or_false"), ("chargebacks_12m", {}, "signal_band"),
        ("chargebacks_12m", 4, "signal_band"),
    ]  # fmt: skip
    passed = []
    for name, value, code in table:
        with pytest.raises(InvalidInput) as found:
            session_request(["loan"]).read_body(ASKED | {"signals": LAWFUL | {name: value}})
        if [(one.pointer, one.code) for one in found.value.errors] != [(f"/signals/{name}", code)]:
            passed.append((name, value))
    assert passed == []


def test_a_scorecard_reads_them_as_numbers_and_words() -> None:
    assert facts_of_signals(LAWFUL) == {
        "tenure_months": Decimal(24), "orders_12m": Decimal(3), "spend_band_12m": "C",
        "refund_ratio_12m": Decimal("0.15"), "item_tier": "mid", "top_category": "home",
        "address_stability_months": Decimal(60), "verified_phone": "yes", "chargebacks_12m": Decimal(0),
    }  # fmt: skip
    assert facts_of_signals({"verified_phone": False, "refund_ratio_12m": "0.00"}) == {
        "verified_phone": "no", "refund_ratio_12m": Decimal(0)
    }  # fmt: skip


def test_no_sensitive_category_is_on_the_list() -> None:
    sensitive = {"medicine", "health", "adult", "religious", "political", "pharmacy", "books"}
    assert not sensitive & set(CATEGORIES)
