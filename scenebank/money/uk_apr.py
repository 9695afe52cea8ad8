"""The annual percentage rate of the United Kingdom."""

from __future__ import annotations

from collections.abc import Sequence

from scenebank.money.eu_aprc import YearFlow, annual_rate_of_years
from scenebank.money.model import RateBasis
from scenebank.money.solved import Solved


def uk_apr(flows: Sequence[YearFlow]) -> Solved:
    """The Union's equation under its British name; times of 365 (366) days, 52 weeks or 12 equal months.

    Source: FCA Handbook CONC App 1.2; in agreements at most 1 point above and 0.1 below the true figure (SI 2010/1014
    sch. 4)."""
    return annual_rate_of_years(flows, RateBasis.UK_APR)
