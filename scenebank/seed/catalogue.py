"""Banks and products of the story."""

from __future__ import annotations

from typing import Any

from scenebank.applications.bank_page import BankPages
from scenebank.catalogue.model import Bank
from scenebank.catalogue.service import CatalogueService
from scenebank.money.schedule import Method
from scenebank.seed.story import story

_CURRENCIES = {"cny": ("CNY", "CN"), "eur": ("EUR", "EU")}


def seed_catalogue(catalogue: CatalogueService, pages: BankPages, bank_url: str, ca_file: str | None) -> None:
    """Publish what differs from what is published; ``bank_url`` is where the banks answer and have their pages,
    ``ca_file`` the authority of their certificate where it is none of the public ones. A bank that has moved is
    followed: shoppers on their way to its pages find them. A product that people have published or withdrawn stays as
    they left it."""
    published = {bank.bank_id: bank for bank in catalogue.banks()}
    for one in story()["banks"]:
        bank = _bank(one, bank_url, ca_file)
        before = published.get(bank.bank_id)
        if before is not None and before.settings["pages"] != bank_url:
            pages.moved(bank.bank_id, before.settings["pages"], bank_url)
        if before != bank:
            catalogue.publish_bank(bank)
    for one in story()["products"]:
        if not catalogue.is_in_hand(one["bank"], one["id"]):
            catalogue.publish(_product(one))


def market_of_product(product_id: str) -> str:
    """A product's id ends with its currency."""
    return _CURRENCIES[product_id.rpartition("-")[2]][1]


def _bank(one: dict[str, Any], bank_url: str, ca_file: str | None) -> Bank:
    base = f"{bank_url}/{one['bank_id']}"
    settings = {
        "base_url": base, "jwks_url": f"{base}/.well-known/jwks.json", "pages": bank_url, "partner_listed": "yes",
    }  # fmt: skip
    settings |= {"ca_file": ca_file} if ca_file else {}
    texts = (one["name"], one["address"], one["licence"])
    return Bank(one["bank_id"], *texts, "origination", settings, one.get("scorecard"))


def _product(one: dict[str, Any]) -> dict[str, object]:
    _bank, kind, ending = one["id"].split("-")
    currency, market = _CURRENCIES[ending]
    return {
        "bank_id": one["bank"],
        "product_id": one["id"],
        "kind": "loan" if kind == "loan" else "instalments",
        "market": market,
        "name": one["name"],
        "method": one["method"],
        "rate": {"value": one["rate"], "basis": Method(one["method"]).basis.value},
        "terms": one["terms"],
        "min_amount": {"amount": one["from"], "currency": currency},
        "max_amount": {"amount": one["to"], "currency": currency},
        "subsidised": one.get("subsidised", False),
    }
