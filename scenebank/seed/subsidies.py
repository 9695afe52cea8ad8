"""Interest the shops of the story pay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scenebank.merchants.model import Mode
from scenebank.offers.subsidies import Arrangement, SubsidyService
from scenebank.seed.catalogue import market_of_product
from scenebank.seed.story import story

_FIRST_DAY = date(2026, 1, 1)


def seed_subsidies(subsidies: SubsidyService, merchants: Mapping[str, str]) -> None:
    """Each shop, by its key in the story, pays for the products of its market that are marked so."""
    for shop, merchant_id in merchants.items():
        known = {(one.bank_id, one.product_id) for one in subsidies.all(merchant_id, Mode.TEST)}
        for one in story()["products"]:
            wanted = one.get("subsidised") and market_of_product(one["id"]) == story()["shops"][shop]["market"]
            if wanted and (one["bank"], one["id"]) not in known:
                subsidies.arrange(merchant_id, Mode.TEST, Arrangement(one["bank"], one["id"], _FIRST_DAY, None))
