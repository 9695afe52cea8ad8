"""An offer: a product priced for one scene."""

from __future__ import annotations

from dataclasses import dataclass

from scenebank.catalogue.model import Bank, Product
from scenebank.money.model import Money, Rate
from scenebank.money.schedule import Schedule


@dataclass(frozen=True)
class Plan:
    """One term of an offer, priced. ``annual_rate`` is on the market's basis."""

    term: int
    schedule: Schedule
    annual_rate: Rate

    @property
    def first_payment(self) -> Money:
        return self.schedule.rows[0].payment

    @property
    def total_payable(self) -> Money:
        return self.schedule.total_payable

    @property
    def total_cost(self) -> Money:
        return self.schedule.total_cost


@dataclass(frozen=True)
class Offer:
    """``plans`` by rising term; ``rank`` starts at 1; ``reasons`` explain the place (message keys)."""

    bank: Bank
    product: Product
    amount: Money
    plans: tuple[Plan, ...]
    rank: int

    def plan(self, term: int) -> Plan | None:
        return next((plan for plan in self.plans if plan.term == term), None)


@dataclass(frozen=True)
class NoOffers:
    """Nothing fits: the smallest and largest amount any product asked for takes, if there is one at all.

    ``unknown_product``: the product asked for is none of ``products``, the ids of those there are."""

    smallest: Money | None
    largest: Money | None
    unknown_product: bool
    products: tuple[str, ...]


@dataclass(frozen=True)
class Offers:
    """All offers for a scene, best first, and the catalogue version they come from."""

    offers: tuple[Offer, ...]
    catalogue_version: str
    none: NoOffers | None

    def find(self, bank_id: str, product_id: str) -> Offer | None:
        return next(
            (o for o in self.offers if (o.product.bank_id, o.product.product_id) == (bank_id, product_id)), None
        )
