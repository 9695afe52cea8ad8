"""Why a product is not offered for a scene (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scenebank.catalogue.model import Indicative, Listed, Product
from scenebank.offers.model import Ask


class Reason(StrEnum):
    """In the order they are told."""

    NOT_LIVE = "not_live"
    MARKET = "market"
    KIND = "kind"
    CURRENCY = "currency"
    AMOUNT_TOO_SMALL = "amount_too_small"
    AMOUNT_TOO_LARGE = "amount_too_large"
    TERM = "term"
    ENDED = "ended"
    NOT_ARRANGED = "not_arranged"
    OTHER_PRODUCT = "other_product"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Misfit:
    """One reason, and the facts of the product it rests on."""

    reason: Reason
    facts: Mapping[str, object] = field(default_factory=dict)


def misfits(product: Listed, ask: Ask, is_live: bool = True) -> tuple[Misfit, ...]:
    """Everything that keeps the product from being offered; nothing where it is. A bound an indicative product does not
    state keeps it from nothing."""
    found = [] if is_live else [Misfit(Reason.NOT_LIVE)]
    if product.market != ask.market.code:
        found.append(Misfit(Reason.MARKET, {"market": product.market}))
    if product.kind is not ask.kind:
        found.append(Misfit(Reason.KIND, {"kind": product.kind.value}))
    smallest, largest = product.min_amount, product.max_amount
    if product.currency != ask.amount.currency:
        found.append(Misfit(Reason.CURRENCY, {"currency": product.currency}))
    elif smallest is not None and ask.amount < smallest:
        found.append(Misfit(Reason.AMOUNT_TOO_SMALL, {"smallest": smallest.json()}))
    elif largest is not None and largest < ask.amount:
        found.append(Misfit(Reason.AMOUNT_TOO_LARGE, {"largest": largest.json()}))
    found += _of_indicative(product, ask) if isinstance(product, Indicative) else _of_priced(product, ask)
    if ask.product is not None and ask.product != product.product_id:
        found.append(Misfit(Reason.OTHER_PRODUCT))
    return tuple(found)


def _of_priced(product: Product, ask: Ask) -> list[Misfit]:
    found = []
    if ask.term is not None and ask.term not in product.terms:
        found.append(Misfit(Reason.TERM, {"terms": list(product.terms)}))
    if product.subsidised and (product.bank_id, product.product_id) not in ask.agreed:
        found.append(Misfit(Reason.NOT_ARRANGED))
    return found


def _of_indicative(product: Indicative, ask: Ask) -> list[Misfit]:
    found = []
    shortest, longest = product.min_term, product.max_term
    if ask.term is not None and not (shortest or ask.term) <= ask.term <= (longest or ask.term):
        bounds = {"shortest": shortest, "longest": longest}
        found.append(Misfit(Reason.TERM, {name: value for name, value in bounds.items() if value is not None}))
    if product.until is not None and product.until < ask.day.isoformat():
        found.append(Misfit(Reason.ENDED, {"until": product.until}))
    return found
