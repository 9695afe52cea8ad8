"""``make heights``: measures every first view in Chromium and writes ``widgets/<name>/heights.json``. Each is as full
as the seeded catalogue makes it; where lenders state their rates, with what they state behind prices. A line is kept
in reserve for other fonts."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page

from scenebank.catalogue.model import Listed
from scenebank.markets import MARKETS
from scenebank.wiring import build_services
from tests.support.browsers.chromium import chromium_browser
from tests.support.stack import Stack, running_stack
from tests.support.stated_shop import open_stated_shop, publish_prices
from widgets import WIDGETS
from widgets.texts import LOCALES

ROOT = Path(__file__).parents[1]
FROM_WIDTHS = (320, 360, 375, 390, 412, 480, 600, 720)
SHAPES = ("full", "compact")
RESERVE_PX = 24


def fullest_amounts(stack: Stack, widget: str) -> dict[str, int]:
    """By shop whose market has products of the widget's kind, the largest amount in minor units all of them take."""
    wired = build_services(stack.config)
    found, live = {}, wired.catalogue.live()
    for shop in stack.accounts:
        market, kind = shop.upper(), WIDGETS[widget].kind
        products: list[Listed] = [*live.shelf(market, kind), *live.stated_shelf(market, kind)]
        if ends := [one.max_amount.minor for one in products if one.max_amount is not None]:
            found[shop] = min(ends)
    wired.database.dispose()
    return found


def measure(page: Page, stack: Stack, widget: str, shape: str, locale: str) -> dict[int, int]:
    """Height in px by width, the larger of all markets."""
    found = dict.fromkeys(FROM_WIDTHS, 0)
    for shop, amount in fullest_amounts(stack, widget).items():
        query = urlencode({
            "key": stack.accounts[shop]["publishable_key"], "amount": amount, "shape": shape, "locale": locale,
            "currency": MARKETS[shop.upper()].currency,
        })  # fmt: skip
        page.goto(f"{stack.scenebank_url}/w/{widget}?{query}")
        for width in FROM_WIDTHS:
            page.set_viewport_size({"width": width, "height": 400})
            found[width] = max(found[width], page.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"))
    return found


def _reserved(measured: dict[int, int]) -> dict[str, int]:
    return {str(width): px + RESERVE_PX for width, px in measured.items()}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder)) as stack:
        open_stated_shop(stack)
        publish_prices(stack)
        page = chromium_browser().new_page()
        for widget in WIDGETS:
            heights = {
                shape: {locale: _reserved(measure(page, stack, widget, shape, locale)) for locale in LOCALES}
                for shape in SHAPES
            }
            file = ROOT / "widgets" / widget / "heights.json"
            file.write_text(json.dumps(heights, indent=2) + "\n", "utf-8")
            print(file.relative_to(ROOT), heights["full"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
