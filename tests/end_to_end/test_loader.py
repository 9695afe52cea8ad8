"""The loader on pages that do with it what pages do, and what it makes of strangers' messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.shop_page import ShopPage

PLACE = "bank-scene"
# The frame is there, and what it should show is blocked.
UNANSWERED = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src {host} 'unsafe-inline'; frame-src 'none'\">"
)


def settled(shop: ShopPage, milliseconds: int = 800) -> Any:
    """What there is when nothing more is to come."""
    shop.window.page.wait_for_timeout(milliseconds)
    return shop.window.page.evaluate("""() => {
      const scenes = [...document.querySelectorAll("bank-scene")];
      return scenes.map(one => one.shadowRoot ? one.shadowRoot.querySelectorAll("iframe").length : 0);
    }""")


def children_show(window: Chromium) -> bool:
    """Their text alone can be read of what is not shown, too."""
    return window.page.is_visible("bank-scene a")


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
    assert not children_show(window)
    assert window.complaints == []


def test_a_change_right_before_the_removal_is_forgotten(shop: ShopPage, window: Chromium) -> None:
    shop.open()
    window.page.evaluate("{ scene.update({theme: 'dark'}); scene.remove(); }")
    assert settled(shop, 300) == []
    assert window.complaints == []


def test_it_waits_until_somebody_comes_near(shop: ShopPage, window: Chromium) -> None:
    shop.open("<div style='block-size:5000px'></div>", wait=False)
    assert settled(shop) == [0]
    window.page.evaluate("scene.scrollIntoView()")
    until("ready", lambda: "ready" in shop.names())
    shop.frame.evaluate("window.mark = 1")
    window.page.evaluate("scrollTo(0, 0)")
    settled(shop, 300)
    window.page.evaluate("scene.scrollIntoView()")
    assert settled(shop, 300) == [1]
    assert shop.frame.evaluate("window.mark === 1")  # who scrolls away and back finds what was there


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
    assert children_show(window)
    good = {"amount": "45000", "locale": "en", "widget": "instalments"}
    window.page.evaluate("changes => scene.update(changes)", {name: good[name] for name in changes})
    until("ready once it is mended", lambda: "ready" in shop.names())
    assert not children_show(window)


def test_a_page_may_keep_the_frame_of_an_error(shop: ShopPage, window: Chromium) -> None:
    shop.open(wait=False, listen="scene.addEventListener('bis:error', event => event.preventDefault());", amount="abc")
    until("the error", lambda: "error" in shop.names())
    assert settled(shop) == [1]
    assert "can’t be shown" in window.text("h1", PLACE)


def test_no_answer_in_eight_seconds_leaves_the_children(shop: ShopPage, window: Chromium) -> None:
    window.page.clock.install()
    shop.open(UNANSWERED.format(host=shop.stack.scenebank_url), wait=False)
    until("the frame", lambda: settled(shop, 50) == [1])
    window.page.clock.pause_at(window.page.evaluate("Date.now()") / 1000 + 1)
    window.page.clock.run_for(4000)
    assert settled(shop) == [1]
    window.page.clock.run_for(5000)
    assert settled(shop) == [0]
    assert [detail["code"] for name, detail in shop.heard if name == "error"] == ["timeout"]
    assert children_show(window)


def test_who_is_removed_misses_no_answer(shop: ShopPage, window: Chromium) -> None:
    window.page.clock.install()
    shop.open(UNANSWERED.format(host=shop.stack.scenebank_url), wait=False)
    until("the frame", lambda: settled(shop, 50) == [1])
    window.page.evaluate("scene.remove()")
    window.page.clock.fast_forward(20_000)
    assert shop.names() == []


def test_an_answer_in_time_is_enough(shop: ShopPage, window: Chromium) -> None:
    window.page.clock.install()
    shop.open()
    window.page.clock.fast_forward(20_000)
    assert settled(shop, 100) == [1]
    assert "error" not in shop.names()


def test_each_of_two_widgets_hears_its_own_frame(shop: ShopPage, window: Chromium) -> None:
    shop.open(
        after="""<bank-scene id=other widget="loan" amount="600000" currency="EUR" locale="en"></bank-scene>
