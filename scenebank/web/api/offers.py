"""What a widget shows, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.catalogue.model import Kind
from scenebank.errors import InvalidInput
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door
from scenebank.money.model import Money
from scenebank.offers.model import Offer, Plan
from scenebank.web.api.doors import secret_door
from scenebank.wiring import Wired


def add_offers(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/offers")
    def offers() -> Response:
        """By publishable key in the query, or by secret key: offers are personal to nobody."""
        door = _door(wired)
        kind, amount = _kind(), _amount()
        market = market_of(door.merchant.market)
        found = wired.offers.for_scene(market, kind, amount, request.args.get("product"))
        document: dict[str, Any] = {
            "catalogue_version": found.catalogue_version,
            "data": [_offer(one) for one in found.offers],
        }
        if found.none is not None:
            document["fitting_amounts"] = {
                "from": found.none.smallest.json() if found.none.smallest else None,
                "to": found.none.largest.json() if found.none.largest else None,
            }
        return jsonify(document)


def _door(wired: Wired) -> Door:
    key = request.args.get("key")
    return wired.merchants.door_by_publishable_key(key) if key else secret_door(wired)


def _kind() -> Kind:
    try:
        return Kind(request.args.get("widget", ""))
    except ValueError:
        raise InvalidInput.one("widget", "unknown_widget") from None


def _amount() -> Money:
    text = request.args.get("amount", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) > 0):
        raise InvalidInput.one("amount", "amount")
    try:
        return Money(int(text), request.args.get("currency", ""))
    except (ValueError, KeyError) as error:
        raise InvalidInput.one("currency", "currency") from error


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
