"""Repayment schedules. Every row and every column adds up; the last row absorbs the rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scenebank.money.equal_instalment import equal_instalment_parts
from scenebank.money.equal_principal import equal_principal_parts
from scenebank.money.fee_instalment import fee_at_first_parts, fee_per_term_parts, fee_spread_parts
from scenebank.money.interest_first import interest_first_parts
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.rows import Rows


class Method(StrEnum):
    """How a product is repaid."""

    EQUAL_INSTALMENT = "equal_instalment"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_FIRST = "interest_first"
    FEE_PER_TERM = "fee_per_term"
    FEE_SPREAD = "fee_spread"
    FEE_AT_FIRST = "fee_at_first"

    @property
    def basis(self) -> RateBasis:
        """What its rate is a fraction of."""
        return _METHODS[self][0]


@dataclass(frozen=True)
class Schedule:
    """Monthly rows for ``financed``."""

    financed: Money
    rows: Rows

    @property
    def total_payable(self) -> Money:
        return Money(sum(self.rows.payments), self.financed.currency)

    @property
    def total_cost(self) -> Money:
        return self.total_payable - self.financed


def make_schedule(financed: Money, terms: int, method: Method, rate: Rate) -> Schedule:
    """``terms`` monthly payments. ``rate`` is on the method's own basis. Zero financed gives an empty schedule."""
    if financed.minor == 0:
        return Schedule(financed, Rows())
    if terms < 1 or financed.minor < 0:
        raise ValueError("a schedule needs a positive amount and at least one term")
    expected, parts = _METHODS[method]
    if rate.basis is not expected:
        raise ValueError(f"{method} needs a rate on the basis {expected}")
    if rate.value < 0:
        raise ValueError("no schedule charges less than nothing")
    return Schedule(financed, Rows.of(financed, parts(financed.minor, terms, rate.value)))


_Parts = Callable[[int, int, Decimal], Iterable[tuple[int, int, int]]]
_METHODS: dict[Method, tuple[RateBasis, _Parts]] = {
    Method.EQUAL_INSTALMENT: (RateBasis.NOMINAL_ANNUAL, equal_instalment_parts),
    Method.EQUAL_PRINCIPAL: (RateBasis.NOMINAL_ANNUAL, equal_principal_parts),
    Method.INTEREST_FIRST: (RateBasis.NOMINAL_ANNUAL, interest_first_parts),
    Method.FEE_PER_TERM: (RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL, fee_per_term_parts),
    Method.FEE_SPREAD: (RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL, fee_spread_parts),
    Method.FEE_AT_FIRST: (RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL, fee_at_first_parts),
}
