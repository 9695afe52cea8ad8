"""axe finds nothing on the pages people see: widgets, shop, bank."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.support.axe import violations
from tests.support.browsers import chromium
from tests.support.browsers.chromium import Chromium
from tests.support.shopper import Shopper
from tests.support.stack import Stack


@pytest.fixture(params=[(360, True), (1280, False)], ids=["360 dark", "1280 light"])
def window(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    width, dark = request.param
    with chromium(width=width, dark=dark) as found:
        yield found


def test_axe_finds_what_is_planted(window: Chromium) -> None:
    window.page.set_content("<html><body><img src='x'><input></body></html>")
    assert violations(window.page)


# Any two of widget, market, language and window meet, as they are served; all states stand with the scenarios.
@pytest.mark.parametrize(
    "widget, market, locale, width",
    [("instalments", "cn", "zh-CN", 360), ("instalments", "eu", "en", 1280), ("loan", "cn", "en", 1280),
     ("loan", "eu", "zh-CN", 360)],
)  # fmt: skip
def test_public_views(stack: Stack, widget: str, market: str, locale: str, width: int) -> None:
    query = {
        "key": stack.accounts[market]["publishable_key"], "amount": "600000", "locale": locale,
        "currency": {"cn": "CNY", "eu": "EUR"}[market],
    }  # fmt: skip
    base = f"{stack.scenebank_url}/w/{widget}"
    with chromium(width=width, dark=width == 360) as window:
        for more in ({"shape": "compact"}, {"amount": "1"}, {"amount": "abc"}, {}):
            window.open(f"{base}?{urlencode(query | more)}")
            assert violations(window.page) == [], more
        window.click("summary")
        window.click(".how")
        assert violations(window.page) == []


@pytest.mark.parametrize(
    "path",
    ["/", "/cn", "/eu", "/cn/product/cooker", "/eu/product/tent", "/cn/cart", "/cn/login", "/cn/office/login",
     "/eu/nothing"],
)  # fmt: skip
def test_shop(window: Chromium, stack: Stack, path: str) -> None:
    window.open(stack.shop_url + path)
    assert violations(window.page) == []


@pytest.mark.parametrize("word", ["", "-documents", "-counter"])
def test_bank(window: Chromium, stack: Stack, word: str) -> None:
    shopper = Shopper(stack, "cn", f"A-{uuid.uuid4().hex[:8]}{word}", 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required", "offered")
    window.open(shopper.bank_page())
    assert violations(window.page) == []
    window.fill("[name=code]", "1")
    window.click("main form button")
    arrived(window, "[role=alert]")
    assert violations(window.page) == []
    window.click("form[action$='/code'] button")
    arrived(window, "[role=status]")
    assert violations(window.page) == []
    window.fill("[name=code]", "246810")
    window.click("main form button")
    arrived(window, "form[action$='/cancel']")
    assert violations(window.page) == []
    window.click("button.plain")
    arrived(window, "#back")
    assert violations(window.page) == []


def arrived(window: Chromium, css: str) -> None:
    """On the page that has it, with its style sheet."""
    assert window.text(css)
    window.page.wait_for_load_state()
