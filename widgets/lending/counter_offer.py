"""The bank's counter-offer: what is asked of the shopper, at the price the product's published terms give it."""

from __future__ import annotations

from dataclasses import dataclass

from scenebank.applications.model import Application
from scenebank.markets.model import Place
from scenebank.offers.model import Offer, Plan
from widgets.base import Services, Visit
from widgets.lending.plans import disclosures, offer_view, payments, payments_in_all, plan_view


@dataclass(frozen=True)
class CounterView:
    """What is offered. ``facts`` are empty where no price is certain: then the bank's page shows it, and the frame
    asks for no agreement. ``agree`` is the sentence agreed to, the button's text and a word on what it binds to, ""
    where the market signs elsewhere than at the bank."""

    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    legal: tuple[str, ...]
    agree: tuple[str, str, str] | None


def priced(application: Application, visit: Visit, services: Services) -> tuple[Offer, Plan] | None:
    """The counter-offer on the terms of the version applied for; None where they say nothing of it."""
    counter = application.counter_offer
    if counter is None:
        return None
    product = services.catalogue.product(application.bank_id, application.product_id, application.product_version)
    offer = services.offers.on_published_terms(
        visit.market, product, counter.amount, counter.term, visit.door.merchant.name
    )  # fmt: skip
    return (offer, offer.plans[0]) if offer else None


def counter_view(application: Application, visit: Visit, services: Services) -> CounterView | None:
    """None where nothing is offered that the shopper could still take."""
    counter, t = application.counter_offer, visit.texts
    if counter is None or application.withdrawing:
        return None
    lines = []
    if counter.amount < application.amount:
        lines.append(t("rest_another_way", rest=t.money(application.amount - counter.amount)))
    found = priced(application, visit, services)
    if found is None:
        return CounterView((), (*lines, t("price_at_bank")), (), None)
    offer, plan = found
    shown, terms = offer_view(offer, t, plan.term), plan_view(offer, plan, t)
    facts = (
        (t("lender"), shown.lender), (t("amount"), t.money(counter.amount)),
        (t("plan"), payments_in_all(plan.schedule, t)), (terms.rate_name, terms.rate),
        (t("total_cost"), terms.total_cost), (t("total_payable"), terms.total_payable),
    )  # fmt: skip
    in_frame = visit.market.places["accept_offer"] is Place.FRAME
    binds = t(f"bank_page_follows_{visit.market.code}") if visit.market.places["sign"] is Place.BANK else ""
    agree = (agreed_text(application, offer, plan, visit), t("accept_offer", amount=t.money(counter.amount)), binds)
    legal = (shown.legal, *disclosures(visit.market, t, offer, plan))
    return CounterView(facts, tuple(lines), legal, agree if in_frame else None)


def agreed_text(application: Application, offer: Offer, plan: Plan, visit: Visit) -> str:
    """The exact sentence, with its price."""
    t, terms = visit.texts, plan_view(offer, plan, visit.texts)
    return t(
        "accept_offer.text", amount=t.money(offer.amount), n=plan.term, bank=t.choose(offer.bank.name),
        asked=t.money(application.amount), payments=payments(plan.schedule, t), total=terms.total_payable,
        rate_name=terms.rate_name, rate=terms.rate,
    )  # fmt: skip
