"""What a product costs for an amount over a term (pure)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from scenebank.catalogue.model import Product
from scenebank.money.annual_rate import annual_rate
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.schedule import Method, make_schedule
from scenebank.offers.model import Plan, Subsidy


def plan_of(product: Product, amount: Money, term: int, basis: RateBasis) -> Plan:
    """The product's plan as the shopper pays it; ``basis`` is the market's. Where the shop pays the interest, what the
    lender earns stands beside it, and in nothing the shopper pays."""
    gross = price(amount, term, product.method, product.rate, basis)
    if not product.subsidised:
        return gross
    net = price(amount, term, product.method, shoppers_rate(product), basis)
    return replace(net, subsidy=Subsidy(gross.total_cost, gross.annual_rate, gross.total_cost - net.total_cost))


def shoppers_rate(product: Product) -> Rate:
    """What the shopper pays: nothing where the shop pays the interest."""
    return replace(product.rate, value=Decimal(0)) if product.subsidised else product.rate


# An annual rate is the root of an equation. A plan of a year takes some 4 kB.
@lru_cache(maxsize=1_024)
def price(amount: Money, term: int, method: Method, rate: Rate, basis: RateBasis) -> Plan:
    """``basis`` is the market's."""
    schedule = make_schedule(amount, term, method, rate)
    return Plan(term, schedule, annual_rate(schedule, basis))
