"""axe finds nothing on the pages people see: widgets, shop, bank."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.axe import violations
from tests.support.browsers import chromium
from tests.support.browsers.chromium import Chromium
from tests.support.shopper import Shopper
from tests.support.stack import Stack

_WINDOWS = ("360 dark", "1280 light")


def in_turn(*values: str) -> list[Any]:
    """A window for each of the values, the next one for the next; both for all of them in the long run."""
    return [
        pytest.param(window, value, marks=() if turn == number % 2 else pytest.mark.long)
        for number, value in enumerate(values) for turn, window in enumerate(_WINDOWS)
    ]  # fmt: skip


@pytest.fixture
def window(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    width, theme = request.param.split()
    with chromium(width=int(width), dark=theme == "dark") as found:
        yield found


@pytest.mark.parametrize("window", _WINDOWS, indirect=True)
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
    ("window", "path"),
    in_turn("/", "/cn", "/eu", "/cn/product/cooker", "/eu/product/tent", "/cn/cart", "/cn/login", "/cn/office/login",
            "/eu/nothing"),
    indirect=["window"],
)  # fmt: skip
def test_shop(window: Chromium, stack: Stack, path: str) -> None:
    window.open(stack.shop_url + path)
    assert violations(window.page) == []


@pytest.mark.parametrize(("window", "word"), in_turn("", "-documents", "-counter"), indirect=["window"])
def test_bank(window: Chromium, stack: Stack, word: str) -> None:
    shopper = Shopper(stack, "cn", f"A-{uuid.uuid4().hex[:8]}{word}", 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required", "offered")
    window.open(shopper.bank_page())
    assert violations(window.page) == []
    window.fill("[name=code]", "1")
    window.click("main form button")
    window.arrived("[role=alert]")
    assert violations(window.page) == []
    window.click("form[action$='/code'] button")
    window.arrived("[role=status]")
    assert violations(window.page) == []
    window.fill("[name=code]", "246810")
    window.click("main form button")
    window.arrived("form[action$='/cancel']")
    assert violations(window.page) == []
    window.click("button.plain")
    window.arrived("#back")
    assert violations(window.page) == []


@pytest.mark.parametrize("window", _WINDOWS, indirect=True)
def test_bank_after_signing(window: Chromium, stack: Stack) -> None:
    shopper = Shopper(stack, "eu", f"A-{uuid.uuid4().hex[:8]}", 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required")
    page = shopper.bank_page()
    shopper.sign()
    window.open(page)
    assert violations(window.page) == []
    window.fill("[name=code]", "246810")
    window.click("main form button")
    window.arrived("table")
    assert violations(window.page) == []
