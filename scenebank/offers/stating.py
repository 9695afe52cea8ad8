"""Indicative products in their published order, behind all that are priced (pure).

1. Only rates their lender states for the amount count. The lower *highest* comparison rate comes first, then the lower
   lowest one: a rate that few are given buys no place.
2. Who states no comparison rate for one of them comes after everybody who does.
3. Exact ties take turns by day, as among offers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from scenebank.catalogue.model import Bank, Indicative, StatedRate
from scenebank.money.model import Rate
from scenebank.offers.model import Ask, ProductKey, StatedOffer, StatedPlace
from scenebank.offers.turns import in_turn

_Order = tuple[bool, Decimal, Decimal]


def comparison_range(rates: Sequence[StatedRate]) -> tuple[Rate, Rate] | None:
    """The lowest and the highest; None where there is none, or a rate without one."""
    found = [one.comparison for one in rates if one.comparison is not None]
    if not found or len(found) < len(rates):
        return None
    return min(found, key=lambda rate: rate.value), max(found, key=lambda rate: rate.value)


def stated_offers(
    fitting: Sequence[Indicative], banks: Mapping[str, Bank], ask: Ask, behind: int
) -> tuple[StatedOffer, ...]:
    """``behind`` so many offers."""

    def order(one: Indicative) -> _Order:
        found = comparison_range(one.rates_for(ask.amount))
        return (False, found[1].value, found[0].value) if found else (True, Decimal(0), Decimal(0))

    groups = groupby(sorted(fitting, key=order), key=order)
    placed = [pair for _order, tied in groups for pair in in_turn(tied, ask.day, _key)]
    of = behind + len(placed)
    found = []
    for rank, (one, tie) in enumerate(placed, start=behind + 1):
        rates = one.rates_for(ask.amount)
        lowest, highest = comparison_range(rates) or (None, None)
        place = StatedPlace(rank, of, highest, lowest, tie)
        found.append(StatedOffer(banks[one.bank_id], one, ask.amount, rates, place))
    return tuple(found)


def _key(one: Indicative) -> ProductKey:
    return one.bank_id, one.product_id
