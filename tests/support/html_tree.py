"""A document as a parser sees it: whole or not, its elements and attributes, what its fields hold."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.support.scene import Page

_VOID = frozenset({"meta", "input", "br", "link", "img"})


class Tree(HTMLParser):
    """``shape`` is every tag with the names of its attributes, in order; ``wrong`` what no whole document has, and what
    no strict policy lets through; ``values`` what each field holds, ``links`` where anything leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.values: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.wrong += [name for name in given if name == "style" or name.startswith("on")]
        self.wrong += [name for name, _value in attrs if [one for one, _ in attrs].count(name) > 1]
        self.shape.append((tag, tuple(sorted(given))))
        self.links += [given[name] for name in ("href", "src", "action", "formaction") if name in given]
        if tag == "input" and given.get("type") not in ("radio", "checkbox"):
            self.values.setdefault(given.get("name", ""), []).append(given.get("value", ""))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.shape.append((f"/{tag}", ()))
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")


def assert_whole(page: Page) -> Tree:
    found = Tree(page.html)
    assert (found.open, found.wrong) == ([], [])
    assert page.html.count("<h1") <= 1
    assert page.html.startswith("<!doctype html>")
    return found
