"""A real shop page of another site, a real bank: shopper, shop, API, webhook and bank see the same in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.journey import GOODS, Journey
from tests.support.browsers import Browser, chromium, firefox, webkit
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.stack import Stack

EVERY = [(market, widget) for market, widget in GOODS]


@pytest.fixture
def window() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


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


@pytest.mark.parametrize("embed", ["script", "iframe"])
@pytest.mark.parametrize(("market", "widget"), EVERY)
def test_chromium(window: Chromium, stack: Stack, market: str, widget: str, embed: str) -> None:
    all_agree(purchase(window, stack, market, widget, embed))
    ours = [one for one in window.complaints if stack.scenebank_url in one or stack.shop_url in one]
    assert ours == []


@pytest.mark.parametrize("embed", ["form", "page"])
def test_chromium_without_script(stack: Stack, embed: str) -> None:
    with chromium(script=False) as window:
        all_agree(purchase(window, stack, "cn" if embed == "form" else "eu", "instalments", embed, script=False))


def test_firefox(stack: Stack) -> None:
    with firefox() as window:
        all_agree(purchase(window, stack, "cn", "instalments", "script"))


def test_firefox_without_script(stack: Stack) -> None:
    with firefox(script=False) as window:
        all_agree(purchase(window, stack, "eu", "loan", "form", script=False))


def test_webkit(stack: Stack) -> None:
    with webkit() as window:
        all_agree(purchase(window, stack, "eu", "instalments", "script"))


def test_webkit_without_script(stack: Stack) -> None:
    with webkit(script=False) as window:
        all_agree(purchase(window, stack, "cn", "loan", "form", script=False))
