"""The loader on pages that do with it what pages do, and what it makes of strangers' messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.shop_page import ShopPage

PLACE = "bank-scene"


def settled(shop: ShopPage, milliseconds: int = 800) -> Any:
    """What there is when nothing more is to come."""
    shop.window.page.wait_for_timeout(milliseconds)
    return shop.window.page.evaluate("""() => {
      const scenes = [...document.querySelectorAll("bank-scene")];
      return scenes.map(one => one.shadowRoot ? one.shadowRoot.querySelectorAll("iframe").length : 0);
    }""")


def listeners(window: Chromium) -> int:
    """``message`` listeners on the shop's window."""
    devtools = window.context.new_cdp_session(window.page)
    found = devtools.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
    heard = devtools.send("DOMDebugger.getEventListeners", {"objectId": found})["listeners"]
    return sum(1 for one in heard if one["type"] == "message")


def test_twice_the_script_and_a_move_in_one_tick_is_one_frame(shop: ShopPage, window: Chromium) -> None:
    key = shop.stack.accounts[shop.market]["publishable_key"]
    shop.open(after=f'<script src="{shop.stack.scenebank_url}/v1/scene.js" data-key="{key}"></script>')
    window.page.evaluate("{ const home = scene.parentNode; scene.remove(); home.append(scene); }")
    assert settled(shop) == [1]
    assert shop.names().count("ready") <= 2  # a move reloads a frame: the browser's doing
    assert listeners(window) == 1
    assert window.complaints == []


@pytest.mark.parametrize("wait_ms", [0, 5, 60, 600])
def test_removed_at_any_moment_leaves_nothing(shop: ShopPage, window: Chromium, wait_ms: int) -> None:
    shop.open(wait=False)
    window.page.wait_for_timeout(wait_ms)
    window.page.evaluate("scene.remove()")
    assert settled(shop, 300) == []
    assert listeners(window) == 0
    window.page.evaluate("document.body.append(scene)")
    until("ready", lambda: "ready" in shop.names())
    assert settled(shop, 100) == [1]
    assert window.complaints == []


def test_it_waits_until_somebody_comes_near(shop: ShopPage, window: Chromium) -> None:
    shop.open("<div style='block-size:5000px'></div>", wait=False)
    assert settled(shop) == [0]
    window.page.evaluate("scene.scrollIntoView()")
    until("ready", lambda: "ready" in shop.names())


def test_the_strictest_page_policy_needs_two_lines(shop: ShopPage, window: Chromium) -> None:
    host = shop.stack.scenebank_url
    policy = f"default-src 'none'; script-src {host} 'nonce-page'; frame-src {host}; img-src data:"
    types = "require-trusted-types-for 'script'; trusted-types 'none'"
    shop.open(f'<meta http-equiv="Content-Security-Policy" content="{policy}; {types}">')
    shop.personal()
    assert window.complaints == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "abc"}, "invalid_input"),
        ({"locale": "fr"}, "invalid_input"),
        ({"widget": "nothing"}, "unknown_widget"),
    ],
)
def test_what_cannot_be_shown_leaves_the_children_and_one_event(
    shop: ShopPage, window: Chromium, changes: dict[str, str], code: str
) -> None:
    shop.open(wait=False, **changes)
    until("the error", lambda: "error" in shop.names())
    assert settled(shop) == [0]
    (error,) = (detail for name, detail in shop.heard if name == "error")
    assert error["code"] == code
    assert error["message"]
    assert window.text("bank-scene a") == "Bank"
    good = {"amount": "45000", "locale": "en", "widget": "instalments"}
    window.page.evaluate("changes => scene.update(changes)", {name: good[name] for name in changes})
    until("ready once it is mended", lambda: "ready" in shop.names())


def test_a_page_may_keep_the_frame_of_an_error(shop: ShopPage, window: Chromium) -> None:
    shop.open(wait=False, listen="scene.addEventListener('bis:error', event => event.preventDefault());", amount="abc")
    until("the error", lambda: "error" in shop.names())
    assert settled(shop) == [1]
    assert "cannot read" in window.text("h1", PLACE)


def test_no_answer_in_eight_seconds_leaves_the_children(shop: ShopPage, window: Chromium) -> None:
    policy = f"script-src {shop.stack.scenebank_url} 'unsafe-inline'; frame-src 'none'"
    window.page.clock.install()
    shop.open(f'<meta http-equiv="Content-Security-Policy" content="{policy}">', wait=False)
    until("the frame", lambda: settled(shop, 50) == [1])
    window.page.clock.pause_at(window.page.evaluate("Date.now()") / 1000 + 1)
    window.page.clock.run_for(4000)
    assert settled(shop) == [1]
    window.page.clock.run_for(5000)
    assert settled(shop) == [0]
    assert [detail["code"] for name, detail in shop.heard if name == "error"] == ["timeout"]
    assert window.text("bank-scene a") == "Bank"


def test_strangers_are_not_heard(shop: ShopPage, window: Chromium) -> None:
    """Another frame pretends to be the widget, and another window to be the page."""
    pretend = "parent.postMessage({bis: 1, type: 'ready', channel: 'x'}, '*')"
    shop.open(after=f'<iframe id=stranger srcdoc="<script>{pretend}</script>"></iframe>')
    before = len(shop.names())
    window.page.evaluate("""() => {
      const widget = scene.shadowRoot.querySelector("iframe").contentWindow, { port1, port2 } = new MessageChannel();
      window.stolen = []; port1.onmessage = ({ data }) => stolen.push(data);
      widget.postMessage({ bis: 1, channel: "0".repeat(32) }, "*", [port2]);
      postMessage({ bis: 1, type: "ready", channel: "x" }, "*");
      stranger.contentWindow.widget = widget;
      stranger.contentWindow.eval("widget.postMessage({ bis: 1, channel: '0'.repeat(32) }, '*')");
    }""")
    settled(shop)
    assert window.page.evaluate("stolen") == []
    assert shop.names().count("ready") == 1
    assert len(shop.names()) - before <= 1  # it may have been seen for a second meanwhile
