"""Published heights are enough for the first views, and keep the page still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from scenebank.web.embed.heights import published_height
from tests.support.browsers import chromium
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.budgets import RECORD_SHIFTS
from tests.support.shop_page import shop_page
from tests.support.stack import Stack
from tests.support.stated_shop import open_stated_shop, publish_prices
from widgets import WIDGETS
from widgets.texts import LOCALES

# What the reserve for other fonts and the largest amounts may leave unused, at most.
LOOSE_PX = 130
WIDTHS = (320, 390, 768, 1280)


@pytest.fixture(scope="module")
def stated(stack: Stack) -> Stack:
    """With one shop more, where lenders only state their rates."""
    open_stated_shop(stack)
    return stack


@pytest.fixture(scope="module")
def priced(stated: Stack) -> Stack:
    """There, with loans that have a price."""
    publish_prices(stated)
    return stated


@pytest.fixture(scope="module")
def window() -> Iterator[Chromium]:
    with chromium() as found:
        found.page.add_init_script(RECORD_SHIFTS)
        yield found


def test_heights_are_published_in_the_documented_shape(stack: Stack) -> None:
    answer = requests.get(f"{stack.scenebank_url}/v1/heights.json", timeout=10)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    published = answer.json()["heights"]
    assert {(one["widget"], one["shape"], one["locale"]) for one in published} == {
        (widget, shape, locale) for widget in WIDGETS for shape in ("full", "compact") for locale in LOCALES
    }
    assert all(set(one) == {"widget", "shape", "locale", "from_width", "height"} for one in published)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("shape", ["full", "compact"])
@pytest.mark.parametrize(("market", "widget"), [("cn", "instalments"), ("eu", "loan")])
def test_nothing_moves_on_the_shops_page(
    window: Chromium, stack: Stack, market: str, widget: str, shape: str, locale: str, width: int
) -> None:
    real = real_height(window, stack, (market, widget, shape, locale, width))
    assert real <= published_height(widget, shape, locale, width) <= real + LOOSE_PX


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("shape", ["full", "compact"])
def test_nothing_moves_where_lenders_only_state_their_rates(
    window: Chromium, stated: Stack, shape: str, locale: str, width: int
) -> None:
    assert real_height(window, stated, ("au", "loan", shape, locale, width)) <= published_height(
        "loan", shape, locale, width
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("shape", ["full", "compact"])
def test_nothing_moves_where_prices_stand_before_what_is_only_stated(
    window: Chromium, priced: Stack, shape: str, locale: str, width: int
) -> None:
    real = real_height(window, priced, ("au", "loan", shape, locale, width))
    assert real <= published_height("loan", shape, locale, width) <= real + LOOSE_PX


def real_height(window: Chromium, stack: Stack, case: tuple[str, str, str, str, int]) -> int:
    """In px, of a first view on a page that keeps the published place for it, and that has not moved."""
    market, widget, shape, locale, width = case
    window.page.set_viewport_size({"width": width, "height": 900})
    with shop_page(window, stack, market, widget, 600000) as shop:
        height = published_height(widget, shape, locale, width)
        style = f"<style>body{{margin:0}}bank-scene{{display:block;min-height:{height}px}}</style>"
        shop.open(style, after="<p>Below</p>", shape=shape, locale=locale)
        until("its height is told", lambda: "size" in shop.names())
        window.page.wait_for_timeout(300)
        assert window.page.evaluate("shifts") == []
        return int(next(detail["height"] for name, detail in reversed(shop.heard) if name == "size"))
