"""What a widget shows, as JSON: the offers in their order, and why each stands where it does."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.errors import InvalidInput, Unauthenticated
from scenebank.fields import Flag, ListOf, Object, OrNull, Text, Whole, answer, maybe
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door
from scenebank.money.fields import MONEY_ANSWER, RATE_ANSWER, ROW_ANSWER
from scenebank.offers.figures import comparison_json, place_json, plan_json, schedule_rows
from scenebank.offers.model import Offer, Offers
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
_OFFER = answer(
    "Offer", rank=Whole(1, about="by the shopper's cost at one term"), place=_PLACE,
    bank=answer("", id=Text(sample="harbour"), name=NAMES),
    product=answer("", id=Text(sample="harbour-one"), version=Text(sample="v_1f0c"), name=NAMES),
    plans=ListOf(_PLAN),
)  # fmt: skip
_COMPARISON = answer(
    "Comparison", term=Whole(about="months; 0 where there is nothing to compare", sample=12),
    day=Text(sample="2026-11-24", about="in the market's own time"),
    day_number=Whole(about="1 is the first day of the year 1", sample=739944),
)  # fmt: skip
_LIST = Operation(
    "Show what a widget shows", "offers",
    {200: Answer("ranked", answer(
        "Offers", catalogue_version=Text(sample="c_1"), comparison=_COMPARISON, data=ListOf(_OFFER)
    ))},
    door=Who.OFFERS, query=OFFER_SCENE, about="The same for everybody.",
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
    if none is not None and none.unknown_product:
        raise InvalidInput.one("product", "unknown_product", products=", ".join(none.products[:20]))
    if none is not None and asked.term is not None:
        terms = {plan.term for one in _offers(wired, door, asked, None).offers for plan in one.plans}
        if terms:
            raise InvalidInput.one("term", "term_not_offered", terms=", ".join(map(str, sorted(terms))))
    if none is not None and none.smallest and none.largest:
        smallest, largest = none.smallest, none.largest
        raise InvalidInput.one(
            "amount", "amount_not_offered", smallest=str(smallest.minor), largest=str(largest.minor),
            currency=smallest.currency,
        )  # fmt: skip


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "rank": offer.rank,
        "place": place_json(offer.place) if offer.place else None,
        "bank": {"id": offer.bank.bank_id, "name": dict(offer.bank.name)},
        "product": {
            "id": offer.product.product_id,
            "version": offer.product.version,
            "name": dict(offer.product.name),
        },
        "plans": [plan_json(offer, plan) | {"schedule": schedule_rows(plan)} for plan in offer.plans],
    }
