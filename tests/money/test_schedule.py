"""Schedules add up, row by row and column by column."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenebank.money.model import MAX_MINOR, Money, Rate, RateBasis
from scenebank.money.schedule import Method, Schedule, make_schedule

BASIS = {
    Method.EQUAL_INSTALMENT: RateBasis.NOMINAL_ANNUAL,
    Method.FEE_PER_TERM: RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL,
}
RATES = st.decimals("0", "0.36", places=4)


def schedule(minor: int, terms: int, method: Method, rate: Decimal) -> Schedule:
    return make_schedule(Money(minor, "CNY"), terms, method, Rate(rate, BASIS[method]))


@given(st.integers(1_000, MAX_MINOR), st.integers(1, 60), st.sampled_from(Method), RATES)
def test_every_row_and_column_adds_up(minor: int, terms: int, method: Method, rate: Decimal) -> None:
    made = schedule(minor, terms, method, rate)
    balance = minor
    for number, row in enumerate(made.rows, start=1):
        balance -= row.principal.minor
        assert (row.number, row.balance.minor) == (number, balance)
        assert row.payment == row.principal + row.interest + row.fee
        assert min(row.principal.minor, row.interest.minor, row.fee.minor) >= 0
    assert balance == 0
    assert made.total_payable == made.financed + made.total_cost


@given(st.integers(100_000, 10_000_000), st.integers(2, 36), RATES)
def test_only_the_last_instalment_differs(minor: int, terms: int, rate: Decimal) -> None:
    rows = schedule(minor, terms, Method.EQUAL_INSTALMENT, rate).rows
    assert {row.payment.minor for row in rows[:-1]} == {rows[0].payment.minor}
    assert abs(rows[-1].payment.minor - rows[0].payment.minor) <= terms


def test_a_fee_is_taken_from_the_original_principal_each_term() -> None:
    made = schedule(129_900, 12, Method.FEE_PER_TERM, Decimal("0.0060"))
    assert {row.fee.minor for row in made.rows} == {779}
    assert made.total_cost == Money(12 * 779, "CNY")


def test_the_rates_basis_must_be_the_methods() -> None:
    rate = Rate(Decimal("0.07"), RateBasis.NOMINAL_ANNUAL)
    with pytest.raises(ValueError):
        make_schedule(Money(10_000, "CNY"), 3, Method.FEE_PER_TERM, rate)


@pytest.mark.parametrize(("minor", "terms"), [(-1, 3), (100, 0)])
def test_a_negative_amount_or_no_term_is_refused(minor: int, terms: int) -> None:
    with pytest.raises(ValueError):
        schedule(minor, terms, Method.EQUAL_INSTALMENT, Decimal("0.07"))


def test_nothing_left_to_finance_has_no_payments() -> None:
    """After a full refund."""
    assert schedule(0, 12, Method.EQUAL_INSTALMENT, Decimal("0.07")).rows == ()
