"""Pages that shut themselves off, and pages in a sandbox: the widget works to the end, or says what it lacks."""

from __future__ import annotations

import pytest

from tests.end_to_end.journey import Journey
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.shop_page import ShopPage
from tests.support.shopper import sign

PANEL = "aside[aria-label^=Scenebank]"
AROUND = "iframe#around"
NEEDED = ("allow-scripts", "allow-forms", "allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox")


def isolate(shop: ShopPage, embedder: str) -> None:
    shop.page.headers = {"Cross-Origin-Embedder-Policy": embedder, "Cross-Origin-Opener-Policy": "same-origin"}


def to_the_end(shop: ShopPage, embed: str) -> None:
    """From the personal offer to the bank's yes; the bank's page opens beside this one."""
    journey = Journey(shop.window, shop.stack, shop.market, shop.widget, embed, order=shop.order)
    shop.window.click("[data-need-token]", journey.place)
    shop.window.text(".plans label .pay", journey.place)
    journey.choose()
    journey.apply()
    journey.wait_for("form[action$='/bank'] button")
    with shop.window.context.expect_page() as opened:
        shop.window.click("form[action$='/bank'] button", journey.place)
    opened.value.wait_for_url("**/sign/**")
    sign(opened.value.url)
    journey.wait_for("[data-status=accepted]")
    assert journey.application()["status"] == "accepted"


@pytest.mark.parametrize("embedder", ["require-corp", pytest.param("credentialless", marks=pytest.mark.long)])
def test_an_isolated_page_to_the_end(shop: ShopPage, embedder: str) -> None:
    isolate(shop, embedder)
    shop.open()
    assert shop.window.page.evaluate("crossOriginIsolated") is True
    to_the_end(shop, "script")
    assert "error" not in shop.names()


def test_what_an_isolated_page_shows_by_iframe_and_what_it_hears_of_errors(shop: ShopPage, window: Chromium) -> None:
    """Refusals too are documents that an isolated page lets in."""
    isolate(shop, "require-corp")
    key = shop.stack.accounts[shop.market]["publishable_key"]
    address = f"{shop.stack.scenebank_url}/w/instalments?key={key}&amount=45000&currency=EUR&locale=en"
    shop.open(after=f'<iframe id=plain src="{address}" height=700></iframe>', wait=False, amount="abc")
    assert "APRC" in window.text(".offers", "iframe#plain")
    until("the error", lambda: "error" in shop.names())
    assert [detail["code"] for name, detail in shop.heard if name == "error"] == ["invalid_input"]
    assert window.page.is_visible("bank-scene a")


def open_in_sandbox(shop: ShopPage, *allowed: str) -> None:
    """The shop's page in a frame of the same origin; the page around hears the element's events."""
    listen = "scene.addEventListener('bis:error', ({ detail }) => parent.postMessage(detail, '*'));"
    shop.write(listen=listen, script="data-debug")
    shop.window.on_mint(lambda: shop.mint_for(shop.facts))
    shop.page.others["/around"] = f"""<script>const told = [];
addEventListener("message", ({{ data }}) => told.push(data));</script>
<iframe id=around sandbox="{" ".join(allowed)}" src="/" width=1000 height=800></iframe>"""
    shop.window.open(f"{shop.page.origin}/around")


def test_a_sandbox_that_allows_what_is_needed(shop: ShopPage, window: Chromium) -> None:
    open_in_sandbox(shop, *NEEDED)
    to_the_end(shop, "sandbox")
    assert "✓ the sandbox around this page allows what is needed" in window.text(PANEL, AROUND)
    assert window.page.evaluate("told") == []


@pytest.mark.parametrize(
    ("missing", "code"), [("allow-same-origin", "opaque_origin"), ("allow-forms", "forms_blocked")]
)
def test_a_sandbox_that_takes_too_much(shop: ShopPage, window: Chromium, missing: str, code: str) -> None:
    """The children, one event, and in the overlay the line that mends it."""
    open_in_sandbox(shop, *(one for one in NEEDED if one != missing))
    if missing == "allow-forms":
        window.click("[data-need-token]", f"{AROUND} >> bank-scene")
    until("the error", lambda: window.page.evaluate("told.length") > 0)
    assert window.page.frame_locator(AROUND).locator("bank-scene a").is_visible()
    assert not window.has("bank-scene iframe", AROUND)
    *_before, told = window.page.evaluate("told")  # the overlay lets it happen again, to see it
    assert (told["code"], missing in told["fix"], bool(told["message"])) == (code, True, True)
    assert f'sandbox="{" ".join(NEEDED)}"' in window.page.frame_locator(AROUND).locator("code").all_inner_texts()
    assert f"✗ {code}: {told['message']}" in window.text(PANEL, AROUND)


@pytest.mark.parametrize(
    "missing", ["allow-popups", pytest.param("allow-popups-to-escape-sandbox", marks=pytest.mark.long)]
)
def test_a_sandbox_without_the_banks_window_is_named(shop: ShopPage, window: Chromium, missing: str) -> None:
    """Offers are shown all the same."""
    open_in_sandbox(shop, *(one for one in NEEDED if one != missing))
    assert "APRC" in window.text(".offers", f"{AROUND} >> bank-scene")
    assert f"✗ the sandbox around this page lacks {missing}\n" in window.text(PANEL, AROUND)


def test_a_sandbox_without_script_leaves_the_children(shop: ShopPage, window: Chromium) -> None:
    open_in_sandbox(shop, "allow-same-origin")
    assert window.page.frame_locator(AROUND).locator("bank-scene a").is_visible()
