"""Operators hear of what is live and may not be offered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from scenebank.catalogue.model import Product
from scenebank.offers.model import Ask, Offer
from scenebank.offers.offering import plans_of
from scenebank.offers.price_rules import forbidden

_MOST = 4_096
_log = logging.getLogger(__name__)


class ForbiddenPrices:
    """Tells of each version of a product once a day, with the rule, the term and what to change."""

    def __init__(self) -> None:
        self._told: set[tuple[date, str, str]] = set()

    def tell(self, fitting: Sequence[Product], offers: Sequence[Offer], ask: Ask) -> None:
        """``offers`` is what became of the products that fit."""
        offered = {offer.product.version: len(offer.plans) for offer in offers}
        for one in fitting:
            terms = 1 if ask.term else len(one.terms)
            key = (ask.day, one.bank_id, one.version)
            if offered.get(one.version, 0) < terms and key not in self._told:
                if len(self._told) >= _MOST:
                    self._told.clear()
                self._told.add(key)
                _tell(one, ask)


def _tell(product: Product, ask: Ask) -> None:
    for plan in plans_of(product, replace(ask, term=None)):
        for one in forbidden(ask.market, product.kind, ask.day, plan):
            of = f"{product.bank_id}/{product.product_id} over {plan.term} months is not offered"
            facts = {**one.json(), "market": ask.market.code, "day": ask.day.isoformat(), "bank": product.bank_id,
                     "product": product.product_id, "term": plan.term}  # fmt: skip
            _log.error("rule %s: %s: %s", one.rule.id, of, one.what, extra={"facts": facts})
