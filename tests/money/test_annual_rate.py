"""Annual rates against the figures their sources print."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenebank.money.annual_rate import annual_rate, monthly_flows
from scenebank.money.cash_flow import NoRate
from scenebank.money.cn_annual import cn_annual_simple
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.rows import Row, Rows
from scenebank.money.schedule import Method, Schedule, make_schedule

FEE = RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL


def fee_schedule(minor: int, terms: int, per_term: str) -> Schedule:
    return make_schedule(Money(minor, "CNY"), terms, Method.FEE_PER_TERM, Rate(Decimal(per_term), FEE))


def level_payments(financed: int, payment: int, terms: int) -> Schedule:
    """A schedule given by its payments only, as the Commission's annex gives it."""
    zero = Money.zero("EUR")
    rows = Rows(Row(n, Money(payment, "EUR"), zero, zero, zero, zero) for n in range(1, terms + 1))
    return Schedule(Money(financed, "EUR"), rows)


def percent(rate: Rate, places: str) -> Decimal:
    return (rate.value * 100).quantize(Decimal(places))


def test_icbc_prints_13_03_percent_for_a_fee_of_0_60_percent_in_12_terms() -> None:
    """ICBC 信用卡分期 page: 12 terms at 0.60 % a term, approximate annual rate (simple) 13.03 %."""
    schedule = fee_schedule(1_200_000, 12, "0.0060")
    assert percent(annual_rate(schedule, RateBasis.CN_ANNUAL_SIMPLE), "0.01") == Decimal("13.03")
    assert percent(annual_rate(schedule, RateBasis.CN_ANNUAL_COMPOUND), "0.01") == Decimal("13.84")


def test_guangfa_message_6_77_percent() -> None:
    """Guangfa: 2,679.00 in 24 terms, a fee of 8.04 a term: 6.77 %."""
    schedule = fee_schedule(267_900, 24, "0.003")
    assert schedule.rows[0].fee == Money(804, "CNY")
    assert percent(annual_rate(schedule, RateBasis.CN_ANNUAL_SIMPLE), "0.01") == Decimal("6.77")


@pytest.mark.parametrize(
    ("financed", "payment", "terms", "printed"),
    [(600_000, 14_931, 48, "9.380593"), (594_000, 14_931, 48, "9.954966"), (600_000, 15_056, 48, "9.856689")],
)
def test_commission_annex_examples(financed: int, payment: int, terms: int, printed: str) -> None:
    """COM(2005) 483 annex: 6,000 in 48 payments; compared to four decimals of a percent."""
    rate = annual_rate(level_payments(financed, payment, terms), RateBasis.EU_APRC)
    assert percent(rate, "0.0001") == Decimal(printed).quantize(Decimal("0.0001"))


def test_commission_annex_payment_is_what_our_schedule_computes() -> None:
    """The same annex: 6,000 at a nominal 9 % over 48 months is 149.31 a month."""
    schedule = make_schedule(
        Money(600_000, "EUR"), 48, Method.EQUAL_INSTALMENT, Rate(Decimal("0.09"), RateBasis.NOMINAL_ANNUAL)
    )
    assert schedule.rows[0].payment == Money(14_931, "EUR")


def test_no_cost_is_a_rate_of_exactly_zero() -> None:
    schedule = fee_schedule(100_001, 3, "0")
    assert annual_rate(schedule, RateBasis.CN_ANNUAL_SIMPLE).value == 0


@pytest.mark.parametrize("minor", [1, 99, 10_000, 999_999_999_999])
def test_the_root_solves_its_equation(minor: int) -> None:
    solved = cn_annual_simple(monthly_flows(fee_schedule(minor, 12, "0.9")))
    assert solved.rate.value > 5
    assert abs(solved.residual) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("basis", "percent_"),
    [(RateBasis.US_APR, "13.03"), (RateBasis.UK_APR, "13.84"), (RateBasis.EU_APRC, "13.84"),
     (RateBasis.AU_COMPARISON, "13.03")],
)  # fmt: skip
def test_the_same_payments_in_other_markets(basis: RateBasis, percent_: str) -> None:
    """Twelve times the monthly rate in the United States and in Australia, compounded in the Union and the United
    Kingdom."""
    rate = annual_rate(fee_schedule(1_200_000, 12, "0.0060"), basis)
    assert (rate.basis, percent(rate, "0.01")) == (basis, Decimal(percent_))


@pytest.mark.parametrize("basis", [RateBasis.NOMINAL_ANNUAL, RateBasis.DAILY, RateBasis.US_APY])
def test_no_other_basis_is_an_annual_rate_of_a_schedule(basis: RateBasis) -> None:
    with pytest.raises(ValueError, match=basis.value):
        annual_rate(fee_schedule(10_000, 3, "0.01"), basis)


def test_nothing_financed_has_no_rate() -> None:
    with pytest.raises(NoRate):
        annual_rate(fee_schedule(0, 12, "0.01"), RateBasis.CN_ANNUAL_SIMPLE)
