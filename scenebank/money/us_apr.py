"""The annual percentage rate of the United States."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from scenebank.money.cash_flow import Flow
from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import as_decimal, forty_digits
from scenebank.money.root import periodic_rate
from scenebank.money.solved import Solved


def us_apr(flows: Iterable[Flow], periods_a_year: Fraction) -> Solved:
    """``w i``: the periodic rate times the unit-periods in a year. Inside a part of a unit-period interest is simple.

    Source: 12 CFR 1026 (Regulation Z) Appendix J (b)(8), the actuarial method. It may differ from what is disclosed by
    1/8 of a point, 1/4 where the transaction is irregular (12 CFR 1026.22 (a)(2), (3))."""
    root = periodic_rate(flows)
    with forty_digits():
        return Solved(Rate(root.rate * as_decimal(periods_a_year), RateBasis.US_APR), root.residual)
