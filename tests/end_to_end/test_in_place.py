"""Steps change in place, and so do language, theme and amount; a lost connection loses nothing."""

from __future__ import annotations

from tests.end_to_end.journey import PERSON
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.shop_page import ShopPage

PLACE = "bank-scene"


def fill_in(window: Chromium) -> None:
    for name, value in PERSON.items():
        window.fill(f"[name={name}]", value, PLACE)
    window.choose("[name=employment]", "FULL_TIME", PLACE)
    window.choose("[name=tax_country]", "NO", PLACE)


def personal(shop: ShopPage) -> None:
    """Who is quicker than the script goes from document to document."""
    shop.personal()
    ready = "document.readyState === 'complete' && typeof htmx === 'object'"
    until("the frame's script", lambda: bool(shop.frame.evaluate(ready)))


def to_form(shop: ShopPage) -> None:
    shop.open()
    personal(shop)
    shop.window.click("input[type=radio]", PLACE)
    shop.window.click("button.main", PLACE)
    shop.window.text("[name=name] ~ label", PLACE)


def test_whoever_has_chosen_goes_on_from_there(shop: ShopPage, window: Chromium) -> None:
    shop.open()
    personal(shop)
    shown = "[...document.querySelectorAll('.go')].map(one => one.checkVisibility())"
    many = int(shop.frame.evaluate("document.querySelectorAll('.offer').length"))
    assert (many > 1, shop.frame.evaluate(shown)) == (True, [False] * many)
    window.click(".offer:nth-of-type(2) input[type=radio]", PLACE)
    assert shop.frame.evaluate(shown) == [place == 1 for place in range(many)]
    chosen = shop.frame.evaluate("document.querySelector(':checked').value")
    window.click(".offer:nth-of-type(2) .go", PLACE)
    window.text("[name=name] ~ label", PLACE)
    assert shop.frame.evaluate("document.querySelector('[name=choice]').value") == chosen


def marked(shop: ShopPage) -> bool:
    return bool(shop.frame.evaluate("window.mark === 1"))


def test_steps_stay_in_one_document(shop: ShopPage, window: Chromium) -> None:
    shop.open()
    assert shop.frame.evaluate("typeof htmx") == "undefined"  # the public view brings no script but its own
    personal(shop)
    requests: list[tuple[str, dict[str, str]]] = []
    window.page.on("request", lambda one: requests.append((one.url, one.headers)))
    shop.frame.evaluate("window.mark = 1")
    window.click("input[type=radio]", PLACE)
    window.click("button.main", PLACE)
    window.text("[name=name] ~ label", PLACE)
    window.click("button.main", PLACE)
    assert "Please check" in window.text("[role=alert]", PLACE)
    assert shop.frame.evaluate("document.activeElement === document.querySelector('[role=alert]')")
    fill_in(window)
    window.click("[name=consent-share_data]", PLACE)
    window.click("[name=consent-credit_check]", PLACE)
    window.click("button.main", PLACE)
    window.text("form[action$='/bank'] button", PLACE)
    assert marked(shop)
    steps = [headers for url, headers in requests if "/w/instalments/" in url]
    assert len(steps) >= 3
    assert all("hx-request" in headers and "hx-current-url" not in headers for headers in steps)
    names = shop.names()
    assert [name for name in names if name in ("open", "step", "submit", "error")] == ["open", "step", "step", "submit"]
    assert ("status", "action_required") in [(name, detail.get("status")) for name, detail in shop.heard]
    (refused,) = window.complaints  # what the browser says of the form that was not filled in
    assert "status of 422" in refused


def test_a_look_that_finds_nothing_new_changes_nothing(shop: ShopPage, window: Chromium) -> None:
    window.page.clock.install()
    to_form(shop)
    fill_in(window)
    window.click("[name=consent-share_data]", PLACE)
    window.click("[name=consent-credit_check]", PLACE)
    window.click("button.main", PLACE)
    window.text("form[action$='/bank'] button", PLACE)
    window.click("summary", PLACE)  # the consents
    looks: list[int] = []
    window.page.on("response", lambda one: looks.append(one.status) if one.url.endswith("/status") else None)
    before = shop.frame.inner_text("main")
    window.page.clock.fast_forward(11_000)
    until("a look by itself", lambda: window.has("html", PLACE) and len(looks) >= 1)
    assert set(looks) == {204}
    assert window.has("details[open]", PLACE)
    assert window.has("form[action$='/bank'] button", PLACE)
    assert shop.frame.inner_text("main") == before
    window.page.route("**/w/instalments/status", lambda route: route.abort("connectionreset"))
    window.page.clock.fast_forward(11_000)
    assert "connection was lost" in window.text("#bis-offline", PLACE)
    window.page.unroute("**/w/instalments/status")
    window.page.clock.fast_forward(11_000)
    until("it is there again", lambda: shop.frame.inner_text("main") == before)


