"""From the products that fit to the offers in their order (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scenebank.catalogue.model import Bank, Product
from scenebank.offers.model import Ask, Offer, Plan
from scenebank.offers.price_rules import forbidden
from scenebank.offers.pricing import plan_of
from scenebank.offers.ranking import Candidate, comparison_term, ranked


def offering(
    fitting: Sequence[Product], banks: Mapping[str, Bank], ask: Ask, payer: str | None, judged: bool = True
) -> tuple[tuple[Offer, ...], int]:
    """The offers, best first, and the term they were compared at, without the plans that a rule of the market forbids
    if they are ``judged``; ``payer`` is the shop's name."""
    candidates: list[Candidate] = [(one, allowed) for one in fitting if (allowed := _allowed(one, ask, judged))]
    term = ask.term or comparison_term(candidates)
    offers = tuple(
        Offer(banks[one.bank_id], one, ask.amount, plans, place, payer if one.subsidised else None)
        for (one, plans), place in ranked(candidates, ask.day, term)
    )
    return offers, term if offers else 0


def plans_of(product: Product, ask: Ask) -> tuple[Plan, ...]:
    """One for each term asked for, whether it may be offered or not."""
    terms = product.terms if ask.term is None else (ask.term,)
    return tuple(plan_of(product, ask.amount, term, ask.market.rate_basis) for term in terms)


def _allowed(product: Product, ask: Ask, judged: bool) -> tuple[Plan, ...]:
    plans = plans_of(product, ask)
    return tuple(one for one in plans if not (judged and forbidden(ask.market, product.kind, ask.day, one)))
