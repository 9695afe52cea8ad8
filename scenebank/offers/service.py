"""Which products fit a scene, priced and ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from scenebank.catalogue.live import Live
from scenebank.catalogue.model import Kind, Listed, Product
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import Clock
from scenebank.errors import NotFound
from scenebank.markets.model import Market
from scenebank.markets.rules import NotAvailableHere
from scenebank.merchants.model import Door
from scenebank.money.model import Money
from scenebank.offers.fit import Misfit, Reason, misfits
from scenebank.offers.forbidden_prices import ForbiddenPrices
from scenebank.offers.index import AmountIndex
from scenebank.offers.model import Ask, NoOffers, Offer, Offers, Plan, ProductKey
from scenebank.offers.offering import offering, plans_of
from scenebank.offers.price_rules import forbidden
from scenebank.offers.pricing import plan_of
from scenebank.offers.stating import stated_offers
from scenebank.offers.subsidies import SubsidyService


class OfferNotAvailable(NotFound):
    """That product is not offered for this amount, or not any more."""

    code = "offer_not_available"


class OfferService:
    """Prices are made from the live catalogue at the moment of asking. ``judged`` False: also those that a rule of the
    market forbids, for who looks for these."""

    def __init__(
        self, catalogue: CatalogueService, subsidies: SubsidyService, clock: Clock, judged: bool = True
    ) -> None:
        self._catalogue = catalogue
        self._subsidies = subsidies
        self._clock = clock
        self._indexes: dict[tuple[str, Kind], tuple[Sequence[Product], AmountIndex]] = {}
        self._judged = judged
        self._forbidden = ForbiddenPrices()

    def unjudged(self) -> OfferService:
        """The same catalogue, with what may not be offered."""
        return OfferService(self._catalogue, self._subsidies, self._clock, judged=False)

    def for_scene(
        self, market: Market, kind: Kind, amount: Money, product: str | None = None, *, door: Door | None = None,
        term: int | None = None,
    ) -> Offers:  # fmt: skip
        """Every live product of the market that takes ``amount``, best first; only ``product``, only with ``term``
        where one is named. What only fits where the shop pays the interest needs the ``door`` of a shop that does.
        Where nothing fits, ``none`` says which amounts would; :class:`NotAvailableHere` where a rule of the market
        forbids all that fits."""
        live = self._catalogue.live()
        taking = self._index(live, market.code, kind).taking(amount)
        agreed = self._agreed(market, door) if any(one.subsidised for one in taking) else frozenset()
        ask = Ask(market, kind, amount, self._day(market), product, term, agreed)
        fitting = [one for one in taking if not misfits(one, ask)]
        payer = door.merchant.name if door else None
        offers, compared = offering(fitting, live.banks, ask, payer, self._judged)
        stating = [one for one in live.stated_shelf(market.code, kind) if not misfits(one, ask)]
        stated = stated_offers(stating, live.banks, ask, len(offers))
        self._forbidden.tell(fitting, offers, ask)
        if fitting and not offers and not stated:
            raise NotAvailableHere("every price is one the market's rules forbid")
        none = None if offers or stated else self._none(live, ask, door)
        return Offers(ask, offers, live.version, compared, none, stated)

    def not_offered(
        self, market: Market, kind: Kind, amount: Money, product: str | None = None, *, door: Door | None = None,
        term: int | None = None,
    ) -> Iterator[tuple[Listed, tuple[Misfit, ...]]]:  # fmt: skip
        """Every product that is none of :meth:`for_scene`'s, with all reasons, in the order of (bank, product)."""
        ask = Ask(market, kind, amount, self._day(market), product, term, self._agreed(market, door))
        live: list[tuple[Listed, bool]] = [(one, True) for one in self._catalogue.live().listed()]
        gone: list[tuple[Listed, bool]] = [(one, False) for one in self._catalogue.gone()]
        for one, is_live in sorted(live + gone, key=lambda pair: (pair[0].bank_id, pair[0].product_id)):
            reasons = misfits(one, ask, is_live) or _forbidding(one, ask)
            if reasons:
                yield one, reasons

    def one(
        self, market: Market, kind: Kind, amount: Money, bank_id: str, product_id: str, term: int
    ) -> tuple[Offer, Plan]:
        """One product at one term, priced now; :class:`OfferNotAvailable` where it does not fit."""
        offer = self.for_scene(market, kind, amount).find(bank_id, product_id)
        plan = offer.plan(term) if offer else None
        if offer is None or plan is None:
            raise OfferNotAvailable(f"{bank_id}/{product_id} over {term} months is not offered for this amount")
        return offer, plan

    def on_published_terms(
        self, market: Market, product: Product, amount: Money, term: int, payer: str
    ) -> Offer | None:  # fmt: skip
        """Another amount or term of a version of a product, as its document prices it; None where the document says
        nothing of that amount or term. ``payer`` is the shop's name."""
        if not product.fits(amount) or term not in product.terms:
            return None
        plan = plan_of(product, amount, term, market.rate_basis)
        bank = self._catalogue.bank(product.bank_id)
        return Offer(bank, product, amount, (plan,), payer=payer if product.subsidised else None)

    def _index(self, live: Live, market: str, kind: Kind) -> AmountIndex:
        """Made once for what stands on a shelf."""
        shelf, known = live.shelf(market, kind), self._indexes.get((market, kind))
        if known is None or known[0] is not shelf:
            known = self._indexes[market, kind] = (shelf, AmountIndex(shelf))
        return known[1]

    def _agreed(self, market: Market, door: Door | None) -> frozenset[ProductKey]:
        if door is None:
            return frozenset()
        return self._subsidies.agreed(door.merchant.id, door.mode, self._day(market))

    def _day(self, market: Market) -> date:
        return self._clock.now().astimezone(ZoneInfo(market.time_zone)).date()

    def _none(self, live: Live, ask: Ask, door: Door | None) -> NoOffers:
        shelf = live.shelf(ask.market.code, ask.kind)
        agreed = self._agreed(ask.market, door) if any(one.subsidised for one in shelf) else frozenset()
        products: list[Listed] = [
            one for one in shelf if not one.subsidised or (one.bank_id, one.product_id) in agreed
        ]
        products += live.stated_shelf(ask.market.code, ask.kind)
        named = [one for one in products if one.product_id == ask.product]
        of = named or products
        smallest = _end((one.min_amount for one in of), min)
        largest = _end((one.max_amount for one in of), max)
        unknown = ask.product is not None and bool(products) and not named
        return NoOffers(smallest, largest, unknown, tuple(sorted({one.product_id for one in products})))


def _forbidding(product: Listed, ask: Ask) -> tuple[Misfit, ...]:
    """Where no term of it may be offered: the rules that say so."""
    if not isinstance(product, Product):
        return ()
    found = [forbidden(ask.market, product.kind, ask.day, plan) for plan in plans_of(product, ask)]
    if not all(found):
        return ()
    rules = sorted({one.rule.id for each in found for one in each})
    return (Misfit(Reason.FORBIDDEN, {"rules": rules}),)


def _end(bounds: Iterable[Money | None], of: Callable[[Iterable[Money]], Money]) -> Money | None:
    """None where there is none, or one is open."""
    found = list(bounds)
    known = [one for one in found if one is not None]
    return of(known) if known and len(known) == len(found) else None
