"""Every widget of the registry, in every market and locale, through the embed door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from scenebank.markets import MARKETS
from scenebank.money.model import Money
from tests.support.html_tree import assert_whole
from tests.support.scene import SHOP, Page, Scene
from widgets import WIDGETS
from widgets.texts import LOCALES, Texts, messages_of

FIRST_VIEW_BYTES = 8_000
# Only these two markets have products and shops by now.
OPEN_MARKETS = [code for code in sorted(MARKETS) if code in ("CN", "EU")]


@pytest.fixture(params=OPEN_MARKETS)
def scene(request: pytest.FixtureRequest, widget: str, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, request.param, widget)
    yield made
    made.wired.database.dispose()


@pytest.fixture(params=sorted(WIDGETS))
def widget(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_it_is_named_as_it_is_found(widget: str) -> None:
    found = WIDGETS[widget]
    assert (found.name, found.folders[0]) == (widget, widget)
    assert found.steps[""].public
    assert all(step.name == name for name, step in found.steps.items())


def test_every_text_is_there_in_every_locale(widget: str) -> None:
    for folder in WIDGETS[widget].folders:
        keys = {locale: set(messages_of(folder, locale)) for locale in LOCALES}
        assert all(found == keys[LOCALES[0]] for found in keys.values()), folder
        for key in keys[LOCALES[0]]:
            names = {locale: sorted(set(re.findall(r"{(\w+)}", messages_of(folder, locale)[key])))
                     for locale in LOCALES}  # fmt: skip
            assert len(set(map(tuple, names.values()))) == 1, (folder, key, names)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("shape", ["full", "compact"])
def test_no_price_without_lender_rate_and_legal_lines(scene: Scene, locale: str, shape: str) -> None:
    query = scene.query | {"locale": locale, "shape": shape}
    answer = scene.client.get(f"/w/{scene.widget}", query_string=query, headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br")
    assert len(answer.data) <= FIRST_VIEW_BYTES
    answer.set_data(brotli.decompress(answer.data))
    page = Page(answer)
    assert_whole(page)
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {SHOP}")
    texts = Texts(locale, *WIDGETS[scene.widget].folders)
    market = MARKETS[scene.market]
    assert f'lang="{locale}"' in page.html
    assert re.search(r"[€¥]\s?\d", page.text)
    assert any(name in page.text for name in ("Harbour Bank", "海港银行", "lantern银行", "Lantern Bank"))
    assert texts(f"rate.{market.rate_basis.value}") in page.text
    assert re.search(r"\d\.\d\d\s?%", page.text)
    for line in market.disclosures:
        assert texts(f"disclosure.{line}") in page.text


@pytest.mark.parametrize("locale", LOCALES)
def test_an_amount_no_bank_finances_is_answered_in_words(scene: Scene, locale: str) -> None:
    for amount in ("1", "999999999999"):
        page = scene.get(amount=amount, locale=locale)
        assert_whole(page)
        assert page.status == 422
        assert Texts(locale).money(Money(10_000, scene.amount.currency)) in page.text


def test_nobody_gets_a_personal_step_without_a_session(scene: Scene) -> None:
    for name in WIDGETS[scene.widget].steps:
        page = scene.post(f"/{name}" if name else "", scene.query)
        assert page.status in (400, 401, 409), name
        assert page.choices == []
        assert_whole(page)


def test_every_step_answers_a_shopper_who_says_nothing(scene: Scene) -> None:
    for name, step in WIDGETS[scene.widget].steps.items():
        entered = scene.enter()
        assert_whole(entered)
        assert entered.headers["Cache-Control"] == "no-store"
        token = re.search(r'name="session" value="([^"]+)"', entered.html)
        path = f"/{name}" if name else ""
        pages = [scene.post(path, scene.query | {"session": token.group(1)})] if token else []
        pages += [scene.get(path)] if step.public else []
        for page in pages:
            assert page.status < 500, name
            assert_whole(page)
