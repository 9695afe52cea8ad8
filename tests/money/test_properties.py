"""What holds whatever the figures."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from scenebank.money.annual_rate import monthly_flows
from scenebank.money.cash_flow import Flow
from scenebank.money.cn_annual import cn_annual_simple
from scenebank.money.dates import due_dates, months_before, whole_months
from scenebank.money.largest_remainder import split, split_rows
from scenebank.money.model import MAX_MINOR, Money, Rate, RateBasis
from scenebank.money.precision import forty_digits
from scenebank.money.refund import ChargedFees, refund
from scenebank.money.root import periodic_rate
from scenebank.money.schedule import Method, Schedule, make_schedule
from tests.support.properties import FEW_AND_MANY, for_all

MINORS = st.integers(0, MAX_MINOR)
TERMS = st.integers(1, 60)
RATES = st.decimals("0", "0.36", places=4)
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any)
DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))


def made(minor: int, terms: int, method: Method, rate: Decimal) -> Schedule:
    """A fee per term is a tenth of what a year's interest may be."""
    value = rate if method.basis is RateBasis.NOMINAL_ANNUAL else rate / 10
    return make_schedule(Money(minor, "CNY"), terms, method, Rate(value, method.basis))


@FEW_AND_MANY
def test_principal_adds_up_and_the_balance_ends_at_zero(count: int) -> None:
    def holds(minor: int, terms: int, method: Method, rate: Decimal) -> None:
        schedule = made(minor, terms, method, rate)
        balance = minor
        for number, row in enumerate(schedule.rows, start=1):
            balance -= row.principal.minor
            assert (row.number, row.balance.minor) == (number, balance)
            assert row.payment == row.principal + row.interest + row.fee
            assert min(row.principal.minor, row.interest.minor, row.fee.minor, row.balance.minor) >= 0
        assert balance == 0
        assert len(schedule.rows) == (terms if minor else 0)
        assert schedule.total_payable == schedule.financed + schedule.total_cost

    for_all(count, holds, minor=MINORS, terms=TERMS, method=st.sampled_from(Method), rate=RATES)


@FEW_AND_MANY
def test_splitting_and_joining_lose_nothing(count: int) -> None:
    def holds(minor: int, weights: list[int]) -> None:
        shares = [share.minor for share in split(Money(minor, "EUR"), weights)]
        assert sum(shares) == minor
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - Fraction(minor * weight, sum(weights))) < 1
            assert weight or share == 0
        for one, other in zip(range(len(weights)), range(1, len(weights)), strict=False):
            if weights[one] == weights[other]:
                assert (shares[one] - shares[other]) * (1 if minor >= 0 else -1) in (0, 1)

    for_all(count, holds, minor=st.integers(-MAX_MINOR, MAX_MINOR), weights=WEIGHTS)


@FEW_AND_MANY
def test_rows_and_columns_of_a_joint_loan_both_add_up(count: int) -> None:
    def holds(minor: int, terms: int, rate: Decimal, weights: list[int]) -> None:
        rows = [row.payment for row in made(minor, terms, Method.EQUAL_INSTALMENT, rate).rows]
        shared = split_rows(rows, weights)
        assert [sum(part.minor for part in parts) for parts in shared] == [row.minor for row in rows]
        total = Money(sum(row.minor for row in rows), "CNY")
        columns = [Money(sum(part.minor for part in column), "CNY") for column in zip(*shared, strict=True)]
        assert columns == (split(total, weights) if rows else [])

    for_all(count, holds, minor=MINORS, terms=TERMS, rate=RATES, weights=WEIGHTS)


@FEW_AND_MANY
def test_the_internal_rate_of_an_exact_annuity_is_its_rate(count: int) -> None:
    """To 25 decimals, for what is lent in one sum or in three."""

    def holds(rate: Decimal, terms: int, drawdowns: int) -> None:
        with forty_digits():
            lent = [Flow(Decimal(1000), number) for number in range(drawdowns)]
            owed = sum((1000 * (1 + rate) ** (drawdowns - 1 - flow.periods) for flow in lent), Decimal(0))
            level = owed * rate / (1 - (1 + rate) ** -terms)
            paid = [Flow(-level, drawdowns - 1 + number) for number in range(1, terms + 1)]
            found = periodic_rate([*lent, *paid])
            assert abs(found.rate - rate) < Decimal("1e-25")
            assert abs(found.residual) < Decimal("1e-20")

    rates = st.decimals("0.0001", "3", places=4)
    for_all(count, holds, rate=rates, terms=st.integers(1, 120), drawdowns=st.sampled_from([1, 3]))


