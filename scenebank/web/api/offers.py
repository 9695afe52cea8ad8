"""What a widget shows, as JSON: the offers in their order, and why each stands where it does."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.catalogue.stated import LINKS
from scenebank.errors import InvalidInput, Unauthenticated
from scenebank.fields import Flag, ListOf, Object, OrNull, Text, Whole, answer, maybe
from scenebank.markets import market as market_of
from scenebank.markets.rules import NotAvailableHere
from scenebank.merchants.model import Door
from scenebank.money.fields import MONEY_ANSWER, RATE_ANSWER, ROW_ANSWER
from scenebank.offers.figures import (
    comparison_json,
    place_json,
    plan_json,
    schedule_rows,
    stated_json,
    stated_place_json,
)
from scenebank.offers.model import Offer, Offers, StatedOffer
from scenebank.web.api.doors import ModeMismatch, secret_door
from scenebank.web.api.offer_scene import OFFER_SCENE, AskedFor, read_scene
from scenebank.web.contract.operation import Answer, Operation, describes
from scenebank.web.contract.operation import Door as Who
from scenebank.wiring import Wired

NAMES = Object({"en": maybe(Text(sample="Harbour Bank")), "zh-CN": maybe(Text(sample="海港银行"))}, name="Names")
_SUBSIDY = answer(
    "Subsidy", "Interest the shop pays: gross is the lender's, net the shopper's, `paid` the difference.",
    payer=Text(sample="Fjord & Field"), gross_cost=MONEY_ANSWER, gross_annual_rate=RATE_ANSWER, paid=MONEY_ANSWER,
    net_cost=MONEY_ANSWER,
)  # fmt: skip
_PLAN = answer(
    "Plan", term=Whole(1, about="months", sample=12), annual_rate=RATE_ANSWER, first_payment=MONEY_ANSWER,
    total_cost=MONEY_ANSWER, total_payable=MONEY_ANSWER, subsidy=OrNull(_SUBSIDY), schedule=ListOf(ROW_ANSWER),
)  # fmt: skip
_TIE = answer(
    "Tie", "Who costs exactly the same: `turn = (index - day_number) mod banks + 1`.",
    banks=Whole(1, sample=1), index=Whole(about="of the bank among them, by id", sample=0),
    turn=Whole(1, about="of the bank, today", sample=1), round=Whole(1, about="of the bank's own", sample=1),
)  # fmt: skip
_PLACE = answer(
    "Place", "Rising (total_cost, annual_rate, round, turn) is the order.",
    rank=Whole(1, sample=1), of=Whole(1, sample=3), total_cost=MONEY_ANSWER, annual_rate=RATE_ANSWER,
    as_offered=Flag(about="false: the bank has no plan of the comparison's term, and this is what one would cost"),
    tie=_TIE,
)  # fmt: skip
_BANK = answer("", id=Text(sample="harbour"), name=NAMES)
_PRODUCT = answer("", id=Text(sample="harbour-one"), version=Text(sample="v_1f0c"), name=NAMES)
_OFFER = answer(
    "Offer", rank=Whole(1, about="by the shopper's cost at one term"), place=_PLACE,
    bank=_BANK, product=_PRODUCT, plans=ListOf(_PLAN),
)  # fmt: skip
_STATED_PLACE = answer(
    "StatedPlace", "Behind all offers; rising (highest, lowest, round, turn) is the order, null last.",
    rank=Whole(1, sample=4), of=Whole(1, sample=5),
    highest=OrNull(RATE_ANSWER), lowest=OrNull(RATE_ANSWER), tie=_TIE,
)  # fmt: skip
_MONTHS = Whole(1, about="months", sample=84)
_STATED_RATE = answer(
    "StatedRate", "A rate as its lender states it; the comparison rate is null where the lender states none.",
    rate=RATE_ANSWER, comparison_rate=OrNull(RATE_ANSWER), fixed=Flag(), term=OrNull(_MONTHS),
    note=Text(sample="New borrowers", about="the lender's words on who gets it"),
)  # fmt: skip
_LINK = maybe(Text(sample="https://bank.example/loan"))
_STATED = answer(
    "Stated", "What the lender states of it: null is what it does not state.",
    rates=ListOf(_STATED_RATE),
    fees=ListOf(answer("StatedFee", "Null: see the terms.", name=Text(sample="Establishment"),
                       amount=OrNull(MONEY_ANSWER))),
    min_amount=OrNull(MONEY_ANSWER), max_amount=OrNull(MONEY_ANSWER), min_term=OrNull(_MONTHS),
    max_term=OrNull(_MONTHS), links=Object(dict.fromkeys(LINKS, _LINK)),
    stated_on=Text(sample="2026-10-01", about="the lender last changed it"), until=OrNull(Text(sample="2027-01-31")),
)  # fmt: skip
_INDICATIVE = answer(
    "Indicative", "A product of which only what its lender states is known: nothing is priced or applied for here.",
    rank=Whole(1, about="behind all offers", sample=4), place=_STATED_PLACE, bank=_BANK, product=_PRODUCT,
    stated=_STATED,
)  # fmt: skip
_COMPARISON = answer(
    "Comparison", term=Whole(about="months; 0 where there is nothing to compare", sample=12),
    day=Text(sample="2026-11-24", about="in the market's own time"),
    day_number=Whole(about="1 is the first day of the year 1", sample=739944),
)  # fmt: skip
_LIST = Operation(
    "Show what a widget shows", "offers",
    {200: Answer("ranked", answer(
        "Offers", catalogue_version=Text(sample="c_1"), comparison=_COMPARISON, data=ListOf(_OFFER),
        indicative=ListOf(_INDICATIVE),
    ))},
    door=Who.OFFERS, query=OFFER_SCENE, about="The same for everybody.", refuses=(NotAvailableHere,),
)  # fmt: skip


def add_offers(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/offers")
    @describes(_LIST)
    def offers() -> Response:
        """By publishable key in the query, or by secret key, or by both of one mode: offers are personal to nobody."""
        door = _door(wired)
        asked = read_scene(market_of(door.merchant.market))
        found = _offers(wired, door, asked, asked.term)
        _refuse_what_fits_nothing(wired, door, asked, found)
        document: dict[str, Any] = {
            "catalogue_version": found.catalogue_version,
            "comparison": comparison_json(found),
            "data": [_offer(one) for one in found.offers],
            "indicative": [_indicative(one) for one in found.stated],
        }
        return jsonify(document)


def _offers(wired: Wired, door: Door, asked: AskedFor, term: int | None) -> Offers:
    scene = asked.scene
    return wired.offers.for_scene(asked.market, asked.kind, scene.amount, scene.product, door=door, term=term)


def _door(wired: Wired) -> Door:
    key = request.args.get("key")
    if not key:
        return secret_door(wired)
    door = wired.merchants.door_by_publishable_key(key)
    if "Authorization" in request.headers:
        secret = secret_door(wired)
        if secret.merchant.id != door.merchant.id:
            raise Unauthenticated("the two keys are not of one merchant")
        if secret.mode is not door.mode:
            raise ModeMismatch(f"{secret.mode.value} and {door.mode.value}")
    return door


def _refuse_what_fits_nothing(wired: Wired, door: Door, asked: AskedFor, found: Offers) -> None:
    """No product at all is an answer; a product nobody has, or a term or amount nobody takes, is a mistake to mend."""
    none = found.none
    if none is None:
        return
    if none.unknown_product:
        raise InvalidInput.one("product", "unknown_product", products=", ".join(none.products[:20]))
    if asked.term is not None:
        terms = _terms(_offers(wired, door, asked, None))
        if terms:
            raise InvalidInput.one("term", "term_not_offered", terms=", ".join(terms))
    ends = {"smallest": none.smallest, "largest": none.largest}
    known = {name: str(one.minor) for name, one in ends.items() if one is not None}
    if known:
        side = "_above" if "smallest" not in known else "_below" if "largest" not in known else ""
        currency = asked.scene.amount.currency
        raise InvalidInput.one("amount", f"amount_not_offered{side}", **known, currency=currency)


def _terms(found: Offers) -> list[str]:
    """Those of plans one by one, then what lenders state: from, to."""
    stated = [f"{one.product.min_term or 1} to {one.product.max_term or 480}" for one in found.stated]
    plans = {plan.term for one in found.offers for plan in one.plans}
    return [str(term) for term in sorted(plans)] + sorted(set(stated))


def _indicative(offer: StatedOffer) -> dict[str, Any]:
    return {
        "rank": offer.place.rank, "place": stated_place_json(offer.place), **_named(offer), "stated": stated_json(offer)
    }  # fmt: skip


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "rank": offer.rank,
        "place": place_json(offer.place) if offer.place else None,
        **_named(offer),
        "plans": [plan_json(offer, plan) | {"schedule": schedule_rows(plan)} for plan in offer.plans],
    }


def _named(offer: Offer | StatedOffer) -> dict[str, Any]:
    product = offer.product
    return {
        "bank": {"id": offer.bank.bank_id, "name": dict(offer.bank.name)},
        "product": {"id": product.product_id, "version": product.version, "name": dict(product.name)},
    }
