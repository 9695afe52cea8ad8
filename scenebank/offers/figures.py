"""Offers as data: every figure a shopper can read of them, for answers, for what is kept, and to compare (pure)."""

from __future__ import annotations

from typing import Any

from scenebank.money.model import Money
from scenebank.offers.model import Offer, Offers, Place, Plan, StatedOffer, StatedPlace


def comparison_json(offers: Offers) -> dict[str, Any]:
    """What all places rest on. ``day_number`` is 1 on the first day of the year 1: with it a turn can be checked."""
    day = offers.ask.day
    return {"term": offers.comparison_term, "day": day.isoformat(), "day_number": day.toordinal()}


def place_json(place: Place) -> dict[str, Any]:
    """Sorted by (total_cost, annual_rate, round, turn), offers stand in their order; and
    ``turn = (index - day_number) mod banks + 1``."""
    tie = place.tie
    return {
        "rank": place.rank,
        "of": place.of,
        "total_cost": place.compared.total_cost.json(),
        "annual_rate": place.compared.annual_rate.json(),
        "as_offered": place.as_offered,
        "tie": {"banks": tie.banks, "index": tie.index, "turn": tie.turn, "round": tie.round},
    }


def stated_place_json(place: StatedPlace) -> dict[str, Any]:
    """Sorted by (highest, lowest, round, turn), those without a comparison rate last, they stand in their order."""
    tie = place.tie
    return {
        "rank": place.rank,
        "of": place.of,
        "highest": place.highest.json() if place.highest else None,
        "lowest": place.lowest.json() if place.lowest else None,
        "tie": {"banks": tie.banks, "index": tie.index, "turn": tie.turn, "round": tie.round},
    }


def stated_json(offer: StatedOffer) -> dict[str, Any]:
    """What the lender states for the amount; null is what it does not state."""
    one = offer.product
    return {
        "rates": [
            {"rate": rate.rate.json(), "comparison_rate": rate.comparison.json() if rate.comparison else None,
             "fixed": rate.fixed, "term": rate.term, "note": rate.note}
            for rate in offer.rates
        ],
        "fees": [{"name": fee.name, "amount": _or_null(fee.amount)} for fee in one.fees],
        "min_amount": _or_null(one.min_amount),
        "max_amount": _or_null(one.max_amount),
        "min_term": one.min_term, "max_term": one.max_term,
        "links": dict(one.links), "stated_on": one.stated_on, "until": one.until,
    }  # fmt: skip


def _or_null(money: Money | None) -> dict[str, str] | None:
    """Nothing is a sum too."""
    return None if money is None else money.json()


def subsidy_json(offer: Offer, plan: Plan) -> dict[str, Any] | None:
    """Gross is what the lender earns, net what the shopper pays of it, ``paid`` what ``payer`` pays: gross less net."""
    subsidy = plan.subsidy
    if subsidy is None:
        return None
    return {
        "payer": offer.payer,
        "gross_cost": subsidy.gross_cost.json(),
        "gross_annual_rate": subsidy.gross_rate.json(),
        "paid": subsidy.paid.json(),
        "net_cost": plan.total_cost.json(),
    }


def plan_json(offer: Offer, plan: Plan) -> dict[str, Any]:
    return {
        "term": plan.term,
        "annual_rate": plan.annual_rate.json(),
        "first_payment": plan.first_payment.json(),
        "total_cost": plan.total_cost.json(),
        "total_payable": plan.total_payable.json(),
        "subsidy": subsidy_json(offer, plan),
    }


def schedule_rows(plan: Plan) -> list[dict[str, object]]:
    return [row.json() for row in plan.schedule.rows]


def figures(offers: Offers, chosen: tuple[Offer, Plan] | None) -> dict[str, Any]:
    """Of the list; of the one plan ``chosen``, with its whole schedule, where one was."""
    found: dict[str, Any] = {"amount": offers.ask.amount.json(), "comparison": comparison_json(offers)}
    if chosen is None:
        return found | {"offers": [_offer(one) for one in offers.offers]}
    offer, plan = chosen
    return found | {
        "offer": _named(offer), "plan": plan_json(offer, plan) | {"schedule": schedule_rows(plan)},
    }  # fmt: skip


def _offer(offer: Offer) -> dict[str, Any]:
    return _named(offer) | {"plans": [plan_json(offer, plan) for plan in offer.plans]}


def _named(offer: Offer) -> dict[str, Any]:
    product = offer.product
    return {
        "bank": product.bank_id, "product": product.product_id, "version": product.version,
        "place": place_json(offer.place) if offer.place else None,
    }  # fmt: skip
