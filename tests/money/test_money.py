"""Money is whole minor units of one currency."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, FloatOperation
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenebank.money.down_payment import down_payment
from scenebank.money.equal_instalment import level_payment
from scenebank.money.eu_aprc import eu_aprc
from scenebank.money.fund_risk import market_risk_class
from scenebank.money.largest_remainder import split
from scenebank.money.model import CurrencyMismatch, Money, Rate, RateBasis, exponent, round_half_up
from scenebank.money.nav_return import nav_annualised
from scenebank.money.rounding import half_up
from scenebank.money.seven_day_yield import seven_day_yield_simple

HALF: Any = 0.5


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


@pytest.mark.parametrize(
    "act",
    [
        lambda money: money + 0.5, lambda money: 0.5 + money, lambda money: money - 0.5, lambda money: 0.5 - money,
        lambda money: money * 0.5, lambda money: 0.5 * money, lambda money: money / 2.0, lambda money: money // 0.5,
        lambda money: money % 0.5, lambda money: money**0.5, lambda money: money < 0.5, lambda money: money >= 0.5,
        lambda money: money.times(0.5), lambda money: split(money, [HALF, HALF]),
        lambda money: down_payment(money, HALF),
        lambda money: sum([money, money]), lambda money: float(money), lambda money: round(money),
        lambda money: money + True, lambda money: money + 1, lambda money: Money(True, "CNY"),
    ],
)  # fmt: skip
def test_arithmetic_with_anything_but_money_raises(act: Callable[[Any], object]) -> None:
    with pytest.raises((TypeError, FloatOperation)):
        act(Money(100, "CNY"))


@pytest.mark.parametrize(
    "act",
    [
        lambda: market_risk_class(HALF), lambda: half_up(HALF, 2), lambda: seven_day_yield_simple([HALF] * 7),
        lambda: eu_aprc([(HALF, Fraction(0)), (-HALF, Fraction(1))]), lambda: nav_annualised(HALF, HALF, 90),
        lambda: level_payment(100, 3, HALF), lambda: Rate.from_json({"value": HALF, "basis": "eu_aprc"}),
    ],
)  # fmt: skip
def test_no_question_takes_a_float(act: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError, FloatOperation)):
        act()


def test_equal_is_the_same_amount_of_the_same_currency() -> None:
    assert Money(100, "CNY") == Money(100, "CNY")
    assert Money(100, "CNY") not in (100, 100.0, Money(100, "EUR"), Money(101, "CNY"))


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