@FEW_AND_MANY
def test_the_internal_rate_of_a_rounded_schedule_is_its_rate(count: int) -> None:
    """Each month's interest is off by half a minor unit at most, so the monthly rate is off by ``n/2`` over the sum of
    the balances at most (Chebyshev's sum inequality, as balances and discounts both fall)."""

    def holds(minor: int, terms: int, method: Method, rate: Decimal) -> None:
        schedule = made(minor, terms, method, rate)
        solved = cn_annual_simple(monthly_flows(schedule))
        balances = sum(row.balance.minor + row.principal.minor for row in schedule.rows)
        assert abs(solved.rate.value - rate) <= 12 * Decimal(terms) / (2 * balances) + Decimal("1e-25")
        assert abs(solved.residual) <= minor * Decimal("1e-20")

    methods = st.sampled_from([Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST])
    for_all(count, holds, minor=st.integers(10_000, MAX_MINOR), terms=TERMS, method=methods, rate=RATES)


@FEW_AND_MANY
def test_a_rate_does_not_depend_on_the_unit_of_money(count: int) -> None:
    def holds(minor: int, terms: int, rate: Decimal, times: Decimal) -> None:
        flows = monthly_flows(made(minor, terms, Method.FEE_PER_TERM, rate))
        scaled = [Flow(flow.amount * times, flow.periods) for flow in reversed(flows)]
        assert abs(periodic_rate(flows).rate - periodic_rate(scaled).rate) < Decimal("1e-25")

    scale = st.decimals("0.01", "1000", places=2)
    for_all(count, holds, minor=st.integers(100, MAX_MINOR), terms=TERMS, rate=RATES, times=scale)


@FEW_AND_MANY
def test_a_refund_loses_nothing(count: int) -> None:
    def holds(minor: int, terms: int, method: Method, rate: Decimal, paid: int, share: Decimal, kept: bool) -> None:
        schedule = made(minor, terms, method, rate)
        amount, done = schedule.financed.times(share), min(paid, terms)
        found = refund(schedule, done, amount, ChargedFees.KEPT if kept else ChargedFees.RETURNED)
        assert found.to_loan + found.to_shopper - found.fee_returned == amount
        repaid = sum(row.principal.minor for row in schedule.rows[:done])
        assert repaid + found.to_loan.minor + found.outstanding.minor == minor
        assert sum(row.principal.minor for row in found.future.rows) == found.outstanding.minor
        assert found.future.total_cost.minor <= sum(row.interest.minor + row.fee.minor for row in schedule.rows[done:])
        assert found.outstanding.minor == 0 or found.future.rows[-1].balance.minor == 0

    shares = st.decimals("0", "1", places=3)
    for_all(count, holds, minor=st.integers(1, MAX_MINOR), terms=TERMS, method=st.sampled_from(Method), rate=RATES,
            paid=st.integers(0, 60), share=shares, kept=st.booleans())  # fmt: skip


@FEW_AND_MANY
def test_due_days_keep_their_anchor(count: int) -> None:
    def holds(start: date, months: int, anchor: int) -> None:
        days = due_dates(start, months, anchor)
        assert len(days) == months
        for number, day in enumerate(days, start=start.year * 12 + start.month):
            assert (day.year * 12 + day.month - 1) == number
            assert day.day == min(anchor, monthrange(day.year, day.month)[1])

    for_all(count, holds, start=DAYS, months=TERMS, anchor=st.integers(1, 31))


@FEW_AND_MANY
def test_no_further_month_fits(count: int) -> None:
    def holds(one: date, other: date) -> None:
        start, end = sorted((one, other))
        months = whole_months(start, end)
        assert months_before(end, months) >= start > months_before(end, months + 1)

    for_all(count, holds, one=DAYS, other=DAYS)
