"""WebKit, as GTK's MiniBrowser, driven by Selenium on a screen of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.support.browsers.browser import PAGE, until
from tests.support.processes import free_port

_BINARY = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
_Found = TypeVar("_Found")


class WebKit:
    def __init__(self, driver: Any) -> None:
        self._webkit = driver

    def open(self, url: str) -> None:
        self._webkit.switch_to.default_content()
        self._webkit.get(url)

    def url(self) -> str:
        self._webkit.switch_to.default_content()
        return str(self._webkit.current_url)

    def text(self, css: str, place: str = PAGE) -> str:
        return str(self._with(css, place, lambda one: one.text.strip()))

    def attribute(self, css: str, name: str, place: str = PAGE) -> str:
        self._with(css, place, lambda _one: True)
        return str(self._find(css, place).get_attribute(name) or "")

    def has(self, css: str, place: str = PAGE) -> bool:
        try:
            self._find(css, place)
        except WebDriverException:
            return False
        return True

    def click(self, css: str, place: str = PAGE) -> None:
        def press(one: Any) -> bool:
            if not one.is_enabled():
                return False
            one.click()
            return True

        self._with(css, place, press)

    def fill(self, css: str, text: str, place: str = PAGE) -> None:
        def type_in(one: Any) -> bool:
            one.click()
            one.clear()
            one.send_keys(text)
            return True

        self._with(css, place, type_in)

    def choose(self, css: str, value: str, place: str = PAGE) -> None:
        def pick(one: Any) -> bool:
            Select(one).select_by_value(value)
            return True

        self._with(css, place, pick)

    def _with(self, css: str, place: str, do: Callable[[Any], _Found]) -> _Found:
        return until(f"{css} in {place or 'the page'}", lambda: do(self._find(css, place)), (WebDriverException,))

    def _find(self, css: str, place: str) -> Any:
        self._webkit.switch_to.default_content()
        if place:
            holder = self._webkit.find_element(By.CSS_SELECTOR, place)
            if "iframe" not in place:
                holder = self._webkit.execute_script("return arguments[0].shadowRoot.querySelector('iframe')", holder)
            self._webkit.switch_to.frame(holder)
        return self._webkit.find_element(By.CSS_SELECTOR, css)


@contextmanager
def webkit(*, script: bool = True) -> Iterator[WebKit]:
    """A fresh profile."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x3600x24", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as number:
            display = f":{number.readline().strip()}"
        options = Options()
        options.binary_location = _BINARY
        options.add_argument("--automation")
        if not script:
            options.add_argument("--enable-javascript=false")
        service = Service("/usr/bin/WebKitWebDriver", port=free_port(), env=os.environ | {"DISPLAY": display})
        driver = WebKitGTK(options=options, service=service)
        # Its driver cannot scroll to what lies deep in a frame of another site: the window shows all of it.
        driver.set_window_rect(x=0, y=0, width=1280, height=3500)
        try:
            yield WebKit(driver)
        finally:
            driver.quit()
    finally:
        screen.terminate()
        screen.wait(10)
