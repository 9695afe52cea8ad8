"""Schedules: what each method charges, and what none does. That they add up: ``test_properties.py``."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scenebank.money.down_payment import down_payment
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.rows import Rows
from scenebank.money.schedule import Method, Schedule, make_schedule


def schedule(minor: int, terms: int, method: Method, rate: str, currency: str = "CNY") -> Schedule:
    return make_schedule(Money(minor, currency), terms, method, Rate(Decimal(rate), method.basis))


@pytest.mark.parametrize(("minor", "terms"), [(100_000, 2), (129_900, 12), (999_999, 36), (10_000_000, 36)])
@pytest.mark.parametrize("rate", ["0", "0.0001", "0.0720", "0.36"])
def test_only_the_last_instalment_differs(minor: int, terms: int, rate: str) -> None:
    rows = schedule(minor, terms, Method.EQUAL_INSTALMENT, rate).rows
    assert {row.payment.minor for row in rows[:-1]} == {rows[0].payment.minor}
    assert abs(rows[-1].payment.minor - rows[0].payment.minor) <= terms


def test_a_fee_is_taken_from_the_original_principal_each_term() -> None:
    made = schedule(129_900, 12, Method.FEE_PER_TERM, "0.0060")
    assert {row.fee.minor for row in made.rows} == {779}
    assert made.total_cost == Money(12 * 779, "CNY")


def test_a_fee_for_the_whole_time_is_rounded_once() -> None:
    """1,299.00 at 0.60 % over 12 months: 93.53 in all, spread or at first."""
    spread = schedule(129_900, 12, Method.FEE_SPREAD, "0.0060")
    first = schedule(129_900, 12, Method.FEE_AT_FIRST, "0.0060")
    assert spread.total_cost == first.total_cost == Money(9_353, "CNY")
    assert [row.fee.minor for row in spread.rows] == [779] * 11 + [784]
    assert [row.fee.minor for row in first.rows] == [9_353] + [0] * 11


@pytest.mark.parametrize(
    ("minor", "terms", "payments"), [(2, 3, [1, 1, 0]), (10, 12, [1] * 10 + [0, 0]), (1, 2, [1, 0])]
)
def test_a_few_minor_units_are_paid_back_early_and_never_back(minor: int, terms: int, payments: list[int]) -> None:
    rows = schedule(minor, terms, Method.EQUAL_INSTALMENT, "0").rows
    assert [row.payment.minor for row in rows] == payments


@pytest.mark.parametrize("method", Method)
def test_the_rates_basis_must_be_the_methods(method: Method) -> None:
    other = next(one.basis for one in Method if one.basis is not method.basis)
    for basis in (other, RateBasis.EU_APRC):
        with pytest.raises(ValueError, match="basis"):
            make_schedule(Money(10_000, "CNY"), 3, method, Rate(Decimal("0.07"), basis))


@pytest.mark.parametrize(("minor", "terms", "rate"), [(-1, 3, "0.07"), (100, 0, "0.07"), (100, 3, "-0.07")])
def test_a_negative_amount_or_rate_or_no_term_is_refused(minor: int, terms: int, rate: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        schedule(minor, terms, Method.EQUAL_INSTALMENT, rate)


@pytest.mark.parametrize("method", Method)
def test_nothing_left_to_finance_has_no_payments(method: Method) -> None:
    """After a full refund."""
    assert schedule(0, 12, method, "0.01").rows == Rows()


def test_a_down_payment_is_no_credit() -> None:
    down, rest = down_payment(Money(129_995, "CNY"), Decimal("0.30"))
    assert (down.minor, rest.minor) == (38_999, 90_996)
    assert down_payment(Money(100, "JPY"), Decimal(1)) == (Money(100, "JPY"), Money(0, "JPY"))
    for share in ("-0.01", "1.01"):
        with pytest.raises(ValueError, match="share"):
            down_payment(Money(100, "JPY"), Decimal(share))


def test_rows_are_made_as_they_were_given() -> None:
    made = schedule(129_900, 12, Method.EQUAL_INSTALMENT, "0.12").rows
    given = list(made)
    assert Rows(given) == made and hash(Rows(given)) == hash(made)
    assert [row.number for row in made[3:5]] == [4, 5]
    assert (made[-1], made[-1].number, len(made)) == (given[11], 12, 12)
    assert list(made.payments) == [row.payment.minor for row in given]
    assert made != Rows(given[:-1]) and Rows() != made
    with pytest.raises(IndexError):
        made[12]


def test_rows_of_another_order_or_currency_are_none() -> None:
    given = list(schedule(129_900, 3, Method.EQUAL_INSTALMENT, "0.12").rows)
    with pytest.raises(ValueError, match="numbered from 1"):
        Rows(given[1:])
    with pytest.raises(ValueError, match="one currency"):
        Rows([replace(given[0], fee=Money(0, "EUR"))])
