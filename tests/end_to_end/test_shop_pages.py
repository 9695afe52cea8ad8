"""How the shop's own pages stand around a widget, in a browser."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scenebank.web.embed.heights import published_height
from tests.support.browsers import chromium
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.last_lines import lone
from tests.support.stack import Stack

# What the fullest first view has more than this one, and the reserve for other fonts.
LOOSE_PX = 200
WHERE_ONE_APPLIES = {
    "en": "You apply at the shop’s checkout, once logged in",
    "zh-CN": "登录商城后，可在结算页申请",
}
GOODS = {"cn": "espresso", "eu": "tent"}
_OWN_HEIGHT = "document.body.getBoundingClientRect().height"


def checkout(window: Chromium, stack: Stack, market: str, query: str) -> None:
    """The checkout with one thing in the cart."""
    shop = f"{stack.shop_url}/{market}"
    window.open(f"{shop}/product/{GOODS[market]}")
    window.click("button[name=do][value=add]")
    until("the cart", lambda: window.url().endswith("/cart"))
    window.open(f"{shop}/checkout?{query}")
    window.click("button[name=customer][value=u_7f3a]")
    until("the checkout", lambda: "/checkout" in window.url())


@pytest.mark.parametrize("market, locale", [("cn", "zh-CN"), ("eu", "en"), ("eu", "zh-CN")])
def test_the_preview_shows_all_of_itself(stack: Stack, market: str, locale: str) -> None:
    with chromium(script=True) as window:
        checkout(window, stack, market, f"embed=form&lang={locale}")
        for width in (320, 360, 768, 1280):
            window.page.set_viewport_size({"width": width, "height": 900})
            until("the preview", lambda: window.has(".offers", "iframe.scene"))
            (frame,) = [one for one in window.page.frames if "/w/" in one.url]
            spare = frame.evaluate("innerHeight") - frame.evaluate(_OWN_HEIGHT)
            assert 0 <= spare <= LOOSE_PX, width
            assert WHERE_ONE_APPLIES[locale] in frame.evaluate("document.body.innerText")


def test_the_plans_in_a_frame_have_their_place_and_its_edge_is_seen(stack: Stack) -> None:
    with chromium(script=True) as window:
        checkout(window, stack, "eu", "embed=iframe&lang=en")
        for width in (360, 768, 1280):
            window.page.set_viewport_size({"width": width, "height": 900})
            box = window.page.locator("iframe.scene").bounding_box()
            assert box and box["height"] >= published_height("instalments", "full", "en", int(box["width"])), width
            assert box["height"] >= 0.8 * 900
        assert window.page.evaluate("getComputedStyle(document.querySelector('iframe.scene')).boxShadow") != "none"


def test_a_name_is_not_squeezed_by_its_price_on_a_phone(stack: Stack) -> None:
    with chromium(width=360) as window:
        checkout(window, stack, "cn", "embed=page&lang=en")
        window.text("#order-number")
        window.page.wait_for_load_state()
        below = "document.querySelector('.lines b').getBoundingClientRect().top"
        assert window.page.evaluate(f"{below} >= document.querySelector('.lines span').getBoundingClientRect().bottom")


def test_nothing_is_kept_free_above_the_cart_button(stack: Stack) -> None:
    with chromium(width=360) as window:
        window.open(f"{stack.shop_url}/cn/product/{GOODS['cn']}")
        price, buy = (window.page.locator(one).bounding_box() for one in (".price", ".buy"))
        assert price and buy and buy["y"] - price["y"] - price["height"] < 40


@pytest.mark.parametrize("market", ["cn", "eu"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
def test_a_widget_has_the_ground_of_its_card(stack: Stack, market: str, dark: bool) -> None:
    with chromium(dark=dark) as window:
        checkout(window, stack, market, "embed=form")
        until("the preview", lambda: window.has(".offers", "iframe.scene"))
        (frame,) = [one for one in window.page.frames if "/w/" in one.url]
        ground = "getComputedStyle(document.querySelector('{}')).backgroundColor"
        assert window.page.evaluate(ground.format(".card")) == frame.evaluate(ground.format("main"))


@pytest.mark.parametrize("market", ["cn", "eu"])
def test_no_character_stands_alone_on_the_last_line(stack: Stack, market: str) -> None:
    with chromium(width=360) as window:
        checkout(window, stack, market, "embed=form&lang=zh-CN")
        for path in ("", "/cart", "/checkout?embed=form", f"/product/{GOODS[market]}", "/nothing"):
            window.open(f"{stack.shop_url}/{market}{path}")
            assert lone(window, "h1, h2, h3, .name, .quiet") == [], path


_SIDES = """selector => [...document.querySelectorAll(selector)].map(one => {
  const all = document.createRange();
  all.selectNodeContents(one);
  const { left, right } = all.getBoundingClientRect(), box = one.getBoundingClientRect();
  return { left, right, width: box.width };
})"""


def test_a_phone_has_straight_edges_and_even_gaps(stack: Stack) -> None:
    with chromium(width=360) as window:
        window.open(f"{stack.shop_url}/cn/?lang=en")
        (cart,) = window.page.evaluate(_SIDES, ".cart-link")
        assert cart["right"] == pytest.approx(360 - 16, abs=1)
        checkout(window, stack, "cn", "embed=page&lang=en")
        window.text("#order-number")
        links = window.page.evaluate(_SIDES, ".embeds a")
        gaps = [after["left"] - before["right"] for before, after in pairwise(links)]
        assert max(gaps) - min(gaps) < 1 and links[0]["left"] == pytest.approx(16, abs=1)
        buttons = window.page.evaluate(_SIDES, ".hand-over .button, #pay-on-delivery .button")
        assert [one["width"] for one in buttons] == [pytest.approx(360 - 2 * (16 + 1 + 20), abs=1)] * 2


def test_a_list_of_orders_is_a_grid_on_a_phone(stack: Stack) -> None:
    with chromium(width=360) as window:
        checkout(window, stack, "cn", "embed=page&lang=en")
        window.text("#order-number")
        window.click("#pay-on-delivery button")
        until("the order", lambda: "/order/" in window.url())
        window.open(f"{stack.shop_url}/cn/orders?lang=en")
        name, price, when, badge = (
            window.page.locator(f".orders li:first-child {one}").bounding_box()
            for one in (".name", "b", ".when", ".badge")
        )
        assert name and price and when and badge
        assert name["x"] == when["x"] < price["x"] and price["y"] < name["y"] + name["height"]
        assert badge["x"] == name["x"] and badge["y"] >= when["y"] + when["height"]
        assert badge["height"] < 1.5 * when["height"]  # one line
