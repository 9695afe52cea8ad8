"""Why a product is not offered for a scene (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scenebank.catalogue.model import Product
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
    NOT_ARRANGED = "not_arranged"
    OTHER_PRODUCT = "other_product"


@dataclass(frozen=True)
class Misfit:
    """One reason, and the facts of the product it rests on."""

    reason: Reason
    facts: Mapping[str, object] = field(default_factory=dict)


def misfits(product: Product, ask: Ask, is_live: bool = True) -> tuple[Misfit, ...]:
    """Everything that keeps the product from being offered; nothing where it is."""
    found = [] if is_live else [Misfit(Reason.NOT_LIVE)]
    if product.market != ask.market.code:
        found.append(Misfit(Reason.MARKET, {"market": product.market}))
    if product.kind is not ask.kind:
        found.append(Misfit(Reason.KIND, {"kind": product.kind.value}))
    if product.min_amount.currency != ask.amount.currency:
        found.append(Misfit(Reason.CURRENCY, {"currency": product.min_amount.currency}))
    elif ask.amount < product.min_amount:
        found.append(Misfit(Reason.AMOUNT_TOO_SMALL, {"smallest": product.min_amount.json()}))
    elif product.max_amount < ask.amount:
        found.append(Misfit(Reason.AMOUNT_TOO_LARGE, {"largest": product.max_amount.json()}))
    if ask.term is not None and ask.term not in product.terms:
        found.append(Misfit(Reason.TERM, {"terms": list(product.terms)}))
    if product.subsidised and (product.bank_id, product.product_id) not in ask.agreed:
        found.append(Misfit(Reason.NOT_ARRANGED))
    if ask.product is not None and ask.product != product.product_id:
        found.append(Misfit(Reason.OTHER_PRODUCT))
    return tuple(found)
