"""A shop of a running stack in whose market lenders state their rates, as the preview tells of it; and what the same
lenders may have there beside, with prices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scenebank.catalogue.service import CatalogueService
from scenebank.merchants.model import Mode
from scenebank.preview.stated import publish_stated, read_stated_story
from scenebank.wiring import Wired, build_services
from tests.support.stack import Stack

_RATES = {"harbour": "0.0899", "lantern": "0.0999", "cedar": "0.1099"}


def open_stated_shop(stack: Stack) -> None:
    """``au`` among ``stack.accounts``; what lenders state is published first."""
    shop = read_stated_story()["shop"]
    with _services(stack) as wired:
        publish_stated(wired.catalogue)
        made = wired.merchants.create(shop["name"], [stack.shop_url], shop["market"], Mode.TEST)
    stack.accounts["au"] = {
        "merchant_id": made.id, "publishable_key": made.publishable_key, "secret_key": made.secret_key,
    }  # fmt: skip


def publish_prices(stack: Stack) -> None:
    """A loan of each of three lenders, which stand before all that is only stated."""
    with _services(stack) as wired:
        for bank_id, rate in _RATES.items():
            _publish_loan(wired.catalogue, bank_id, rate)


def _publish_loan(catalogue: CatalogueService, bank_id: str, rate: str) -> None:
    catalogue.publish({
        "bank_id": bank_id, "product_id": f"{bank_id}-loan-aud", "kind": "loan", "market": "AU",
        "name": {"en": "Loan for goods", "zh-CN": "消费贷"}, "method": "equal_instalment", "terms": [12, 24, 36],
        "rate": {"value": rate, "basis": "nominal_annual"}, "subsidised": False,
        "min_amount": {"amount": "100000", "currency": "AUD"}, "max_amount": {"amount": "3500000", "currency": "AUD"},
    })  # fmt: skip


@contextmanager
def _services(stack: Stack) -> Iterator[Wired]:
    wired = build_services(stack.config)
    yield wired
    wired.database.dispose()
