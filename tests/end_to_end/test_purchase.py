"""A real shop page of another site, a real bank: shopper, shop, API, webhook and bank see the same in the end."""

from __future__ import annotations

import pytest

from tests.end_to_end.journey import GOODS, Journey
from tests.end_to_end.purchase import all_agree, purchase
from tests.support.browsers import chromium, firefox, webkit
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.shopper import sign
from tests.support.stack import Stack

EVERY = [(market, widget) for market, widget in GOODS]


@pytest.mark.parametrize("embed", ["script", "iframe"])
@pytest.mark.parametrize(("market", "widget"), EVERY)
def test_chromium(window: Chromium, stack: Stack, market: str, widget: str, embed: str) -> None:
    all_agree(purchase(window, stack, market, widget, embed))
    ours = [one for one in window.complaints if stack.scenebank_url in one or stack.shop_url in one]
    assert ours == []


def test_an_open_order_page_follows_the_bank(window: Chromium, stack: Stack) -> None:
    """Badge and other ways to pay change with the widget; nobody reloads the page."""
    journey = Journey(window, stack, "cn", "instalments", "script")
    journey.shop()
    journey.choose()
    journey.apply()
    journey.to_bank()
    page = window.url().partition("?")[0]
    window.open(f"{stack.shop_url}/cn/product/lamp")
    window.click("button[name=do][value=add]")
    until("the cart", lambda: window.url().endswith("/cart"))
    window.open(f"{stack.shop_url}/cn/order/{journey.order}")
    assert window.attribute("#order-state .badge", "data-status") == "action_required"
    assert window.has("#pay-on-delivery")
    assert window.text(".cart-link .count") == "2"
    sign(page)
    until("the badge", lambda: window.attribute("#order-state .badge", "data-status") == "accepted")
    assert window.text("#order-state .badge") == "银行已批准"
    assert not window.has("#pay-on-delivery")
    assert window.text(".cart-link .count") == "1"


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
