"""Firefox ESR, driven by its own Marionette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from marionette_driver import By
from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette

from tests.support.browsers.browser import PAGE, until
from tests.support.processes import free_port

_Found = TypeVar("_Found")


class Firefox:
    def __init__(self, marionette: Any) -> None:
        self._firefox = marionette

    def open(self, url: str) -> None:
        self._firefox.switch_to_default_content()
        self._firefox.navigate(url)

    def url(self) -> str:
        self._firefox.switch_to_default_content()
        return str(self._firefox.get_url())

    def text(self, css: str, place: str = PAGE) -> str:
        return str(self._with(css, place, lambda one: one.text.strip()))

    def attribute(self, css: str, name: str, place: str = PAGE) -> str:
        self._with(css, place, lambda _one: True)
        return str(self._find(css, place).get_attribute(name) or "")

    def has(self, css: str, place: str = PAGE) -> bool:
        try:
            self._find(css, place)
        except MarionetteException:
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
            one.clear()
            one.send_keys(text)
            return True

        self._with(css, place, type_in)

    def choose(self, css: str, value: str, place: str = PAGE) -> None:
        self.click(f'{css} option[value="{value}"]', place)

    def _with(self, css: str, place: str, do: Callable[[Any], _Found]) -> _Found:
        return until(f"{css} in {place or 'the page'}", lambda: do(self._find(css, place)), (MarionetteException,))

    def _find(self, css: str, place: str) -> Any:
        self._firefox.switch_to_default_content()
        if place:
            holder = self._firefox.find_element(By.CSS_SELECTOR, place)
            if "iframe" not in place:
                holder = self._firefox.execute_script(
                    "return arguments[0].shadowRoot.querySelector('iframe')", [holder], sandbox=None
                )
            self._firefox.switch_to_frame(holder)
        return self._firefox.find_element(By.CSS_SELECTOR, css)


@contextmanager
def firefox(*, script: bool = True) -> Iterator[Firefox]:
    """A fresh profile."""
    port = free_port()
    prefs = {
        "marionette.port": port, "javascript.enabled": script, "intl.accept_languages": "en-GB",
        "network.cookie.cookieBehavior": 1,
    }  # fmt: skip
    with TemporaryDirectory(prefix="firefox", ignore_cleanup_errors=True) as folder:
        log = str(Path(folder) / "gecko.log")  # else it would lie where the tests are run
        marionette = Marionette(bin="/usr/bin/firefox-esr", headless=True, port=port, prefs=prefs, gecko_log=log)
        marionette.start_session()
        marionette.set_window_rect(width=1280, height=900)
        try:
            yield Firefox(marionette)
        finally:
            marionette.quit()
