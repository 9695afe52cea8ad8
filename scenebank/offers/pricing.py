"""What a product costs for an amount over a term (pure)."""

from __future__ import annotations

from functools import lru_cache

from scenebank.money.annual_rate import annual_rate
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.schedule import Method, make_schedule
from scenebank.offers.model import Plan


@lru_cache(maxsize=16_384)
def price(amount: Money, term: int, method: Method, rate: Rate, basis: RateBasis) -> Plan:
    """Remembered: an annual rate is the root of an equation. ``basis`` is the market's."""
    schedule = make_schedule(amount, term, method, rate)
    return Plan(term, schedule, annual_rate(schedule, basis))
