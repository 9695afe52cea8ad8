"""Merchant signals: a closed list, in bands, and only with consent to this bank."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scenebank.errors import InvalidInput
from scenebank.risk.signals import CATEGORIES, PURPOSE, SIGNALS, SignalConsent, read_signals

CONSENT = SignalConsent(PURPOSE, "harbour", "2026-11")
LAWFUL: dict[str, Any] = {
    "tenure_months": 31, "orders_12m": 5, "spend_band_12m": "C", "refund_ratio_12m": "0.15", "item_tier": "mid",
    "top_category": "home", "address_stability_months": 61, "verified_phone": True, "chargebacks_12m": 0,
}  # fmt: skip


def test_what_a_bank_gets_is_in_bands() -> None:
    """Nobody can be found again by 31 months and 5 orders."""
    assert set(LAWFUL) == SIGNALS
    assert read_signals(LAWFUL, CONSENT, "harbour") == {
        "tenure_months": Decimal(24), "orders_12m": Decimal(3), "spend_band_12m": "C",
        "refund_ratio_12m": Decimal("0.15"), "item_tier": "mid", "top_category": "home",
        "address_stability_months": Decimal(60), "verified_phone": "yes", "chargebacks_12m": Decimal(0),
    }  # fmt: skip


@pytest.mark.parametrize(
    "consent",
    [None, SignalConsent(PURPOSE, "cedar", "2026-11"), SignalConsent("share_data", "harbour", "2026-11")],
)
def test_without_consent_to_this_bank_there_are_none(consent: SignalConsent | None) -> None:
    assert read_signals(LAWFUL, consent, "harbour") is None


@pytest.mark.parametrize(
    "name",
    ["sex", "gender", "ethnicity", "religion", "marital_status", "orders", "location", "contacts", "messages", "face",
     "browsing", "age", "device_id", "health", "Tenure_months", "tenure_months ", "~/", ""],
)  # fmt: skip
def test_nothing_else_is_a_signal(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_signals({name: 1}, CONSENT, "harbour")
    assert [one.code for one in refused.value.errors] == ["unknown_field"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tenure_months", -1), ("tenure_months", 10_000), ("tenure_months", 3.5), ("tenure_months", True),
        ("tenure_months", "3"), ("orders_12m", None), ("spend_band_12m", "F"), ("spend_band_12m", "AB"),
        ("spend_band_12m", ["A"]), ("refund_ratio_12m", "0.13"), ("refund_ratio_12m", 0.15),
        ("refund_ratio_12m", "1.05"), ("refund_ratio_12m", "-0.05"), ("refund_ratio_12m", "5e-2"),
        ("refund_ratio_12m", "."), ("refund_ratio_12m", "٠"), ("item_tier", "luxury"), ("top_category", "medicine"),
        ("top_category", "religious"), ("verified_phone", 1), ("verified_phone", "yes"), ("chargebacks_12m", {}),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_signals(LAWFUL | {name: value}, CONSENT, "harbour")
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(f"/signals/{name}", "signal_value")]


def test_no_sensitive_category_is_on_the_list() -> None:
    sensitive = {"medicine", "health", "adult", "religious", "political", "pharmacy", "books"}
    assert not CATEGORIES & sensitive
