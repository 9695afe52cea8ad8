"""Repayment schedules. Every row and every column adds up; the last row absorbs the rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from scenebank.money.model import Money, Rate, RateBasis, round_half_up


class Method(StrEnum):
    """How a product is repaid."""

    EQUAL_INSTALMENT = "equal_instalment"
    FEE_PER_TERM = "fee_per_term"


@dataclass(frozen=True)
class Row:
    """One due payment: ``payment = principal + interest + fee``; ``balance`` is what stays owed after it."""

    number: int
    payment: Money
    principal: Money
    interest: Money
    fee: Money
    balance: Money

    def json(self) -> dict[str, object]:
        names = ("payment", "principal", "interest", "fee", "balance")
        return {"number": self.number} | {name: str(getattr(self, name).minor) for name in names}


@dataclass(frozen=True)
class Schedule:
    """Monthly rows for ``financed``."""

    financed: Money
    rows: tuple[Row, ...]

    @property
    def total_payable(self) -> Money:
        return Money(sum(row.payment.minor for row in self.rows), self.financed.currency)

    @property
    def total_cost(self) -> Money:
        return self.total_payable - self.financed


def make_schedule(financed: Money, terms: int, method: Method, rate: Rate) -> Schedule:
    """``terms`` monthly payments. ``rate``: nominal annual for equal instalments, a fraction of the original
    principal per term for fee instalments. Zero financed gives an empty schedule."""
    if financed.minor == 0:
        return Schedule(financed, ())
    if terms < 1 or financed.minor < 0:
        raise ValueError("a schedule needs a positive amount and at least one term")
    expected, make = _METHODS[method]
    if rate.basis is not expected:
        raise ValueError(f"{method} needs a rate on the basis {expected}")
    return Schedule(financed, tuple(make(financed, terms, rate.value)))


def equal_instalment_payment(principal_minor: int, terms: int, annual: Decimal) -> int:
    """The level payment of an annuity in arrears, ``P i / (1 - (1+i)^-n)`` with ``i = annual/12``, half up."""
    with localcontext() as context:
        context.prec = 40
        monthly = annual / 12
        return round_half_up(principal_minor * monthly / (1 - (1 + monthly) ** -terms))


def _equal_instalment(financed: Money, terms: int, annual: Decimal) -> list[Row]:
    if annual == 0:
        return _fee_per_term(financed, terms, Decimal(0))
    level = equal_instalment_payment(financed.minor, terms, annual)
    balance, rows = financed.minor, []
    for number in range(1, terms + 1):
        with localcontext() as context:
            context.prec = 40
            interest = round_half_up(Decimal(balance) * annual / 12)
        principal = balance if number == terms else min(level - interest, balance)
        balance -= principal
        rows.append(_row(number, principal, interest, 0, balance, financed.currency))
    return rows


def _fee_per_term(financed: Money, terms: int, per_term: Decimal) -> list[Row]:
    floor, fee = financed.minor // terms, financed.times(per_term).minor
    balance, rows = financed.minor, []
    for number in range(1, terms + 1):
        principal = balance if number == terms else floor
        balance -= principal
        rows.append(_row(number, principal, 0, fee, balance, financed.currency))
    return rows


def _row(number: int, principal: int, interest: int, fee: int, balance: int, currency: str) -> Row:
    payment, *parts = (Money(minor, currency) for minor in (
        principal + interest + fee, principal, interest, fee, balance))  # fmt: skip
    return Row(number, payment, *parts)


_Maker = Callable[[Money, int, Decimal], list[Row]]
_METHODS: dict[Method, tuple[RateBasis, _Maker]] = {
    Method.EQUAL_INSTALMENT: (RateBasis.NOMINAL_ANNUAL, _equal_instalment),
    Method.FEE_PER_TERM: (RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL, _fee_per_term),
}