def test_a_lost_connection_loses_nothing(shop: ShopPage, window: Chromium) -> None:
    to_form(shop)
    fill_in(window)
    window.click("[name=consent-share_data]", PLACE)
    window.click("[name=consent-credit_check]", PLACE)
    window.page.route("**/w/instalments/submit", lambda route: route.abort("connectionreset"))
    window.click("button.main", PLACE)
    assert "connection was lost" in window.text("#bis-offline", PLACE)
    assert shop.frame.is_enabled("button.main")
    assert ("error", "network") in [(name, detail.get("code")) for name, detail in shop.heard]
    assert shop.frame.input_value("[name=email]") == PERSON["email"]
    window.page.unroute("**/w/instalments/submit")
    window.page.route("**/w/instalments/submit", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    window.click("button.main", PLACE)
    until("the button works again", lambda: shop.frame.is_enabled("button.main"))
    assert "gateway" not in shop.frame.inner_text("body")
    assert shop.frame.locator("#bis-offline").count() == 1
    window.page.unroute("**/w/instalments/submit")
    window.click("button.main", PLACE)
    window.text("[data-status]", PLACE)
    assert not window.has("#bis-offline", PLACE)


def test_another_language_keeps_step_and_what_was_typed(shop: ShopPage, window: Chromium) -> None:
    to_form(shop)
    fill_in(window)
    window.click("[name=consent-share_data]", PLACE)
    window.page.evaluate("scene.update({locale: 'zh-CN'})")
    until("Chinese", lambda: window.has("html[lang=zh-CN] [name=name]", PLACE))
    assert shop.frame.input_value("[name=email]") == PERSON["email"]
    assert shop.frame.input_value("[name=tax_country]") == "NO"
    assert not shop.frame.is_checked("[name=consent-share_data]")  # another wording is another consent
    assert len(shop.minted) == 1
    until("ready again", lambda: shop.names().count("ready") == 3)


def test_another_theme_shows_at_once(shop: ShopPage, window: Chromium) -> None:
    shop.open(theme="light")
    paper = "getComputedStyle(document.querySelector('main')).backgroundColor"
    before = shop.frame.evaluate(paper)
    shop.personal()
    window.page.route("**/w/instalments", lambda route: route.fulfill(status=204))  # the old document stays
    window.page.evaluate("scene.update({theme: 'dark', placement: 'side'})")
    until("dark", lambda: shop.frame.evaluate(paper) != before)
    window.page.unroute("**/w/instalments")
    window.page.evaluate("scene.update({placement: 'foot'})")
    until("ready again", lambda: shop.names().count("ready") == 3)
    assert window.attribute("bank-scene iframe", "style").count("dark")
    assert window.has("html[data-theme=dark] input[type=radio]", PLACE)


def test_another_amount_is_anonymous_until_the_shop_says_who_it_is(shop: ShopPage, window: Chromium) -> None:
    shop.open()
    shop.personal()
    asked: list[str] = []

    def nobody() -> str:
        asked.append(window.attribute("bank-scene", "amount"))
        return ""

    window.on_mint(nobody)
    window.page.evaluate("scene.update({amount: '46000'})")
    until("a new token is asked for", lambda: shop.names() and asked)
    assert asked == ["46000"]
    assert "€460.00" in window.text("h1", PLACE)
    assert window.has(".offers", PLACE)
    assert not window.has("input[type=radio], [name=session]", PLACE)
    window.page.evaluate("token => scene.launch(token)", shop.mint())
    until("the personal plans", lambda: window.has("input[type=radio]", PLACE))
    assert "€460.00" in window.text("h1", PLACE)
    assert shop.names().count("open") == 1


def test_seen_for_a_second_is_told_once_a_view(shop: ShopPage, window: Chromium) -> None:
    """The widget stands below what the window shows, near enough to be loaded."""
    clock, space = window.page.clock, "<div style='block-size:1300px'></div>"
    clock.install()
    shop.open(space, space)
    clock.pause_at(window.page.evaluate("Date.now()") / 1000 + 60)
    # Asked after the widget's own observer, so that it has been told whatever this one has been told.
    shop.frame.evaluate("""new IntersectionObserver(([one]) => (window.half = one.isIntersecting), {threshold: 0.5})
        .observe(document.querySelector("main"))""")

    def scroll(to: str, half: bool) -> None:
        window.page.evaluate(f"scrollTo(0, {to})")
        until(f"scrolled to {to}", lambda: shop.frame.evaluate("window.half") is half)
        window.page.wait_for_timeout(100)  # what crosses no line of this observer may cross one of another

    scroll("scene.offsetTop - innerHeight + 100", half=False)
    clock.run_for(3000)
    scroll("scene.offsetTop", half=True)
    clock.run_for(900)
    scroll("0", half=False)
    clock.run_for(3000)
    window.page.wait_for_timeout(200)
    assert "view" not in shop.names()
    for _time in range(2):
        scroll("scene.offsetTop", half=True)
        clock.run_for(1100)
        until("it is told", lambda: "view" in shop.names())
        scroll("0", half=False)
    window.page.wait_for_timeout(200)
    assert shop.names().count("view") == 1


def test_back_to_the_plans_is_told(shop: ShopPage, window: Chromium) -> None:
    to_form(shop)
    window.click("form[action$='/instalments'] button", PLACE)
    until("the plans", lambda: window.has("input[type=radio]", PLACE))
    until("it is told", lambda: "close" in shop.names())
