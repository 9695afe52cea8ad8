"""Which products fit a scene, priced and ranked."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from scenebank.catalogue.model import Kind, Product
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import Clock
from scenebank.errors import NotFound
from scenebank.markets.model import Market
from scenebank.money.model import Money
from scenebank.offers.model import NoOffers, Offer, Offers, Plan
from scenebank.offers.pricing import price
from scenebank.offers.ranking import ranked


class OfferNotAvailable(NotFound):
    """That product is not offered for this amount, or not any more."""

    code = "offer_not_available"


class OfferService:
    """Prices are made from the live catalogue at the moment of asking."""

    def __init__(self, catalogue: CatalogueService, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def for_scene(self, market: Market, kind: Kind, amount: Money, product: str | None = None) -> Offers:
        """Every live product of the market that takes ``amount``, best first; only ``product`` where it is
        named. Where nothing fits, ``none`` says which amounts would."""
        version, products, banks = self._catalogue.snapshot(market.code, kind)
        wanted = [one for one in products if product is None or one.product_id == product]
        fitting = [one for one in wanted if one.fits(amount)]
        order = ranked(
            [(one, _plans(one, amount, market)) for one in fitting],
            self._clock.now().astimezone(ZoneInfo(market.time_zone)).date(),
        )
        offers = tuple(
            Offer(banks[one.bank_id], one, amount, plans, rank) for rank, (one, plans) in enumerate(order, start=1)
        )
        return Offers(offers, version, None if offers else _none(products, product))

    def one(
        self, market: Market, kind: Kind, amount: Money, bank_id: str, product_id: str, term: int
    ) -> tuple[Offer, Plan]:
        """One product at one term, priced now; :class:`OfferNotAvailable` where it does not fit."""
        offer = self.for_scene(market, kind, amount).find(bank_id, product_id)
        plan = offer.plan(term) if offer else None
        if offer is None or plan is None:
            raise OfferNotAvailable(f"{bank_id}/{product_id} over {term} months is not offered for this amount")
        return offer, plan

    def on_published_terms(self, market: Market, product: Product, amount: Money, term: int) -> Offer | None:
        """Another amount or term of a version of a product, as its document prices it; None where the document says
        nothing of that amount or term."""
        if not product.fits(amount) or term not in product.terms:
            return None
        plan = price(amount, term, product.method, product.rate, market.rate_basis)
        return Offer(self._catalogue.bank(product.bank_id), product, amount, (plan,), 1)


def _none(products: Sequence[Product], asked: str | None) -> NoOffers:
    named = [one for one in products if one.product_id == asked]
    of = named or products
    smallest = min((one.min_amount for one in of), default=None)
    largest = max((one.max_amount for one in of), default=None)
    unknown = asked is not None and bool(products) and not named
    return NoOffers(smallest, largest, unknown, tuple(sorted({one.product_id for one in products})))


def _plans(product: Product, amount: Money, market: Market) -> tuple[Plan, ...]:
    return tuple(price(amount, term, product.method, product.rate, market.rate_basis) for term in product.terms)
