"""Where a rule keeps a widget back, the shop's page stays whole: its own words stand there, and it is told why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route

from app import create_app
from scenebank.preview import Preview, Scenario
from scenebank.preview.launches import SHOP
from scenebank.preview.player import HOST, Played
from tests.support.browsers import chromium
from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium

PAGE = f"""<!doctype html><html lang="en"><title>Shop</title><script>
var told = []; addEventListener("bis:error", (event) => told.push(event.detail));
</script><script async src="{HOST}/v1/scene.js" data-key="KEY"></script>
<bank-scene widget="instalments" amount="600000" currency="CNY"><a href="/pay">Pay another way</a></bank-scene>
<p>Below</p>"""


@pytest.fixture(scope="module")
def preview() -> Iterator[Preview]:
    made = Preview(lambda wired: create_app(wired=wired))
    yield made
    made.close()


@pytest.fixture
def window() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


def shop(window: Chromium, preview: Preview, played: Played) -> None:
    """The shop's page around the answer that was played."""

    def answer(route: Route) -> None:
        url, document = route.request.url, played.document
        if url.startswith(f"{HOST}/w/"):
            route.fulfill(status=document.status, headers=dict(document.headers), body=document.html)
        elif url.startswith(f"{HOST}/v1/"):
            script = preview.fetch(url.removeprefix(HOST))
            route.fulfill(status=script.status_code, headers=dict(script.headers), body=script.data)
        else:
            body = PAGE.replace("KEY", played.query["key"])
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)

    window.page.route("**/*", answer)
    window.open(f"{SHOP}/checkout")


@pytest.mark.parametrize(("state", "kept_back"), [("not_available_here", True), ("first_view", False)])
def test_the_shops_own_words_stand_where_a_rule_keeps_it_back(
    preview: Preview, window: Chromium, state: str, kept_back: bool
) -> None:
    played = preview.play(Scenario("instalments", "", state, "desktop", "light", "en", "cn", mode="iframe"))
    assert (played.document.status == 451) is kept_back
    shop(window, preview, played)
    page = window.page
    if kept_back:
        until("it is told", lambda: page.evaluate("told.length"))
        (told,) = page.evaluate("told")
        assert (told["code"], told["message"]) == ("not_available_here", "This offer is not available here")
    else:
        until("it is shown", lambda: window.has("h1", "bank-scene"))
        assert page.evaluate("told") == []
    frames = page.evaluate("document.querySelector('bank-scene').shadowRoot.querySelectorAll('iframe').length")
    assert frames == (0 if kept_back else 1)
    assert page.get_by_text("Pay another way").is_visible() is kept_back
    assert page.get_by_text("Below").is_visible()
