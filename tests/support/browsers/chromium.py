"""Chromium, driven by Playwright: its headless shell where that is installed, which takes a third less of the machine
than a whole browser that hides its windows."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    FrameLocator,
    Locator,
    Page,
    Playwright,
    sync_playwright,
)

from tests.support.browsers.browser import PAGE, PATIENCE_S, until

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WHOLE, SHELL = Path("/usr/bin/chromium"), Path("/usr/lib/chromium/chromium-headless-shell")


class Chromium:
    """``complaints`` are errors of the console and of scripts, with the address they came from."""

    def __init__(self, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE_S * 1000)
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self._mint: Callable[[], str] | None = None
        self.page.on("console", lambda one: self._complain(one.type, one.text, one.location.get("url", "")))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complain(self, kind: str, text: str, url: str) -> None:
        if kind == "error":
            self.complaints.append(f"{text} ({url})")

    def on_mint(self, mint: Callable[[], str]) -> None:
        """What ``mint()`` on any page answers from now on."""
        if self._mint is None:
            self.page.expose_function("mint", lambda: self._mint() if self._mint else "")
        self._mint = mint

    def open(self, url: str) -> None:
        self.page.goto(url)

    def url(self) -> str:
        self.page.wait_for_timeout(20)  # events come only while somebody waits here
        return self.page.url

    def text(self, css: str, place: str = PAGE) -> str:
        return self._at(place).locator(css).first.inner_text()

    def arrived(self, css: str) -> None:
        """On the page that has it, with its style sheet: what is measured before has no size yet."""
        assert self.text(css)
        self.page.wait_for_load_state()

    def attribute(self, css: str, name: str, place: str = PAGE) -> str:
        return self._at(place).locator(css).first.get_attribute(name) or ""

    def has(self, css: str, place: str = PAGE) -> bool:
        self.page.wait_for_timeout(20)
        try:
            return self._at(place).locator(css).count() > 0
        except Error:  # the frame is on its way from one document to the next
            return False

    def click(self, css: str, place: str = PAGE) -> None:
        self._at(place).locator(css).first.click()

    def fill(self, css: str, text: str, place: str = PAGE) -> None:
        self._at(place).locator(css).first.fill(text)

    def choose(self, css: str, value: str, place: str = PAGE) -> None:
        self._at(place).locator(css).first.select_option(value)

    def _at(self, place: str) -> Page | FrameLocator:
        """Also within a frame of the page: ``iframe >> bank-scene``."""
        here: Page | FrameLocator = self.page
        for step in place.split(" >> ") if place != PAGE else ():
            until(f"{step} in the page", partial(_there, here.locator(step)))
            here = here.frame_locator(step if "iframe" in step else f"{step} iframe")
        return here


def _there(found: Locator) -> bool:
    return found.count() > 0


@contextmanager
def chromium(
    *, script: bool = True, width: int = 1280, dark: bool = False, locale: str = "en-GB", flags: tuple[str, ...] = (),
    home: Path | None = None,
) -> Iterator[Chromium]:  # fmt: skip
    """A fresh profile with third-party cookies blocked; ``home`` is the folder of a user who trusts more than others
    do (see ``trust``)."""
    context = chromium_browser(flags, home).new_context(
        java_script_enabled=script, viewport={"width": width, "height": 900}, locale=locale,
        color_scheme="dark" if dark else "light", ignore_https_errors=False,
    )  # fmt: skip
    try:
        yield Chromium(context)
    finally:
        context.close()


@cache
def chromium_browser(flags: tuple[str, ...] = (), home: Path | None = None) -> Browser:
    """Started once for each kind: a start costs more than most tests, and every profile is its own anyway. With a home
    of its own it is the browser as people have it, with its store of authorities."""
    browser = SHELL if home is None and SHELL.exists() else WHOLE
    return _playwright().chromium.launch(
        executable_path=browser, args=[*FLAGS, "--test-third-party-cookie-phaseout", *flags],
        env={**os.environ, "HOME": str(home)} if home else None,
    )  # fmt: skip


@cache
def _playwright() -> Playwright:
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started
