"""Annual rates against the figures their sources print."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenebank.money.annual_rate import annual_rate, monthly_rate
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.schedule import Method, Row, Schedule, make_schedule

FEE = RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL


def fee_schedule(minor: int, terms: int, per_term: str) -> Schedule:
    return make_schedule(Money(minor, "CNY"), terms, Method.FEE_PER_TERM, Rate(Decimal(per_term), FEE))


def level_payments(financed: int, payment: int, terms: int) -> Schedule:
    """A schedule given by its payments only, as the Commission's annex gives it."""
    zero = Money.zero("EUR")
    rows = tuple(Row(n, Money(payment, "EUR"), zero, zero, zero, zero) for n in range(1, terms + 1))
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
    schedule = fee_schedule(minor, 12, "0.9")
    _rate, residual = monthly_rate(schedule)
    assert abs(residual) < Decimal("1e-6")


def test_a_nominal_rate_is_no_annual_rate_of_a_schedule() -> None:
    with pytest.raises(ValueError, match="nominal_annual"):
        annual_rate(fee_schedule(10_000, 3, "0.01"), RateBasis.NOMINAL_ANNUAL)