<script>const others = []; other.addEventListener("bis:ready", () => others.push("ready"));</script>"""
    )
    until("the other is ready", lambda: window.page.evaluate("others.length") > 0)
    assert settled(shop) == [1, 1]
    assert (shop.names().count("ready"), window.page.evaluate("others.length")) == (1, 1)


def test_a_strange_document_in_its_frame_is_not_heard(shop: ShopPage, window: Chromium) -> None:
    shop.open()
    window.page.evaluate("""() => {
      window.words = []; addEventListener("message", ({ data }) => words.push(data.type));
      scene.shadowRoot.querySelector("iframe").srcdoc =
        "<script>parent.postMessage({ bis: 1, type: 'ready', channel: 'x' }, '*')</" + "script>";
    }""")
    until("it has spoken", lambda: "ready" in window.page.evaluate("words"))
    settled(shop, 200)
    assert window.complaints == []  # the browser complains of an answer that is for another origin


# The page is the parent of plain frames and keeps the word that each of them gave it.
PARENT = """<script>
const words = new Map(), answers = {};
addEventListener("message", ({ data, source }) => words.set(source, data.channel));
const speak = (as, frame, word, post = (to, said, port) => to.postMessage(said, "*", [port])) => {
  const { port1, port2 } = new MessageChannel(), widget = frame.contentWindow;
  answers[as] = 0;
  port1.onmessage = () => answers[as]++;
  post(widget, { bis: 1, channel: word || words.get(widget) }, port2);
};
const asStranger = (to, said, port) =>
  stranger.contentWindow.eval("(to, said, port) => to.postMessage(said, '*', [port])")(to, said, port);
</script><iframe id=stranger srcdoc=""></iframe>"""


def test_a_frame_answers_its_own_parent_once_and_by_its_word(shop: ShopPage, window: Chromium) -> None:
    address, key = f"{shop.stack.scenebank_url}/w/instalments", shop.stack.accounts[shop.market]["publishable_key"]
    scene = "amount=45000&currency=EUR&locale=en"
    shop.page.body = f"""{PARENT}<iframe id=ours src="{address}?key={key}&{scene}"></iframe>
<iframe id=nobodys src="{address}?key=bis_pk_test_nobody&{scene}"></iframe>"""
    window.open(shop.page.origin)
    until("both have spoken", lambda: window.page.evaluate("words.size") == 2)
    window.page.evaluate("""() => {
      speak("stranger", ours, "", asStranger); speak("guess", ours, "0".repeat(32)); speak("unregistered", nobodys);
    }""")
    window.page.evaluate("speak('parent', ours)")
    until("the parent is answered", lambda: window.page.evaluate("answers.parent") > 0)
    window.page.evaluate("speak('late', ours)")
    window.page.wait_for_timeout(300)
    told = window.page.evaluate("answers")
    assert [name for name, count in told.items() if count] == ["parent"]


def test_strangers_are_not_heard(shop: ShopPage, window: Chromium) -> None:
    """Another frame pretends to be the widget, and another window to be the page."""
    shop.open(after='<iframe id=stranger srcdoc=""></iframe>')
    before = len(shop.names())
    window.page.evaluate("""() => {
      const widget = scene.shadowRoot.querySelector("iframe").contentWindow, { port1, port2 } = new MessageChannel();
      window.stolen = []; port1.onmessage = ({ data }) => stolen.push(data);
      widget.postMessage({ bis: 1, channel: "0".repeat(32) }, "*", [port2]);
      postMessage({ bis: 1, type: "ready", channel: "x" }, "*");
      stranger.contentWindow.eval("parent.postMessage({ bis: 1, type: 'ready', channel: 'x' }, '*')");
      stranger.contentWindow.widget = widget;
      stranger.contentWindow.eval("widget.postMessage({ bis: 1, channel: '0'.repeat(32) }, '*')");
    }""")
    settled(shop)
    assert window.page.evaluate("stolen") == []
    assert shop.names().count("ready") == 1
    assert len(shop.names()) - before <= 1  # it may have been seen for a second meanwhile
    assert window.complaints == []
    shop.personal()  # and widget and page still hear each other
