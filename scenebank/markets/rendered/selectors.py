"""The part of CSS selectors a style of this house is written in. Whatever is no part of it is refused, not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scenebank.markets.rendered.tree import Node

_NAME = r"[A-Za-z_][\w-]*"
_PART = re.compile(
    rf"(?P<tag>\*|{_NAME})|\.(?P<cls>{_NAME})|#(?P<id>{_NAME})|\[(?P<attr>[^\]]+)\]|(?P<element>::[\w-]+)|:(?P<pseudo>{_NAME})"
)
# States that only an act of somebody brings about: not how a document first looks.
_STATES = frozenset({"focus", "focus-visible", "hover", "active"})
_LISTS = frozenset({"is", "not", "has"})


class UnknownStyle(ValueError):
    """The style has something in it that is not understood here."""


@dataclass(frozen=True)
class Compound:
    """What one element must be. ``lists`` are (``is``, ``not`` or ``has``, selectors)."""

    tag: str = "*"
    classes: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str | None], ...] = ()
    pseudos: tuple[tuple[str, str], ...] = ()
    lists: tuple[tuple[str, tuple[Selector, ...]], ...] = ()

    def matches(self, node: Node) -> bool:
        if self.tag not in ("*", node.tag) or (self.classes and not self.classes <= node.classes):
            return False
        for name, value in self.attributes:
            if name not in node.attributes or value not in (None, node.attributes[name]):
                return False
        return all(_is_so(name, argument, node) for name, argument in self.pseudos) and all(
            _in_list(name, chosen, node) for name, chosen in self.lists
        )

    @cached_property
    def weight(self) -> tuple[int, int]:
        """Classes and the like, and tags; an id stands in no style here."""
        inner = [max(one.weight for one in chosen) for _name, chosen in self.lists]
        middle = len(self.classes) + len(self.attributes) + len(self.pseudos)
        return middle + sum(one[0] for one in inner), int(self.tag != "*") + sum(one[1] for one in inner)


@dataclass(frozen=True)
class Selector:
    """``steps``: a compound and how the one before stands to it (`` ``, ``>``, ``+``), the last is the subject.
    ``element`` says that it means a pseudo-element, and so no text of the document."""

    steps: tuple[tuple[str, Compound], ...]
    element: bool = False

    @cached_property
    def weight(self) -> tuple[int, int]:
        return sum(one.weight[0] for _how, one in self.steps), sum(one.weight[1] for _how, one in self.steps)

    @cached_property
    def subject(self) -> str:
        """A class or tag that the element has in any case; ``*`` for none."""
        compound = self.steps[-1][1]
        return f".{min(compound.classes)}" if compound.classes else compound.tag

    def matches(self, node: Node) -> bool:
        return not self.element and self._from(len(self.steps) - 1, node)

    def _from(self, number: int, node: Node) -> bool:
        how, compound = self.steps[number]
        if not compound.matches(node):
            return False
        if number == 0:
            return True
        if how == "+":
            return node.before is not None and self._from(number - 1, node.before)
        if how == ">":
            return node.parent is not None and self._from(number - 1, node.parent)
        return any(self._from(number - 1, one) for one in node.ancestors())


def _is_so(name: str, argument: str, node: Node) -> bool:
    if name == "root":
        return node.tag == "html"
    if name == "first-child":
        return node.parent is not None and node.before is None
    if name == "lang":
        langs = (one.attributes["lang"] for one in (node, *node.ancestors()) if "lang" in one.attributes)
        lang = next(langs, "")
        return lang == argument or lang.startswith(f"{argument}-")
    if name in ("checked", "disabled"):
        return name in node.attributes
    return False  # a state


def _in_list(name: str, chosen: tuple[Selector, ...], node: Node) -> bool:
    if name == "has":
        below = (inner for child in node.children for inner in child.walk())
        return any(one.matches(inner) for inner in below for one in chosen)
    return any(one.matches(node) for one in chosen) is (name == "is")


@lru_cache(maxsize=512)
def read_selectors(text: str) -> tuple[Selector, ...]:
    """A comma-separated list; :class:`UnknownStyle` for what is not understood."""
    return tuple(_selector(one.strip()) for one in at_top(text, ","))


def at_top(text: str, sign: str) -> list[str]:
    """``text`` cut at each ``sign`` that stands in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _selector(text: str) -> Selector:
    steps: list[tuple[str, Compound]] = []
    element = False
    how = " "
    for word in at_top(re.sub(r"\s*([>+])\s*", r" \1 ", text), " "):
        if word in (">", "+"):
            how = word
        elif word:
            compound, element = _compound(word)
            steps.append((how, compound))
            how = " "
    if not steps:
        raise UnknownStyle(f"no selector: {text!r}")
    return Selector(tuple(steps), element)


def _compound(text: str) -> tuple[Compound, bool]:
    tag, classes, attributes, element = "*", set(), [], False
    pseudos: list[tuple[str, str]] = []
    lists: list[tuple[str, tuple[Selector, ...]]] = []
    place = 0
    while place < len(text):
        found = _PART.match(text, place)
        if found is None or found["id"]:
            raise UnknownStyle(f"selector {text!r}")
        place = found.end()
        if found["tag"]:
            tag = found["tag"]
        elif found["cls"]:
            classes.add(found["cls"])
        elif found["attr"]:
            name, _equals, value = found["attr"].partition("=")
            attributes.append((name, value.strip("\"'") if _equals else None))
        elif found["element"]:
            element = True
        else:
            name, argument = found["pseudo"], ""
            if text[place : place + 1] == "(":
                argument = _bracket(text, place)
                place += len(argument) + 2
            _add_pseudo(name, argument, pseudos, lists)
    return Compound(tag, frozenset(classes), tuple(attributes), tuple(pseudos), tuple(lists)), element


def _bracket(text: str, start: int) -> str:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return text[start + 1 : place]
    raise UnknownStyle(f"selector {text!r} is not closed")


def _add_pseudo(
    name: str, argument: str, pseudos: list[tuple[str, str]], lists: list[tuple[str, tuple[Selector, ...]]]
) -> None:
    if name in _LISTS:
        lists.append((name, read_selectors(argument)))
    elif name in _STATES or name in ("root", "first-child", "lang", "checked", "disabled"):
        pseudos.append((name, argument))
    else:
        raise UnknownStyle(f":{name}")
