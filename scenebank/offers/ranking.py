"""The published order of offers: a function of the shopper's cost and nothing else.

1. All are compared at one *comparison term*: the term the most offers have; where several are equally common, the one
   nearest to 12 months, then the shorter. An offer without that term is compared by what it would cost over it on its
   own conditions: a short term alone, which costs less in sum, buys no place.
2. Lower total cost comes first, then the lower annual rate.
3. Exact ties take turns by day: the tied offers stand in the order of their ids and start one further each day.

No bank pays for a place, and none is named here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from scenebank.catalogue.model import Product
from scenebank.offers.model import Plan
from scenebank.offers.pricing import price

Candidate = tuple[Product, tuple[Plan, ...]]
_USUAL_TERM = 12  # months


def comparison_term(candidates: Sequence[Candidate]) -> int:
    """The term at which these offers are compared."""
    counts = Counter(plan.term for _product, plans in candidates for plan in plans)
    return min(counts, key=lambda term: (-counts[term], abs(term - _USUAL_TERM), term))


def compared_plan(candidate: Candidate, term: int) -> Plan:
    """The plan an offer is compared by: its own, or what it would be."""
    product, plans = candidate
    own = next((plan for plan in plans if plan.term == term), None)
    return own or price(plans[0].schedule.financed, term, product.method, product.rate, plans[0].annual_rate.basis)


def ranked(candidates: Sequence[Candidate], day: date) -> list[Candidate]:
    """Best first, by the rule above; the same day and offers give the same order whatever order they came in."""
    if not candidates:
        return []
    term = comparison_term(candidates)

    def cost(candidate: Candidate) -> tuple[int, Decimal]:
        plan = compared_plan(candidate, term)
        return plan.total_cost.minor, plan.annual_rate.value

    by_id = sorted(candidates, key=lambda candidate: (candidate[0].bank_id, candidate[0].product_id))
    return [
        candidate
        for _cost, tied in groupby(sorted(by_id, key=cost), key=cost)
        for candidate in _turned(list(tied), day)
    ]


def _turned(tied: list[Candidate], day: date) -> list[Candidate]:
    start = day.toordinal() % len(tied)
    return tied[start:] + tied[:start]
