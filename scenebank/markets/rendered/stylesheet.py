"""A style sheet as far as it decides how prominent a text is: size, weight, colour, ground, and whether it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenebank.markets.rendered.selectors import Selector, UnknownStyle, at_top, read_selectors

_TOLD = frozenset({"font", "font-size", "font-weight", "color", "background", "background-color", "display",
                   "visibility", "opacity"})  # fmt: skip
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
# Of the media a style of this house asks about; a width is none of them, since no text may shrink with the page.
_MEDIA = {"(forced-colors:none)": True, "(forced-colors:active)": False, "(prefers-reduced-motion:reduce)": False}


@dataclass(frozen=True)
class StyleRule:
    """Declarations as they are written, by property; ``number`` is the rule's place in the sheet."""

    selectors: tuple[Selector, ...]
    declared: Mapping[str, str]
    number: int


def read_stylesheet(text: str) -> tuple[StyleRule, ...]:
    """:class:`UnknownStyle` where something decides how a text looks in a way that is not understood here."""
    found: list[StyleRule] = []
    for selector, body in _blocks(_COMMENT.sub("", text)):
        declared = _declared(body)
        if declared:
            found.append(StyleRule(read_selectors(selector), declared, len(found)))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each rule; those of a medium that holds as if they stood alone."""
    place = 0
    while (start := text.find("{", place)) >= 0:
        head, end = text[place:start].strip(), _closing(text, start)
        body = text[start + 1 : end]
        place = end + 1
        if head.startswith("@media"):
            yield from _of_medium(head.removeprefix("@media").replace(" ", ""), body)
        elif head.startswith("@keyframes"):
            continue
        elif head.startswith("@"):
            raise UnknownStyle(head)
        else:
            yield head, body


def _of_medium(asked: str, body: str) -> Iterator[tuple[str, str]]:
    if asked in _MEDIA:
        yield from _blocks(body) if _MEDIA[asked] else ()
    elif any(_declared(inner) for _head, inner in _blocks(body)):
        raise UnknownStyle(f"@media {asked} decides how a text looks")


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    raise UnknownStyle("a block is not closed")


def _declared(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in at_top(body, ";"):
        name, _colon, value = one.partition(":")
        name, value = name.strip(), value.strip()
        if name.startswith("--") or name in _TOLD:
            found[name] = value
    return found
