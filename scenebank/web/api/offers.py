"""What a widget shows, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.catalogue.model import Kind
from scenebank.errors import FieldError, InvalidInput, Unauthenticated
from scenebank.fields import ListOf, Object, OneOf, Text, Whole, answer, maybe, needed
from scenebank.markets import market as market_of
from scenebank.markets.model import Market
from scenebank.merchants.model import Door
from scenebank.money.fields import MONEY_ANSWER, RATE_ANSWER, ROW_ANSWER
from scenebank.offers.model import Offer, Offers, Plan
from scenebank.web.api.doors import ModeMismatch, secret_door
from scenebank.web.contract.operation import Answer, Operation, describes
from scenebank.web.contract.operation import Door as Who
from scenebank.wiring import Wired
from widgets import WIDGETS
from widgets.base import Scene
from widgets.scene import SCENE, parse_scene

_NAMES = Object({"en": maybe(Text(sample="Harbour Bank")), "zh-CN": maybe(Text(sample="海港银行"))}, name="Names")
_PLAN = answer(
    "Plan", term=Whole(1, about="months", sample=12), annual_rate=RATE_ANSWER, first_payment=MONEY_ANSWER,
    total_cost=MONEY_ANSWER, total_payable=MONEY_ANSWER, schedule=ListOf(ROW_ANSWER),
)  # fmt: skip
_OFFER = answer(
    "Offer", rank=Whole(1, about="by the shopper's cost at one term"),
    bank=answer("", id=Text(sample="harbour"), name=_NAMES),
    product=answer("", id=Text(sample="harbour-one"), version=Text(sample="v_1f0c"), name=_NAMES),
    plans=ListOf(_PLAN),
)  # fmt: skip
_WIDGET = OneOf(sorted(WIDGETS), "unknown_widget", {"widgets": ", ".join(sorted(WIDGETS))})
_LIST = Operation(
    "Show what a widget shows", "offers",
    {200: Answer("ranked", answer("Offers", catalogue_version=Text(sample="c_1"), data=ListOf(_OFFER)))},
    door=Who.OFFERS, query=Object({"widget": needed(_WIDGET, None), **SCENE.fields}), about="The same for everybody.",
)  # fmt: skip


def add_offers(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/offers")
    @describes(_LIST)
    def offers() -> Response:
        """By publishable key in the query, or by secret key, or by both of one mode: offers are personal to nobody."""
        door = _door(wired)
        market = market_of(door.merchant.market)
        kind, scene = _scene(market)
        found = wired.offers.for_scene(market, kind, scene.amount, scene.product)
        _refuse_what_fits_nothing(found)
        document: dict[str, Any] = {
            "catalogue_version": found.catalogue_version,
            "data": [_offer(one) for one in found.offers],
        }
        return jsonify(document)


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


def _scene(market: Market) -> tuple[Kind, Scene]:
    """What is asked for, read as a widget reads it; :class:`InvalidInput` names every field that is wrong."""
    errors: list[FieldError] = []
    scene, widget = None, _WIDGET.read("widget", request.args.get("widget"), errors)
    try:
        scene = parse_scene(request.args, market)
    except InvalidInput as wrong:
        errors += wrong.errors
    if scene is None or errors:
        raise InvalidInput(errors)
    return WIDGETS[widget].kind, scene


def _refuse_what_fits_nothing(found: Offers) -> None:
    """No product at all is an answer; a product nobody has, or an amount nobody takes, is a mistake to mend."""
    none = found.none
    if none is not None and none.unknown_product:
        raise InvalidInput.one("product", "unknown_product", products=", ".join(none.products[:20]))
    if none is not None and none.smallest and none.largest:
        smallest, largest = none.smallest, none.largest
        raise InvalidInput.one(
            "amount", "amount_not_offered", smallest=str(smallest.minor), largest=str(largest.minor),
            currency=smallest.currency,
        )  # fmt: skip


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "rank": offer.rank,
        "bank": {"id": offer.bank.bank_id, "name": dict(offer.bank.name)},
        "product": {
            "id": offer.product.product_id,
            "version": offer.product.version,
            "name": dict(offer.product.name),
        },
        "plans": [_plan(plan) for plan in offer.plans],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "term": plan.term,
        "annual_rate": plan.annual_rate.json(),
        "first_payment": plan.first_payment.json(),
        "total_cost": plan.total_cost.json(),
        "total_payable": plan.total_payable.json(),
        "schedule": [row.json() for row in plan.schedule.rows],
    }
