"""A page of a shop with one widget by script tag, which gets its launch tokens from the shop's server: this test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Frame

from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.plain_page import PlainPage, plain_page
from tests.support.stack import Stack

CURRENCIES = {"cn": "CNY", "eu": "EUR", "au": "AUD"}
EVENTS = ("ready", "size", "view", "offer", "open", "step", "submit", "status", "expired", "close", "error")


class ShopPage:
    """``heard`` is every event of the element, as ``(name, detail)``; ``minted`` the scenes of all launch tokens."""

    def __init__(self, window: Chromium, stack: Stack, page: PlainPage, market: str, widget: str, amount: int) -> None:
        self.window, self.stack, self.page = window, stack, page
        self.market, self.widget = market, widget
        self.order = f"P-{uuid.uuid4().hex[:10]}"
        self.facts = {"amount": str(amount), "currency": CURRENCIES[market], "order": self.order}
        self.minted: list[dict[str, str]] = []
        window.on_mint(self.mint)

    def mint(self) -> str:
        shown = {name: self.window.page.get_attribute("bank-scene", name) or "" for name in self.facts}
        return self.mint_for(shown)

    def mint_for(self, facts: dict[str, str]) -> str:
        self.minted.append(facts)
        made = self.stack.api(self.market, "POST", "/v1/sessions", json={
            "widget": self.widget, "origin": self.page.origin, "user": {"ref": "u_page"},
            "order": {"id": facts["order"], "amount": facts["amount"], "currency": facts["currency"]},
        })  # fmt: skip
        assert made.status_code == 201, made.text
        return str(made.json()["launch_token"])

    def open(self, head: str = "", after: str = "", listen: str = "", wait: bool = True, **attributes: str) -> None:
        """See :meth:`write`; with ``wait`` until the widget answers."""
        self.write(head, after, listen, **attributes)
        self.window.open(self.page.origin)
        if wait:
            until("the frame is ready", lambda: "ready" in self.names())

    def write(self, head: str = "", after: str = "", listen: str = "", script: str = "", **attributes: str) -> None:
        """``head`` stands before the widget, ``after`` behind it; ``listen`` is script of the page, ``script`` are
        attributes of our own."""
        key = self.stack.accounts[self.market]["publishable_key"]
        given = {"widget": self.widget, "locale": "en"} | self.facts | attributes
        written = " ".join(f'{name}="{value}"' for name, value in given.items())
        listen += "".join(
            f"scene.addEventListener('bis:{name}', event => heard.push(['{name}', event.detail]));" for name in EVENTS
        )
        self.page.body = f"""{head}<h1>A shop</h1>
<bank-scene {written}><a href="{self.stack.scenebank_url}">Bank</a></bank-scene>
<script nonce="page">const heard = [], scene = document.querySelector("bank-scene"); {listen}
scene.getLaunchToken = () => mint();</script>
<script async src="{self.stack.scenebank_url}/v1/scene.js" data-key="{key}" {script}></script>"""
        self.page.body += after

    @property
    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        found = self.window.page.evaluate("heard")
        return [(name, detail) for name, detail in found]

    def names(self) -> list[str]:
        return [name for name, _detail in self.heard]

    @property
    def frame(self) -> Frame:
        """The widget's own document."""
        self.window.page.wait_for_timeout(20)
        return next(one for one in self.window.page.frames if one.url.startswith(self.stack.scenebank_url))

    def personal(self) -> None:
        """Press Apply, and be known."""
        self.window.click("[data-need-token]", "bank-scene")
        self.window.text(".plans label .pay", "bank-scene")


@contextmanager
def shop_page(
    window: Chromium, stack: Stack, market: str = "eu", widget: str = "instalments", amount: int = 45000
) -> Iterator[ShopPage]:
    """On an origin that is registered for the market's shop."""
    with plain_page() as page:
        added = stack.api(market, "POST", "/v1/origins", json={"origin": page.origin})
        assert added.status_code == 201, added.text
        yield ShopPage(window, stack, page, market, widget, amount)
