"""What a lender states of an indicative product, as a shopper reads it. A rate stands here only with its comparison
rate beside it; nothing is priced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scenebank.catalogue.model import StatedFee, StatedRate
from scenebank.markets.model import Market
from scenebank.markets.rules.judging import Description
from scenebank.money.model import Money, Rate
from scenebank.offers.model import StatedOffer
from scenebank.offers.stating import comparison_range
from widgets.base import Prices, Visit
from widgets.lending.description import lender_facts, way
from widgets.lending.plans import legal_line, rate_name
from widgets.texts import Texts

STATED = "stated"  # in place of a term, in the choice of a plan
_OWN_PAGES = ("terms", "fees", "eligibility")


@dataclass(frozen=True)
class RateView:
    """One rate; ``rate`` and ``comparison`` are empty where the lender states no comparison rate for it."""

    rate: str
    comparison: str
    kind: str
    note: str


@dataclass(frozen=True)
class StatedView:
    """``comparison`` and ``rate`` are one figure or from the lowest to the highest, empty where a comparison rate is
    missing: ``missing`` then says so, and ``why_missing`` what follows from it. ``limits`` are the amounts and terms it
    is for. ``page`` is the lender's own page to go on at, empty where it publishes none; ``links`` what else it
    has."""

    id: str
    choice: str
    lender: str
    product: str
    legal: str
    rate_name: str
    comparison: str
    rate: str
    missing: str
    why_missing: str
    limits: tuple[str, ...]
    rates: tuple[RateView, ...]
    facts: tuple[tuple[str, str], ...]
    fees: tuple[tuple[str, str], ...]
    page: str
    links: tuple[tuple[str, str], ...]
    why: tuple[str, ...]
    stated_on: str


def stated_view(offer: StatedOffer, market: Market, t: Texts) -> StatedView:
    one, compared = offer.product, comparison_range(offer.rates)
    rates = sorted((rate.rate for rate in offer.rates), key=lambda rate: rate.value)
    amounts, months = amounts_line(one.min_amount, one.max_amount, t), _months(one.min_term, one.max_term, t)
    known = tuple((t(f"stated.{name}"), line) for name, line in (("amounts", amounts), ("months", months)) if line)
    return StatedView(
        id="/".join(offer.key),
        choice=f"{one.bank_id}/{one.product_id}/{STATED}",
        lender=t.choose(offer.bank.name),
        product=t.choose(one.name),
        legal=legal_line(offer, t),
        rate_name=rate_name(market.rate_basis, t),
        comparison=_range(*compared, t) if compared else "",
        rate=_range(rates[0], rates[-1], t) if compared else "",
        missing="" if compared else missing(offer, t),
        why_missing="" if compared else _why_missing(offer, t),
        limits=tuple(line for _name, line in known),
        rates=tuple(_rate_view(rate, t) for rate in offer.rates),
        facts=known,
        fees=tuple((fee.name, _fee(fee, t)) for fee in one.fees),
        page=one.links.get("apply") or one.links.get("overview", ""),
        links=tuple((t(f"stated.link.{name}"), one.links[name]) for name in _OWN_PAGES if name in one.links),
        why=_why(offer, market, t),
        stated_on=t.day(date.fromisoformat(one.stated_on)),
    )


def missing(offer: StatedOffer, t: Texts) -> str:
    """None at all, or not for every rate."""
    return t("stated.partly" if _has_some(offer) else "stated.no_comparison")


def _why_missing(offer: StatedOffer, t: Texts) -> str:
    return t("stated.no_rate" if _has_some(offer) else "stated.none_at_all", lender=t.choose(offer.bank.name))


def _has_some(offer: StatedOffer) -> bool:
    return any(rate.comparison is not None for rate in offer.rates)


def describe_stated(visit: Visit, stated: tuple[StatedOffer, ...], prices: Prices) -> tuple[Description, ...]:
    """What the rules ask, of each; where no rate is shown, that no comparison rate is stated is what is said. The first
    of ``prices`` is the one of the example."""
    of_example = tuple(visit.texts.rate(plan.annual_rate) for _offer, plan in prices[:1])
    return tuple(_described(visit, one, of_example) for one in stated)


def _described(visit: Visit, offer: StatedOffer, of_example: tuple[str, ...]) -> Description:
    t, market = visit.texts, visit.market
    compared = comparison_range(offer.rates)
    lowest = t.rate(compared[0]) if compared else ""
    facts = {
        "market": market.code, "kind": offer.product.kind.value, "date": visit.day.isoformat(), "locale": t.locale,
        "page": "checkout", "valid_until": offer.product.until or visit.day.isoformat(), "comparison_warning": True,
        "comparison_rate": lowest or missing(offer, t), "rate_shown": bool(lowest), **lender_facts(offer, t),
        **way(market, offer),
    }  # fmt: skip
    legal = (legal_line(offer, t),)
    words = {
        "lenders": (t.choose(offer.bank.name),), "license_no": legal, "complaint": legal, "postal_address": legal,
        "comparison_warning": (t("disclosure.comparison_warning"),), "decision": (t("disclosure.lender_decides"),),
    }  # fmt: skip
    if not compared:
        words["comparison_rate"] = words["comparison_warning"] = (missing(offer, t),)
    rates = tuple(t.rate(rate.comparison) for rate in offer.rates if rate.comparison is not None)
    bounds = (one for one in (offer.product.min_amount, offer.product.max_amount) if one is not None)
    own = (t.money(offer.amount), *map(t.money, bounds))
    names = (rate_name(market.rate_basis, t),)
    return Description(facts, words, lowest, (*rates, *of_example), "/".join(offer.key), names, own)


def amounts_line(least: Money | None, most: Money | None, t: Texts) -> str:
    """Empty where neither end is known."""
    if least is not None and most is not None:
        return t("payment_range", first=t.money(least), last=t.money(most))
    if least is not None:
        return t("stated.at_least", amount=t.money(least))
    return t("stated.at_most", amount=t.money(most)) if most is not None else ""


def _months(least: int | None, most: int | None, t: Texts) -> str:
    if least is not None and most is not None and least != most:
        return t("stated.months_between", least=least, most=most)
    known = least or most
    return t("stated.months_only", n=known) if least == most and known else ""


def _fee(fee: StatedFee, t: Texts) -> str:
    """Nothing, where the lender says nothing; what it does not say is not nothing."""
    return t("stated.see_terms") if fee.amount is None else t.money(fee.amount)


def _rate_view(one: StatedRate, t: Texts) -> RateView:
    kind = t("stated.fixed" if one.fixed else "stated.variable")
    if one.fixed and one.term is not None:
        kind = t("stated.fixed_for", months=t("stated.months_only", n=one.term))
    bounds = amounts_line(one.smallest, one.largest, t)
    kind = t.list((kind, bounds)) if bounds else kind
    if one.comparison is None:
        return RateView("", "", kind, one.note)
    return RateView(_range(one.rate, one.rate, t), _range(one.comparison, one.comparison, t), kind, one.note)


def _range(low: Rate, high: Rate, t: Texts) -> str:
    first, last = t.rate(low), t.rate(high)
    return t("stated.a_year", rate=first if first == last else t("payment_range", first=first, last=last))


def _why(offer: StatedOffer, market: Market, t: Texts) -> tuple[str, ...]:
    place = offer.place
    name = rate_name(market.rate_basis, t)
    lines = [t("why.place", rank=place.rank, of=place.of)]
    if place.highest is not None:
        lines.append(t("stated.why_rate", rate_name=name, rate=t.rate(place.highest)))
    else:
        lines.append(t("stated.why_none"))
    lines.append(t("stated.why_rule"))
    if place.tie.banks > 1:
        lines.append(t("stated.why_tie", banks=place.tie.banks, turn=place.tie.turn))
    return tuple(lines)
