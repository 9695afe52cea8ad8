"""An offer: a product priced for one scene, in its place among the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scenebank.catalogue.model import Bank, Indicative, Kind, Product, StatedRate
from scenebank.markets.model import Market
from scenebank.money.model import Money, Rate
from scenebank.money.schedule import Schedule

ProductKey = tuple[str, str]


@dataclass(frozen=True)
class Subsidy:
    """What the lender earns where the shop pays it: ``gross_cost`` and ``gross_rate`` are the plan's cost and annual
    rate without the shop, ``paid`` is what the shop pays of it."""

    gross_cost: Money
    gross_rate: Rate
    paid: Money


@dataclass(frozen=True)
class Plan:
    """One term of an offer, priced as the shopper pays it. ``annual_rate`` is on the market's basis."""

    term: int
    schedule: Schedule
    annual_rate: Rate
    subsidy: Subsidy | None = None

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
class Tie:
    """``banks`` that cost exactly the same take turns: the one that stands at ``index`` (from 0, by id) has today's
    ``turn`` (from 1) in each ``round``; of several products a bank has in the tie one goes a round (from 1)."""

    banks: int
    index: int
    turn: int
    round: int


@dataclass(frozen=True)
class Place:
    """Why an offer stands where it does: ``rank`` of ``of`` (from 1); ``compared`` is the plan it was compared by,
    ``as_offered`` whether it offers that term at all. Rising (cost, annual rate, round, turn) is the order."""

    rank: int
    of: int
    compared: Plan
    as_offered: bool
    tie: Tie


@dataclass(frozen=True)
class Offer:
    """``plans`` by rising term; ``place`` is None where nothing was compared; ``payer`` names the shop that pays the
    interest."""

    bank: Bank
    product: Product
    amount: Money
    plans: tuple[Plan, ...]
    place: Place | None = None
    payer: str | None = None

    @property
    def rank(self) -> int:
        return self.place.rank if self.place else 1

    @property
    def key(self) -> ProductKey:
        return self.product.bank_id, self.product.product_id

    def plan(self, term: int) -> Plan | None:
        return next((plan for plan in self.plans if plan.term == term), None)


@dataclass(frozen=True)
class StatedPlace:
    """Why an indicative product stands where it does: ``rank`` of ``of``, after all offers; ``highest`` and ``lowest``
    are of the comparison rates stated for the amount, None where one is not stated."""

    rank: int
    of: int
    highest: Rate | None
    lowest: Rate | None
    tie: Tie


@dataclass(frozen=True)
class StatedOffer:
    """An indicative product in its place; ``rates`` are those its lender states for the amount, in the lender's order.
    Nothing here is priced."""

    bank: Bank
    product: Indicative
    amount: Money
    rates: tuple[StatedRate, ...]
    place: StatedPlace

    @property
    def key(self) -> ProductKey:
        return self.product.bank_id, self.product.product_id


@dataclass(frozen=True)
class Ask:
    """What is asked for. ``product`` and ``term`` None: any; ``agreed`` are the products whose interest the shop pays
    on ``day``, in the market's own time."""

    market: Market
    kind: Kind
    amount: Money
    day: date
    product: str | None = None
    term: int | None = None
    agreed: frozenset[ProductKey] = frozenset()


@dataclass(frozen=True)
class NoOffers:
    """Nothing fits: the smallest and largest amount any product asked for takes, if there is one at all; None too where
    one has no such bound.

    ``unknown_product``: the product asked for is none of ``products``, the ids of those there are."""

    smallest: Money | None
    largest: Money | None
    unknown_product: bool
    products: tuple[str, ...]


@dataclass(frozen=True)
class Offers:
    """All offers for a scene, best first, the catalogue version they come from, and the term they were compared at (0
    where there is nothing to compare); ``stated`` are the indicative products, in their own order behind them."""

    ask: Ask
    offers: tuple[Offer, ...]
    catalogue_version: str
    comparison_term: int
    none: NoOffers | None
    stated: tuple[StatedOffer, ...] = ()

    def find(self, bank_id: str, product_id: str) -> Offer | None:
        return next((one for one in self.offers if one.key == (bank_id, product_id)), None)

    def find_stated(self, bank_id: str, product_id: str) -> StatedOffer | None:
        return next((one for one in self.stated if one.key == (bank_id, product_id)), None)
