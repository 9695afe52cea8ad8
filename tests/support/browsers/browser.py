"""The verbs. ``place`` is PAGE, or the CSS of what holds a frame: an ``iframe``, or a ``bank-scene``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

PAGE = ""
PATIENCE_S = 25.0
_Found = TypeVar("_Found")


class Browser(Protocol):
    """All verbs wait until they can be done."""

    def open(self, url: str) -> None:
        """Go there in the top window."""

    def url(self) -> str:
        """Where the top window is."""

    def text(self, css: str, place: str = PAGE) -> str:
        """What the first such element shows."""

    def attribute(self, css: str, name: str, place: str = PAGE) -> str:
        """The attribute of the first such element; empty where it has none."""

    def has(self, css: str, place: str = PAGE) -> bool:
        """Whether it is there now; does not wait."""

    def click(self, css: str, place: str = PAGE) -> None:
        """Press the first such element."""

    def fill(self, css: str, text: str, place: str = PAGE) -> None:
        """Type into it."""

    def choose(self, css: str, value: str, place: str = PAGE) -> None:
        """An option of a select, by its value."""


def until(what: str, done: Callable[[], _Found], errors: tuple[type[Exception], ...] = ()) -> _Found:
    """Try until it is true; ``what`` stands in the failure."""
    deadline = time.monotonic() + PATIENCE_S
    last: Exception | None = None
    while time.monotonic() < deadline:
        try:
            found = done()
            if found:
                return found
        except errors as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"never came: {what}") from last
