"""How prominent the rules find each text of the first views is how prominent Chromium makes it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page as Window

from app import create_app
from scenebank.markets.rendered.cascade import Cascade, Declared
from scenebank.markets.rendered.colours import contrast
from scenebank.markets.rendered.tree import Node, read_tree
from scenebank.preview import Preview, Scenario
from scenebank.web.embed.verdicts import frame_sheet
from tests.support.browsers import chromium
from widgets import WIDGETS
from widgets.texts import LOCALES

# Every element with a text of its own, in order: its size, weight, ink, ground, and whether any of it is laid out.
MEASURE = """() => {
  const grounds = (one) => {
    for (let here = one; here; here = here.parentElement) {
      const ground = getComputedStyle(here).backgroundColor;
      if (ground !== "rgba(0, 0, 0, 0)") return ground;
    }
    return "canvas";
  };
  const own = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.body.querySelectorAll("*")].filter((one) => own(one) && !one.matches("script")).map((one) => {
    const style = getComputedStyle(one);
    const looks = [style.fontSize, style.fontWeight, style.color, grounds(one), one.checkVisibility()];
    return [one.tagName.toLowerCase(), ...looks];
  });
}"""


@pytest.fixture(scope="module")
def preview() -> Iterator[Preview]:
    made = Preview(lambda wired: create_app(wired=wired))
    yield made
    made.close()


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    with chromium() as found:
        yield found.page


def by_chromium(window: Window, html: str, theme: str) -> list[tuple[Any, ...]]:
    window.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    window.set_content(html)
    return [(tag, px(size), int(weight), str(contrast(rgb(ink), rgb(ground))), shows)
            for tag, size, weight, ink, ground, shows in window.evaluate(MEASURE)]  # fmt: skip


def by_us(html: str, theme: str) -> list[tuple[Any, ...]]:
    tree = read_tree(html)
    cascade = Cascade(Declared(frame_sheet()), theme)  # type: ignore[arg-type]
    body = next(one for one in tree.walk() if one.tag == "body")
    found = []
    for one in body.walk():
        if one.tag != "script" and any(isinstance(text, str) and text.strip() for text in one.inside):
            look = cascade.look(one)
            sees = look.shows and not folded(one)
            found.append((one.tag, px(f"{look.size_px}px"), look.weight, str(contrast(look.ink, look.ground)), sees))
    return found


def folded(node: Node) -> bool:
    below = node
    for above in node.ancestors():
        if above.tag == "details" and "open" not in above.attributes and below.tag != "summary":
            return True
        below = above
    return False


def px(text: str) -> str:
    return f"{float(text.removesuffix('px')):.2f}"


def rgb(text: str) -> tuple[int, int, int]:
    red, green, blue = (int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(","))
    return red, green, blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_the_first_views_are_as_prominent_as_the_rules_find(
    preview: Preview, window: Window, widget: str, theme: str
) -> None:
    for number, (context, shape) in enumerate(product(("cn", "eu"), ("full", "compact"))):
        locale = LOCALES[number % 2]
        scenario = Scenario(widget, "", "first_view", "phone", theme, locale, context, {"shape": shape})
        html = preview.play(scenario).document.html
        ours = by_us(html, theme)
        assert len(ours) >= 8
        assert ours == by_chromium(window, html, theme), scenario.query()
