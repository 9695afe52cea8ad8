"""A small catalogue for tests: banks and products by the figures a test needs."""

from __future__ import annotations

from collections.abc import Sequence

from scenebank.catalogue import store
from scenebank.catalogue.documents import parse_product
from scenebank.catalogue.model import Bank
from scenebank.catalogue.service import CatalogueService
from scenebank.store.database import Database

Product = dict[str, object]


def bank(bank_id: str) -> Bank:
    names = {"en": f"{bank_id.title()} Bank", "zh-CN": f"{bank_id}银行"}
    return Bank(bank_id, names, names, names, "origination", {"base_url": f"http://127.0.0.1:9/{bank_id}"})


def product(bank_id: str, product_id: str, rate: str = "0.0600", terms: tuple[int, ...] = (3, 6, 12)) -> Product:
    """Instalments in CNY at a nominal annual rate, from 100.00 to 50,000.00."""
    return {
        "bank_id": bank_id,
        "product_id": product_id,
        "kind": "instalments",
        "market": "CN",
        "name": {"en": product_id, "zh-CN": product_id},
        "method": "equal_instalment",
        "rate": {"value": rate, "basis": "nominal_annual"},
        "terms": list(terms),
        "min_amount": {"amount": "10000", "currency": "CNY"},
        "max_amount": {"amount": "5000000", "currency": "CNY"},
        "subsidised": False,
    }


def stated(bank_id: str, product_id: str, *rates: tuple[str, str | None], **more: object) -> Product:
    """An indicative loan in AUD, from 2,000.00 on, by pairs of rate and comparison rate."""
    return {
        "bank_id": bank_id, "product_id": product_id, "kind": "loan", "market": "AU", "name": {"en": product_id},
        "stated": {
            "rates": [_stated_rate(*one) for one in rates],
            "min_amount": {"amount": "200000", "currency": "AUD"}, "stated_on": "2026-10-01",
            "links": {"apply": "https://bank.example/apply", "terms": "https://bank.example/terms"},
            "fees": [{"name": "Establishment", "amount": {"amount": "15000", "currency": "AUD"}}], **more,
        },
    }  # fmt: skip


def _stated_rate(rate: str, comparison: str | None) -> dict[str, object]:
    found: dict[str, object] = {"rate": {"value": rate, "basis": "nominal_annual"}, "fixed": True}
    return found | ({"comparison_rate": {"value": comparison, "basis": "au_comparison"}} if comparison else {})


def publish(catalogue: CatalogueService, *products: Product) -> None:
    for bank_id in sorted({str(one["bank_id"]) for one in products}):
        catalogue.publish_bank(bank(bank_id))
    for one in products:
        catalogue.publish(one)


def publish_many(database: Database, products: Sequence[Product]) -> None:
    """As if each had been published, in one transaction: ten thousand of them would take a minute."""
    with database.begin() as connection:
        for bank_id in sorted({str(one["bank_id"]) for one in products}):
            store.save_bank(connection, bank(bank_id), 0)
        for one in products:
            store.make_live(connection, parse_product(one), one, 0)
        store.raise_number(connection)
