"""What the questions of money refuse, and where they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from scenebank.money.aer import aer
from scenebank.money.apy import apy
from scenebank.money.daily_rate import daily_rate_compound, daily_rate_simple
from scenebank.money.dates import due_dates, local_day, whole_months
from scenebank.money.day_count import DayCount, year_fraction
from scenebank.money.eu_years import Interval, eu_years
from scenebank.money.fee_ceiling import fee_ceiling
from scenebank.money.fund_risk import market_risk_class, summary_risk_indicator
from scenebank.money.interest import daily_interest, simple_interest
from scenebank.money.largest_remainder import split, split_rows
from scenebank.money.model import CurrencyMismatch, Money, Rate, RateBasis
from scenebank.money.nav_return import nav_annualised
from scenebank.money.refund import ChargedFees, refund
from scenebank.money.schedule import Method, make_schedule
from scenebank.money.seven_day_yield import seven_day_yield_compound
from scenebank.money.suitability import is_suitable
from scenebank.money.us_unit_periods import Unit, UnitPeriod, unit_periods

YUAN = Money(100_00, "CNY")
NOMINAL = Rate(Decimal("0.12"), RateBasis.NOMINAL_ANNUAL)
SIMPLE = Rate(Decimal("0.12"), RateBasis.CN_ANNUAL_SIMPLE)
DAILY = Rate(Decimal("0.0005"), RateBasis.DAILY)
JANUARY, MARCH = date(2026, 1, 31), date(2026, 3, 1)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: aer(SIMPLE, 12), lambda: aer(NOMINAL, 0), lambda: apy(YUAN, Money(0, "CNY"), 30),
        lambda: apy(YUAN, YUAN, 0), lambda: apy(Money(-100_00, "CNY"), YUAN, 30), lambda: daily_rate_simple(DAILY, 364),
        lambda: daily_rate_simple(NOMINAL, 360), lambda: daily_rate_compound(SIMPLE),
        lambda: due_dates(JANUARY, 3, 32), lambda: due_dates(JANUARY, 3, 0), lambda: whole_months(MARCH, JANUARY),
        lambda: year_fraction(MARCH, JANUARY, DayCount.ACTUAL_360), lambda: local_day(datetime(2026, 1, 1), "UTC"),  # noqa: DTZ001
        lambda: fee_ceiling(NOMINAL, 12), lambda: fee_ceiling(SIMPLE, 0), lambda: market_risk_class(Decimal("-0.1")),
        lambda: summary_risk_indicator(0, 1), lambda: summary_risk_indicator(7, 1),
        lambda: summary_risk_indicator(1, 8), lambda: simple_interest(YUAN, NOMINAL, 30, 366),
        lambda: simple_interest(YUAN, SIMPLE, 30, 365), lambda: simple_interest(YUAN, NOMINAL, -1, 365),
        lambda: daily_interest(YUAN, NOMINAL, MARCH, JANUARY, 365), lambda: split(YUAN, []),
        lambda: split(YUAN, [0, 0]), lambda: split(YUAN, [1, -1]),
        lambda: nav_annualised(Decimal(1), Decimal(2), 29), lambda: nav_annualised(Decimal(0), Decimal(2), 90),
        lambda: seven_day_yield_compound([Decimal("0.5")] * 6),
        lambda: seven_day_yield_compound([Decimal(-10_000)] * 7),
        lambda: is_suitable("C6", "R1"), lambda: is_suitable("C1", "R0"), lambda: is_suitable("R1", "C1"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(asked: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        asked()


def test_a_yield_has_one_currency() -> None:
    with pytest.raises(CurrencyMismatch):
        apy(YUAN, Money(100, "USD"), 30)
    with pytest.raises(CurrencyMismatch):
        split_rows([YUAN, Money(100, "USD")], [1, 1])


@pytest.mark.parametrize(
    ("count", "parts"),
    [(DayCount.ACTUAL_365, Fraction(29, 365)), (DayCount.ACTUAL_360, Fraction(29, 360)),
     (DayCount.THIRTY_E_360, Fraction(31, 360))],
)  # fmt: skip
def test_day_counts(count: DayCount, parts: Fraction) -> None:
    """31 January to 1 March 2026: 29 days, or 31 where every month has thirty (ISDA 2006, section 4.16)."""
    assert year_fraction(JANUARY, MARCH, count) == parts


@pytest.mark.parametrize(
    ("start", "end", "interval", "years"),
    [
        ("2012-01-12", "2012-02-15", Interval.MONTH, Fraction(1, 12) + Fraction(3, 365)),
        ("2013-01-12", "2013-02-15", Interval.MONTH, Fraction(1, 12) + Fraction(3, 366)),
        ("2012-01-12", "2012-02-15", Interval.YEAR, Fraction(34, 365)),
        ("1994-01-01", "1995-07-01", Interval.YEAR, Fraction(546, 365)),
        ("2026-01-05", "2026-01-28", Interval.WEEK, Fraction(3, 52) + Fraction(2, 365)),
        ("2026-01-31", "2026-02-28", Interval.MONTH, Fraction(3, 365)),
    ],
)
def test_years_as_the_commission_counts_them(start: str, end: str, interval: Interval, years: Fraction) -> None:
    """Examples for the calculation of the APRC, example 2; Directive 98/7/EC Annex III. The last: from 28 February a
    month back is 28 January, which is before the drawdown."""
    expected = years if start != "2026-01-31" else Fraction(28, 365)
    assert eu_years(date.fromisoformat(start), date.fromisoformat(end), interval) == expected


@pytest.mark.parametrize(
    ("start", "end", "period", "counted"),
    [
        ("2026-01-10", "2027-07-10", UnitPeriod(Unit.YEAR), (1, Fraction(6, 12))),
        ("2026-01-09", "2027-07-10", UnitPeriod(Unit.YEAR), (1, Fraction(182, 365))),
        ("2026-01-01", "2026-01-20", UnitPeriod(Unit.SEMIMONTH), (1, Fraction(4, 15))),
        ("2026-01-01", "2026-02-20", UnitPeriod(Unit.SEMIMONTH), (3, Fraction(4, 15))),
        ("2026-01-31", "2026-02-15", UnitPeriod(Unit.SEMIMONTH), (1, Fraction(0))),
        ("2026-01-01", "2026-03-31", UnitPeriod(Unit.MONTH), (3, Fraction(0))),
        ("2027-03-01", "2028-02-29", UnitPeriod(Unit.YEAR), (1, Fraction(0))),
    ],
)
def test_unit_periods_count_back_from_the_payment(
    start: str, end: str, period: UnitPeriod, counted: tuple[int, Fraction]
) -> None:
    assert unit_periods(date.fromisoformat(start), date.fromisoformat(end), period) == counted


def test_a_term_of_whole_months_is_counted_in_months() -> None:
    """12 CFR 1026 Appendix J (b)(5)(v)."""
    assert UnitPeriod.of_single_payment(date(2026, 1, 10), date(2026, 7, 10)) == 2
    assert UnitPeriod.of_single_payment(date(2026, 1, 10), date(2026, 7, 9)) == Fraction(365, 180)


def test_what_is_owed_back_is_shared_as_what_is_owed() -> None:
    assert [share.minor for share in split(Money(-100, "CNY"), [1, 1, 1])] == [-34, -33, -33]


def test_the_day_is_the_markets() -> None:
    assert local_day(datetime(2026, 1, 31, 16, 30, tzinfo=UTC), "Asia/Shanghai") == date(2026, 2, 1)


@pytest.mark.parametrize(("amount", "paid"), [(1_200_01, 0), (-1, 0), (100, 13), (100, -1)])
def test_a_refund_is_at_most_what_was_financed(amount: int, paid: int) -> None:
    rate = Rate(Decimal("0.006"), Method.FEE_PER_TERM.basis)
    schedule = make_schedule(Money(1_200_00, "CNY"), 12, Method.FEE_PER_TERM, rate)
    with pytest.raises(ValueError, match="refund"):
        refund(schedule, paid, Money(amount, "CNY"), ChargedFees.KEPT)


def test_fees_of_a_part_come_back_in_proportion() -> None:
    """A quarter of 1,200.00 after 3 payments with 7.20 of fee each: a quarter of 21.60 comes back."""
    rate = Rate(Decimal("0.006"), Method.FEE_PER_TERM.basis)
    schedule = make_schedule(Money(1_200_00, "CNY"), 12, Method.FEE_PER_TERM, rate)
    found = refund(schedule, 3, Money(300_00, "CNY"), ChargedFees.RETURNED)
    assert (found.to_loan.minor, found.to_shopper.minor, found.fee_returned.minor) == (300_00, 5_40, 5_40)
    assert {row.fee.minor for row in found.future.rows} == {4_80}
