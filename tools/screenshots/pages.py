"""The pages of shop and bank, from running processes: one shopper goes all the way in each shop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scenebank.preview import DEVICES
from scenebank.preview.model import THEMES
from tests.end_to_end.journey import Journey
from tests.support.browsers.chromium import Chromium, chromium
from tests.support.shopper import Shopper
from tests.support.stack import Stack, running_stack
from widgets.texts import LOCALES


@dataclass(frozen=True)
class Counted:
    planned: int
    made: int


# As long as the bank has it by itself: the pictures say it.
_READING_S = 3
Groups = dict[tuple[str, str], list[Path]]


class _Camera:
    """Photographs what the window shows, in every locale, theme and width."""

    def __init__(self, window: Chromium, folder: Path, groups: Groups) -> None:
        self._window, self._folder, self._groups = window, folder, groups
        self.planned = self.made = 0

    def all(self, name: str, show: Callable[[str], None]) -> None:
        """``show`` brings the page in a locale; afterwards it is only made wider, narrower, darker, lighter."""
        page = self._window.page
        for locale in LOCALES:
            show(locale)
            for theme in THEMES:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                for device, size in DEVICES.items():
                    self.planned += 1
                    page.set_viewport_size({"width": size.window, "height": 900})
                    page.wait_for_timeout(150)
                    height = int(page.evaluate("document.documentElement.scrollHeight"))
                    page.set_viewport_size({"width": size.window, "height": min(6000, height)})
                    page.wait_for_timeout(100)
                    group = f"pages-{locale}-{theme}-{device}"
                    path = self._folder / f"{locale}-{theme}-{device}" / f"{name}.png"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=path)
                    self.made += path.exists()
                    self._groups.setdefault((group, device), []).append(path)

    def at(self, name: str, url: str) -> None:
        """A page that has an address."""
        joint = "&" if "?" in url else "?"
        self.all(name, lambda locale: self._open(f"{url}{joint}lang={locale}"))

    def _open(self, url: str) -> None:
        self._window.page.goto(url, wait_until="networkidle")


def picture_pages(folder: Path, groups: Groups) -> Counted:
    with tempfile.TemporaryDirectory() as data, running_stack(Path(data), BANK_READING_S=str(_READING_S)) as stack:
        counts = [_shop(stack, market, folder, groups) for market in ("cn", "eu")]
        counts += [_bank(stack, market, folder, groups) for market in ("cn", "eu")]
    return Counted(sum(one.planned for one in counts), sum(one.made for one in counts))


def _shop(stack: Stack, market: str, folder: Path, groups: Groups) -> Counted:
    with chromium() as window:
        camera = _Camera(window, folder, groups)
        shop = f"{stack.shop_url}/{market}"
        if market == "cn":
            camera.at("shop-start", f"{stack.shop_url}/")
        plain = {"home": "", "product": f"/product/{_goods(market)}", "cart-empty": "/cart", "login": "/login",
                 "nothing": "/nothing", "office-login": "/office/login"}  # fmt: skip
        for name, path in plain.items():
            camera.at(f"shop-{market}-{name}", shop + path)
        journey = Journey(window, stack, market, "instalments", "script")
        journey.shop()
        camera.at(f"shop-{market}-cart", f"{shop}/cart")
        for embed in ("script", "iframe", "form", "page"):
            camera.at(f"shop-{market}-checkout-{embed}", f"{shop}/checkout?embed={embed}")
        camera.at(f"shop-{market}-checkout-loan", f"{shop}/checkout?widget=loan")
        window.open(f"{shop}/checkout?embed=script&lang=en")
        journey.order = window.text("#order-number")
        journey.choose()
        journey.apply()
        journey.to_bank()
        journey.sign(reading_s=_READING_S)
        camera.at(f"shop-{market}-order", f"{shop}/order/{journey.order}")
        camera.at(f"shop-{market}-orders", f"{shop}/orders")
        _office(window, camera, shop, market, journey.order)
        return Counted(camera.planned, camera.made)


def _office(window: Chromium, camera: _Camera, shop: str, market: str, order: str) -> None:
    window.open(f"{shop}/office/login")
    window.click("main form button")
    camera.at(f"shop-{market}-office", f"{shop}/office")
    camera.at(f"shop-{market}-office-order", f"{shop}/office/{order}")


def _goods(market: str) -> str:
    return {"cn": "espresso", "eu": "tent"}[market]


def _bank(stack: Stack, market: str, folder: Path, groups: Groups) -> Counted:
    with chromium() as window:
        camera = _Camera(window, folder, groups)
        for name, page in _bank_pages(stack, market):
            camera.at(f"bank-{market}-{name}-login", page)
            camera.all(f"bank-{market}-{name}-login-wrong", _entered(window, page, "1"))
            camera.all(f"bank-{market}-{name}", _entered(window, page, "246810"))
            if name != "counter":  # what is offered there cannot be sent wrongly
                camera.all(f"bank-{market}-{name}-refused", _sent(window, page))
            window.page.goto(page)
            _enter(window, "246810")
            window.click("button.plain")
            camera.at(f"bank-{market}-{name}-withdrawn", page)
        signed = _signed(stack, market)
        camera.all(f"bank-{market}-signed", _entered(window, signed, "246810"))
        camera.at(f"bank-{market}-signed-before-the-code", signed)
        base = urlsplit(page)
        camera.at(f"bank-{market}-lost", f"{base.scheme}://{base.netloc}{base.path.rsplit('/', 1)[0]}/nobody")
        return Counted(camera.planned, camera.made)


def _bank_pages(stack: Stack, market: str) -> Iterator[tuple[str, str]]:
    for name, word in (("sheet", ""), ("documents", "-documents"), ("counter", "-counter")):
        shopper = Shopper(stack, market, f"P-{market}{word}", 300000)
        shopper.enter()
        shopper.submit()
        shopper.wait("action_required", "offered")
        # In the EU a smaller offer is answered in the widget: the bank has no page for it.
        if "/bank" in "".join(shopper.page.forms):
            yield name, shopper.bank_page()


def _signed(stack: Stack, market: str) -> str:
    shopper = Shopper(stack, market, f"S-{market}", 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required")
    page = shopper.bank_page()
    shopper.sign()
    return page


def _entered(window: Chromium, page: str, code: str) -> Callable[[str], None]:
    def show(locale: str) -> None:
        window.page.goto(f"{page}?lang={locale}")
        _enter(window, code)

    return show


def _sent(window: Chromium, page: str) -> Callable[[str], None]:
    """The form of the page behind the login, sent as it should not be."""

    def show(locale: str) -> None:
        _entered(window, page, "246810")(locale)
        for form in window.page.locator("main form.card").all():
            form.evaluate("form => form.noValidate = true")
            form.locator("button").first.click()
            time.sleep(0.2)
            return

    return show


def _enter(window: Chromium, code: str) -> None:
    window.fill("[name=code]", code)
    window.click("main form button")
    window.page.wait_for_load_state("networkidle")
