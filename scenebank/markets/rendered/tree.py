"""A document as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

_VOID = frozenset({"meta", "input", "br", "link", "img", "hr", "wbr"})


@dataclass(eq=False)
class Node:
    """One element; ``inside`` are its elements and texts in order."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None
    inside: list[Node | str] = field(default_factory=list)

    @cached_property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    @cached_property
    def children(self) -> list[Node]:
        return [one for one in self.inside if isinstance(one, Node)]

    @cached_property
    def before(self) -> Node | None:
        """The element right before this one, under the same parent."""
        siblings = self.parent.children if self.parent else [self]
        number = next(index for index, one in enumerate(siblings) if one is self)
        return siblings[number - 1] if number else None

    def ancestors(self) -> Iterator[Node]:
        """From its parent upwards."""
        here = self.parent
        while here is not None:
            yield here
            here = here.parent

    def walk(self) -> Iterator[Node]:
        """This one and all below, in order."""
        yield self
        for one in self.children:
            yield from one.walk()

    def texts(self) -> Iterator[tuple[str, Node]]:
        """Every text, with the element it stands in, in order; without scripts and styles."""
        if self.tag in ("script", "style", "title"):
            return
        for one in self.inside:
            if isinstance(one, str):
                yield one, self
            else:
                yield from one.texts()

    @property
    def text(self) -> str:
        return " ".join("".join(text for text, _node in self.texts()).split())


def read_tree(html: str) -> Node:
    """The root holds whatever stands at the top."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._here = Node("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Node(tag, {name: value or "" for name, value in attrs}, self._here)
        self._here.inside.append(made)
        if tag not in _VOID:
            self._here = made

    def handle_endtag(self, tag: str) -> None:
        open_ones = [self._here, *self._here.ancestors()]
        closed = next((one for one in open_ones if one.tag == tag), None)
        if closed is not None and closed.parent is not None:
            self._here = closed.parent

    def handle_data(self, data: str) -> None:
        self._here.inside.append(data)
