"""A document as a person without script meets it: its words, its forms, its choices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from html.parser import HTMLParser


@dataclass(frozen=True)
class Document:
    """One answer of a door for people."""

    status: int
    headers: Mapping[str, str]
    html: str

    @cached_property
    def text(self) -> str:
        """What it shows, in one line."""
        bare = re.sub(r"<(script|style|title).*?</\1>|<[^>]+>", " ", self.html, flags=re.S)
        return re.sub(r"\s+", " ", unescape(bare)).strip()

    def form(self, action: str) -> dict[str, str]:
        """The hidden fields of the first form that leads there; ``LookupError`` where there is none."""
        found = _Forms(self.html).forms.get(action)
        if found is None:
            raise LookupError(f"no form to {action} in: {self.text}")
        return found

    def has_form(self, action: str) -> bool:
        return action in _Forms(self.html).forms

    def choices(self, name: str) -> list[str]:
        """The values of the radio buttons of that name."""
        return _Forms(self.html).choices.get(name, [])

    @property
    def links(self) -> list[str]:
        """Where its links lead, in their order."""
        return _Forms(self.html).links

    @property
    def shown_status(self) -> str | None:
        """The application's status, where one is shown."""
        found = re.search(r'data-status="([a-z_]+)"', self.html)
        return found.group(1) if found else None


class _Forms(HTMLParser):
    """Hidden fields by the form's action, radio values by their name, links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.links: list[str] = []
        self._open: dict[str, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "form":
            self._open = {}
            self.forms.setdefault(found.get("action", ""), self._open)
        elif tag == "input" and found.get("type") == "hidden":
            self._open[found["name"]] = found.get("value", "")
        elif tag == "input" and found.get("type") == "radio":
            self.choices.setdefault(found["name"], []).append(found["value"])
