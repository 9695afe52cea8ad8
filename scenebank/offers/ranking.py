"""The published order of offers: a function of the shopper's cost and nothing else.

1. All are compared at one *comparison term*: the term the most offers have; where several are equally common, the one
   nearest to 12 months, then the shorter; the term asked for where one was. An offer without that term is compared by
   what it would cost over it on its own conditions: a short term alone, which costs less in sum, buys no place.
2. Lower total cost comes first, then the lower annual rate.
3. Exact ties take turns by day: the tied banks stand in the order of their ids and start one further each day. A bank
   with several products in a tie has one turn like the others; its further ones come in further rounds.

No bank pays for a place, and none is named here. What the shop pays of the interest is no cost of the shopper's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from scenebank.catalogue.model import Product
from scenebank.offers.model import Place, Plan, ProductKey
from scenebank.offers.pricing import plan_of
from scenebank.offers.turns import in_turn

Candidate = tuple[Product, tuple[Plan, ...]]
_Compared = tuple[Candidate, Plan]
_USUAL_TERM = 12  # months


def comparison_term(candidates: Sequence[Candidate]) -> int:
    """The term at which these offers are compared; 0 where there are none."""
    counts = Counter(plan.term for _product, plans in candidates for plan in plans)
    return min(counts, key=lambda term: (-counts[term], abs(term - _USUAL_TERM), term), default=0)


def compared_plan(candidate: Candidate, term: int) -> Plan:
    """The plan an offer is compared by: its own, or what it would be."""
    product, plans = candidate
    own = next((plan for plan in plans if plan.term == term), None)
    return own or plan_of(product, plans[0].schedule.financed, term, plans[0].annual_rate.basis)


def ranked(candidates: Sequence[Candidate], day: date, term: int | None = None) -> list[tuple[Candidate, Place]]:
    """Best first, by the rule above; the same day and offers give the same order whatever order they came in."""
    term = term or comparison_term(candidates)
    compared = sorted(((one, compared_plan(one, term)) for one in candidates), key=_cost)
    order = [found for _cost_of_all, tied in groupby(compared, key=_cost) for found in in_turn(tied, day, _key)]
    return [
        (one, Place(rank, len(order), plan, any(own.term == term for own in one[1]), tie))
        for rank, ((one, plan), tie) in enumerate(order, start=1)
    ]


def _cost(compared: _Compared) -> tuple[int, Decimal]:
    _candidate, plan = compared
    return plan.total_cost.minor, plan.annual_rate.value


def _key(compared: _Compared) -> ProductKey:
    (product, _plans), _plan = compared
    return product.bank_id, product.product_id
