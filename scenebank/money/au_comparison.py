"""The comparison rate of Australia. Source: National Consumer Credit Protection Regulations 2010, reg. 71: ``n r``,
with the internal rate ``r`` of ``n`` equal periods a year; fees known beforehand are payments like the others."""

from __future__ import annotations

from collections.abc import Iterable

from scenebank.money.cash_flow import Flow
from scenebank.money.model import Rate, RateBasis
from scenebank.money.precision import forty_digits
from scenebank.money.root import periodic_rate
from scenebank.money.solved import Solved

_MONTHS = 12


def au_comparison(flows: Iterable[Flow]) -> Solved:
    """Of monthly flows, for exactly this amount and term: no other loan's."""
    root = periodic_rate(flows)
    with forty_digits():
        return Solved(Rate(root.rate * _MONTHS, RateBasis.AU_COMPARISON), root.residual)
