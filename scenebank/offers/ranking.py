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
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from scenebank.catalogue.model import Product
from scenebank.offers.model import Place, Plan, Tie
from scenebank.offers.pricing import plan_of

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
    order = [found for _cost_of_all, tied in groupby(compared, key=_cost) for found in _in_turn(list(tied), day)]
    return [
        (one, Place(rank, len(order), plan, any(own.term == term for own in one[1]), tie))
        for rank, ((one, plan), tie) in enumerate(order, start=1)
    ]


def _cost(compared: _Compared) -> tuple[int, Decimal]:
    _candidate, plan = compared
    return plan.total_cost.minor, plan.annual_rate.value


def _in_turn(tied: list[_Compared], day: date) -> list[tuple[_Compared, Tie]]:
    """Round by round, and in each round by today's turn of the bank."""
    by_bank = _by_bank(tied)
    found = []
    for index, own in enumerate(by_bank):
        turn = (index - day.toordinal()) % len(by_bank)
        # The bank's own turn comes every so many days: its products take turns at it.
        start = day.toordinal() // len(by_bank) % len(own)
        for number, one in enumerate(own[start:] + own[:start], start=1):
            found.append((one, Tie(len(by_bank), index, turn + 1, number)))
    return sorted(found, key=lambda pair: (pair[1].round, pair[1].turn))


def _by_bank(tied: Iterable[_Compared]) -> list[list[_Compared]]:
    def key(one: _Compared) -> tuple[str, str]:
        return one[0][0].bank_id, one[0][0].product_id

    ordered = sorted(tied, key=key)
    return [list(own) for _bank, own in groupby(ordered, key=lambda one: key(one)[0])]
