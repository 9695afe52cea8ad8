"""One whole purchase, and that all who took part see the same in the end."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.end_to_end.journey import Journey
from tests.support.browsers import Browser
from tests.support.browsers.browser import until
from tests.support.stack import Stack


def purchase(browser: Browser, stack: Stack, market: str, widget: str, embed: str, *, script: bool = True) -> Journey:
    journey = Journey(browser, stack, market, widget, embed, script)
    journey.shop()
    journey.choose()
    journey.apply()
    journey.to_bank()
    journey.sign()
    return journey


def all_agree(journey: Journey, status: str = "accepted") -> None:
    """Order page, widget, event on the page, API, verified webhook, bank."""
    browser = journey.browser
    until("the shop's server took the webhook", lambda: f"application.{status}" in taken(journey))
    assert on_order_page(journey) == status
    application = journey.application()
    record = journey.bank_record()
    assert (application["status"], record["stage"]) == (status, "SIGNED")
    assert record["ledger"]["approved"] == application["amount"]
    assert record["claims"]["act"]["mch"] == journey.stack.accounts[journey.market]["merchant_id"]
    assert record["claims"]["ord"] == application["order"] == journey.order
    if journey.script:
        assert browser.attribute("[data-status]", "data-status", "bank-scene[order]") == status
        until("bis:status", lambda: browser.attribute("#heard-status", "data-status") == status)


def taken(journey: Journey) -> list[str]:
    """The types of the events of this order that came to the shop by signed webhook, from the shop's own books."""
    stack = journey.stack
    with closing(sqlite3.connect(stack.config.data_dir / "shop/shop.sqlite3")) as books:
        hooks = {row[0] for row in books.execute("SELECT id FROM hooks WHERE shop = ?", (journey.market,))}
    found, after = [], "0"
    while after is not None:
        page = stack.api(journey.market, "GET", "/v1/events", params={"after": after, "limit": "100"}).json()
        found += [one for one in page["data"] if one["data"].get("order") == journey.order]
        after = page["next"]
    return [one["type"] for one in found if one["id"] in hooks]


def on_order_page(journey: Journey) -> str:
    journey.browser.open(f"{journey.stack.shop_url}/{journey.market}/order/{journey.order}")
    return journey.browser.attribute("#order-state .badge", "data-status")
