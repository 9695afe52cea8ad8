"""Headings break between their words, in Chinese too: no character stands alone on a last line, no bank's name is cut,
and nothing is wider than its page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame

from app import create_app
from scenebank.preview import Preview, product
from tools.screenshots.studio import Studio, studio
from widgets import WIDGETS

# Each heading and button as its lines, and how much wider than its page the document is.
_LINES = """() => {
  const linesOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), lines = [];
    let last = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      [...node.data].forEach((letter, at) => {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        if (!letter.trim() || !box.width) return lines.length && (lines[lines.length - 1] += " ");
        if (last === null || box.top > last + 8) lines.push("");
        last = box.top;
        lines[lines.length - 1] += letter;
      });
    }
    return lines.map((line) => line.trim().replace(/\\s+/g, " "));
  };
  const page = document.documentElement;
  return [[...document.querySelectorAll("h1,h2,.main")].map(linesOf), page.scrollWidth - page.clientWidth];
}"""
_BANKS = ("明灯银行", "海港银行", "雪松银行", "Lantern Bank", "Harbour Bank", "Cedar Bank")


@pytest.fixture
def window() -> Iterator[tuple[Preview, Studio]]:
    preview = Preview(lambda wired: create_app(wired=wired))
    with studio(preview) as made:
        yield preview, made
    preview.close()


def lines_at(frame: Frame, width: int) -> tuple[list[list[str]], int]:
    frame.page.evaluate("width => (document.querySelector('main').style.inlineSize = width + 'px')", width)
    lines, too_wide = frame.evaluate(_LINES)
    return lines, too_wide


@pytest.mark.parametrize(
    ("locale", "every"),
    [("zh-CN", 8), ("en", 16), *(pytest.param(one, 1, marks=pytest.mark.long) for one in ("zh-CN", "en"))],
)
def test_in_the_narrowest_places(window: tuple[Preview, Studio], locale: str, every: int) -> None:
    """Some states of one widget, others of the next, and all in the long run; Chinese has no blanks to break at."""
    preview, studio_of = window
    shown = 0
    for turn, widget in enumerate(sorted(WIDGETS)):
        states = [
            one for one in product(widget)
            if (one.locale, one.theme, one.device, one.context) == (locale, "light", "phone", "cn")
        ]  # fmt: skip
        for scenario in states[2 * turn :: every]:
            frame = studio_of.show(preview.play(scenario))
            for width in (312, 320, 360) if scenario.mode != "page" else (360,):
                found, too_wide = lines_at(frame, width)
                said = f"{scenario.state} at {width}: {found}"
                assert too_wide <= 0, said
                for lines in found:
                    assert len(lines) < 2 or len(lines[-1]) > 1, said
                    whole, cut = "\n".join(lines), "".join(lines).replace(" ", "")
                    assert [bank for bank in _BANKS if bank.replace(" ", "") in cut and bank not in whole] == [], said
                shown += 1
    assert shown > 120 / every
