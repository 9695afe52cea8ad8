"""Cash flows that have no rate, one, or several; each has a clear answer."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from scenebank.money.cash_flow import Flow, NoRate, SeveralRates
from scenebank.money.root import periodic_rate


def flows(*amounts: str) -> list[Flow]:
    """A period apart."""
    return [Flow(Decimal(amount), number) for number, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    "amounts", [(), ("0", "0", "0"), ("100",), ("-100",), ("100", "50"), ("-100", "-5"), ("-100", "110"), ("5", "-5")]
)
def test_without_a_loan_paid_back_there_is_no_rate(amounts: tuple[str, ...]) -> None:
    """Of the last two, one is paid before anything is received, the other all at one moment."""
    made = flows(*amounts) if amounts != ("5", "-5") else [Flow(Decimal(5), 3), Flow(Decimal(-5), 3)]
    with pytest.raises(NoRate):
        periodic_rate(made)


@pytest.mark.parametrize(
    "amounts",
    [("100", "-230", "132"), ("100", "-200", "100"), ("100", "-150", "100", "-60"), ("10", "-30", "60", "-45", "9")],
)
def test_where_two_rates_may_solve_it_none_is_named(amounts: tuple[str, ...]) -> None:
    """10 % and 20 % both solve the first."""
    with pytest.raises(SeveralRates):
        periodic_rate(flows(*amounts))


def test_more_received_than_paid_in_several_drawdowns_has_no_rate() -> None:
    with pytest.raises(NoRate, match="less is paid"):
        periodic_rate(flows("100", "-50", "100", "-60"))


@pytest.mark.parametrize(
    ("amounts", "rate"),
    [
        (("100", "-110"), "0.1"), (("100", "-100"), "0"), (("100", "-90"), "-0.1"), (("100", "-0.01"), "-0.9999"),
        (("100", "0", "-121"), "0.1"), (("100", "-1000000"), "9999"),
        (("100", "-50", "50", "-100"), "0"),  # nothing is paid for it, whatever was drawn again
    ],
)  # fmt: skip
def test_one_rate_is_found(amounts: tuple[str, ...], rate: str) -> None:
    found = periodic_rate(flows(*amounts))
    assert abs(found.rate - Decimal(rate)) < Decimal("1e-28")
    assert abs(found.residual) < Decimal("1e-24")


def test_no_cost_is_a_rate_of_exactly_zero() -> None:
    assert periodic_rate(flows("300", "-100", "-100", "-100")).rate == 0


def test_inside_a_part_of_a_period_interest_is_simple() -> None:
    """12 CFR 1026 Appendix J (b)(8): over half a period at 10 %, 1.05 and not the root of 1.1."""
    found = periodic_rate([Flow(Decimal(100), 0), Flow(Decimal(-105), 0, Fraction(1, 2))])
    assert abs(found.rate - Decimal("0.1")) < Decimal("1e-28")


def test_the_rate_does_not_depend_on_the_callers_precision() -> None:
    expected = periodic_rate(flows("100", "-30", "-40", "-50")).rate
    with localcontext(prec=5):
        assert periodic_rate(flows("100", "-30", "-40", "-50")).rate == expected


@pytest.mark.parametrize(
    ("amount", "periods", "odd", "error"),
    [(1.5, 0, Fraction(0), TypeError), (100, 0, Fraction(0), TypeError), (Decimal(1), 1.5, Fraction(0), TypeError),
     (Decimal(1), 0, Fraction(3, 2), ValueError)],
)  # fmt: skip
def test_a_flow_is_exact(amount: Decimal, periods: int, odd: Fraction, error: type[Exception]) -> None:
    with pytest.raises(error):
        Flow(amount, periods, odd)
