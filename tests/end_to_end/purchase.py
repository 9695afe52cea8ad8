"""One whole purchase, and that all who took part see the same in the end."""

from __future__ import annotations

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
    until("the shop's server heard", lambda: heard(journey) == status)
    application = journey.application()
    record = journey.bank_record()
    assert (application["status"], record["stage"]) == (status, "SIGNED")
    assert record["ledger"]["approved"] == application["amount"]
    assert record["claims"]["act"]["mch"] == journey.stack.accounts[journey.market]["merchant_id"]
    assert record["claims"]["ord"] == application["order"] == journey.order
    if journey.script:
        assert browser.attribute("[data-status]", "data-status", "bank-scene[order]") == status
        until("bis:status", lambda: browser.attribute("#heard-status", "data-status") == status)


def heard(journey: Journey) -> str:
    """What the signed webhook told the shop, as its order page shows it."""
    journey.browser.open(f"{journey.stack.shop_url}/{journey.market}/order/{journey.order}")
    return journey.browser.attribute("#order-state .badge", "data-status")
