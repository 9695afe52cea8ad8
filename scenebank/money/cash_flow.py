"""Cash flows: what a shopper receives and pays, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

from scenebank.errors import ScenebankError
from scenebank.money.precision import forty_digits


class NoRate(ScenebankError):
    """No rate solves this cash flow: nothing flows, or only one way."""

    code = "no_rate"
    status = 422


class SeveralRates(ScenebankError):
    """More than one rate may solve this cash flow, so none of them is *the* rate."""

    code = "several_rates"
    status = 422


@dataclass(frozen=True)
class Flow:
    """``amount``: received by the shopper above zero, paid below; all of one list in the same unit of money.

    It flows after ``periods`` whole periods and a part ``odd`` of one in which interest is simple. What is paid
    before the first drawdown has negative ``periods``."""

    amount: Decimal
    periods: int
    odd: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or type(self.periods) is not int:
            raise TypeError("a flow is a Decimal after a whole number of periods")
        if not 0 <= self.odd < 1:
            raise ValueError(f"{self.odd} is no part of a period")


def in_order(flows: Iterable[Flow]) -> list[Flow]:
    """By time; what flows at the same time is one flow, and nothing is none."""
    merged: list[Flow] = []
    with forty_digits():
        for flow in sorted(flows, key=lambda flow: (flow.periods, flow.odd)):
            before = merged[-1] if merged else None
            if before and (before.periods, before.odd) == (flow.periods, flow.odd):
                merged[-1] = replace(before, amount=before.amount + flow.amount)
            else:
                merged.append(flow)
    return [flow for flow in merged if flow.amount]


def check_one_rate(flows: Sequence[Flow]) -> None:
    """:class:`NoRate` or :class:`SeveralRates` unless exactly one rate solves ``flows``, which are in order.

    One change of sign: one rate above -100 % (Descartes). Several: one rate from zero up if the running total changes
    its sign once (C. J. Norstrom, "A sufficient condition for a unique nonnegative internal rate of return", Journal of
    Financial and Quantitative Analysis 7, 1972). Charges before the first drawdown count in the running total only:
    they add a second root of thousands of percent at which nothing was ever lent (the Commission's example 43)."""
    first = next((number for number, flow in enumerate(flows) if flow.amount > 0), len(flows))
    lent = [flow.amount for flow in flows[first:]]
    if not any(amount < 0 for amount in lent):
        raise NoRate("no rate: nothing is lent and paid back")
    if _changes(lent) == 1:
        return
    totals = list(accumulate(lent, initial=sum((flow.amount for flow in flows[:first]), Decimal(0))))[1:]
    if _changes(totals) > 1 or (totals[-1] == 0 and min(totals) < 0):
        raise SeveralRates("several rates solve this cash flow")
    if totals[-1] > 0:
        raise NoRate("no rate: less is paid than was received, in several drawdowns")


def _changes(amounts: Iterable[Decimal]) -> int:
    signs = [amount > 0 for amount in amounts if amount]
    return sum(before != after for before, after in pairwise(signs))
