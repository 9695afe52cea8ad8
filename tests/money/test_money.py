"""Money is whole minor units of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenebank.money.model import CurrencyMismatch, Money, Rate, RateBasis, exponent, round_half_up


def test_a_float_is_no_money() -> None:
    with pytest.raises(TypeError):
        Money(12.5, "CNY")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Rate(0.13, RateBasis.CN_ANNUAL_SIMPLE)  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "CNY") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "CNY") < Money(2, "EUR")


@given(st.integers(0, 10**12 - 1), st.integers(1, 400))
def test_a_split_adds_up_and_differs_by_one_at_most(minor: int, parts: int) -> None:
    shares = [share.minor for share in Money(minor, "EUR").split(parts)]
    assert sum(shares) == minor
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    "document",
    [
        {}, {"amount": 100, "currency": "CNY"}, {"amount": "1.5", "currency": "CNY"},
        {"amount": "-1", "currency": "CNY"},
        {"amount": "1e30", "currency": "CNY"}, {"amount": "1" * 13, "currency": "CNY"},
        {"amount": "1", "currency": "XXX"},
        {"amount": "١٢", "currency": "CNY"},
    ],
)  # fmt: skip
def test_odd_json_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Money.from_json(document)


@given(st.integers(0, 10**12 - 1), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_json_round_trip_and_exact_decimal(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.from_json(money.json()) == money
    assert money.decimal * 10 ** exponent(currency) == minor


@pytest.mark.parametrize(("value", "whole"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1)])
def test_halves_go_away_from_zero(value: str, whole: int) -> None:
    assert round_half_up(Decimal(value)) == whole
