"""A frame that is loaded anew alone goes on with its visit, and asks nobody again who the shopper is."""

from __future__ import annotations

import requests
from playwright.sync_api import Error

from tests.end_to_end.test_in_place import PLACE, marked
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.shop_page import ShopPage


def public_address(shop: ShopPage) -> str:
    key = shop.stack.accounts[shop.market]["publishable_key"]
    return f"{shop.stack.scenebank_url}/w/{shop.widget}?key={key}&amount={shop.facts['amount']}&currency=EUR&locale=en"


def held_session(shop: ShopPage) -> str:
    return str(shop.frame.evaluate("document.querySelector('[name=session]').value"))


def is_new(shop: ShopPage) -> bool:
    """While one document makes way for the other, neither can say."""
    try:
        return not marked(shop)
    except Error:
        return False


def test_loaded_anew(shop: ShopPage, window: Chromium) -> None:
    shop.open()
    shop.personal()
    before = held_session(shop)
    shop.frame.goto(public_address(shop))
    until("the visit goes on", lambda: window.has(".plans label .pay", PLACE) and window.has("[name=session]", PLACE))
    assert held_session(shop) != before
    assert len(shop.minted) == 1
    sent = {"key": shop.stack.accounts[shop.market]["publishable_key"], **shop.facts, "session": before}
    dead = requests.post(f"{shop.stack.scenebank_url}/w/{shop.widget}/apply", data=sent, timeout=10,
                         headers={"Accept": "application/problem+json"})  # fmt: skip
    assert (dead.status_code, dead.json()["code"]) == (401, "session_invalid")
    shop.frame.goto(public_address(shop))  # and once more: each time with a new one
    until("and again", lambda: window.has(".plans label .pay", PLACE) and window.has("[name=session]", PLACE))
    assert len(shop.minted) == 1


def test_out_of_the_browsers_memory(shop: ShopPage, window: Chromium) -> None:
    """What the browser took from its memory is not shown before we have said that the visit goes on."""
    shop.open()
    shop.personal()
    before = held_session(shop)
    shop.frame.evaluate("window.mark = 1")
    shop.frame.evaluate("""() => {
        dispatchEvent(new PageTransitionEvent("pagehide", {persisted: true}));
        window.hid = getComputedStyle(document.querySelector("main")).visibility;
    }""")
    assert shop.frame.evaluate("window.hid") == "hidden"
    shop.frame.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    until("a new document", lambda: window.has("[name=session]", PLACE) and is_new(shop))
    assert window.text(".plans label .pay", PLACE)
    assert held_session(shop) != before
    assert len(shop.minted) == 1


def test_another_amount_is_another_visit(shop: ShopPage, window: Chromium) -> None:
    """The old visit is not resumed for it: the shop is asked anew."""
    shop.open()
    shop.personal()
    window.page.evaluate("scene.setAttribute('amount', '60000')")
    until("the shop was asked", lambda: window.has("html", PLACE) and len(shop.minted) == 2)
    assert shop.minted[-1]["amount"] == "60000"
