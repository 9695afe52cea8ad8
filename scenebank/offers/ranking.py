"""The published order of offers: a function of the shopper's cost and nothing else.

1. Each offer is compared by its plan at the *comparison term*: the term the most offers have; where several are
   equally common, the one nearest to 12 months, then the shorter. An offer without that term is compared by its own
   plan nearest to it.
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

Candidate = tuple[Product, tuple[Plan, ...]]
_USUAL_TERM = 12  # months


def comparison_term(candidates: Sequence[Candidate]) -> int:
    """The term at which these offers are compared."""
    counts = Counter(plan.term for _product, plans in candidates for plan in plans)
    return min(counts, key=lambda term: (-counts[term], abs(term - _USUAL_TERM), term))


def compared_plan(plans: Sequence[Plan], term: int) -> Plan:
    """The plan an offer is compared by."""
    return min(plans, key=lambda plan: (abs(plan.term - term), plan.term))


def ranked(candidates: Sequence[Candidate], day: date) -> list[Candidate]:
    """Best first, by the rule above; the same day and offers give the same order whatever order they came in."""
    if not candidates:
        return []
    term = comparison_term(candidates)

    def cost(candidate: Candidate) -> tuple[int, Decimal]:
        plan = compared_plan(candidate[1], term)
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
