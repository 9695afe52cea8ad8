"""How each element of a document looks, by a style sheet and what browsers do by themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from scenebank.markets.rendered.colours import Colour, read_colour
from scenebank.markets.rendered.selectors import Selector, UnknownStyle, at_top
from scenebank.markets.rendered.stylesheet import StyleRule
from scenebank.markets.rendered.tree import Node

Theme = Literal["light", "dark"]

_ROOT_PX = Decimal(16)
_CANVAS: Mapping[Theme, Colour] = {"light": (255, 255, 255), "dark": (18, 18, 18)}
_INK: Mapping[Theme, Colour] = {"light": (0, 0, 0), "dark": (255, 255, 255)}
# What browsers do without being asked.
_OWN_SIZES = {"h1": "2em", "h2": "1.5em", "h3": "1.17em", "small": "smaller", "button": "13.3333px",
              "input": "13.3333px", "select": "13.3333px", "textarea": "13.3333px"}  # fmt: skip
_OWN_WEIGHTS = {"b": "bolder", "strong": "bolder", "th": "bold", "h1": "bold", "h2": "bold", "h3": "bold",
                "button": "normal", "input": "normal", "select": "normal"}  # fmt: skip
_NEVER_SHOWN = frozenset({"head", "script", "style", "title", "template", "noscript"})
_OWN = frozenset({*_OWN_SIZES, *_OWN_WEIGHTS, *_NEVER_SHOWN})
_LENGTH = re.compile(r"(\d*\.?\d+)(px|rem|em|%)")
_SHORTHAND = re.compile(r"(?:(\d{3}|bold|normal) )?(\d*\.?\d+(?:px|rem|em|%))(?:/\S+)? .+")
_WEIGHTS = {"normal": 400, "bold": 700}


@dataclass(frozen=True)
class Look:
    """``size_px`` and ``weight`` of the text, its ``ink``, the ``ground`` it stands on, and whether it shows."""

    size_px: Decimal
    weight: int
    ink: Colour
    ground: Colour
    shows: bool
    variables: Mapping[str, str]


class Declared:
    """What a sheet says of each element of a document, in any theme; remembers it."""

    def __init__(self, sheet: Sequence[StyleRule]) -> None:
        self._known: dict[Node, dict[str, str]] = {}
        self._by_subject: defaultdict[str, list[tuple[Selector, StyleRule]]] = defaultdict(list)
        for rule in sheet:
            for selector in rule.selectors:
                self._by_subject[selector.subject].append((selector, rule))

    def of(self, node: Node) -> dict[str, str]:
        """What counts for each property, the shorthand ``font`` taken apart."""
        if node not in self._known:
            self._known[node] = self._won(node)
        return self._known[node]

    def _won(self, node: Node) -> dict[str, str]:
        names = ("*", node.tag, *(f".{one}" for one in node.classes))
        ranked = [
            (selector.weight, rule.number, rule.declared)
            for name in names for selector, rule in self._by_subject.get(name, ()) if selector.matches(node)
        ]  # fmt: skip
        winners: dict[str, tuple[bool, str]] = {}
        for _weight, _number, declared in sorted(ranked, key=lambda one: one[:2]):
            for name, value in _long(declared):
                important = value.endswith("!important")
                if important or not winners.get(name, (False, ""))[0]:
                    winners[name] = important, value.removesuffix("!important").strip()
        return {name: value for name, (_important, value) in winners.items()}


class Cascade:
    """One document in one theme; remembers what it has worked out."""

    def __init__(self, declared: Declared, theme: Theme) -> None:
        self._declared = declared
        self._theme = theme
        self._known: dict[Node, Look] = {}

    def look(self, node: Node) -> Look:
        """:class:`UnknownStyle` for a value that is not understood here."""
        if node not in self._known:
            above = self.look(node.parent) if node.parent is not None else self._start()
            self._known[node] = self._made(node, above)
        return self._known[node]

    def _start(self) -> Look:
        return Look(_ROOT_PX, 400, _INK[self._theme], _CANVAS[self._theme], True, {})

    def _made(self, node: Node, above: Look) -> Look:
        declared = self._declared.of(node)
        if not declared and node.tag not in _OWN and "hidden" not in node.attributes:
            return above
        own = {name: value for name, value in declared.items() if name.startswith("--")}
        variables = {**above.variables, **own} if own else above.variables
        here = replace(above, variables=variables)
        size, weight = _OWN_SIZES.get(node.tag), _OWN_WEIGHTS.get(node.tag)
        size, weight = declared.get("font-size", size), declared.get("font-weight", weight)
        ink = self._ink(declared.get("color", ""), here)
        ground = self._ground(declared.get("background-color", declared.get("background", "")), here)
        return replace(
            here,
            size_px=_size(size, above.size_px) if size else above.size_px,
            weight=_weight(weight, above.weight) if weight else above.weight,
            ink=ink or above.ink,
            ground=ground or above.ground,
            shows=above.shows and _shows(node, declared),
        )

    def _ink(self, value: str, here: Look) -> Colour | None:
        text = self._resolved(value, here)
        return None if text in ("", "inherit", "currentcolor") else _colour(text)

    def _ground(self, value: str, here: Look) -> Colour | None:
        """The colour under all pictures: the last layer's."""
        layers = at_top(self._resolved(value, here), ",")
        words = [word for word in at_top(layers[-1].strip(), " ") if word]
        for word in words:
            if word.startswith("#") or word in ("white", "black"):
                return _colour(word)
        if words and words[0] not in ("none", "transparent", "inherit"):
            raise UnknownStyle(f"background {value!r}")
        return None

    def _resolved(self, value: str, here: Look) -> str:
        """With every variable and every choice of theme put in."""
        while (found := re.search(r"(var|light-dark)\(([^()]*)\)", value)) is not None:
            parts = [one.strip() for one in at_top(found[2], ",")]
            if found[1] == "var":
                chosen = here.variables.get(parts[0], parts[1] if len(parts) > 1 else "")
            else:
                chosen = parts[0 if self._theme == "light" else 1]
            value = value[: found.start()] + chosen + value[found.end() :]
        return value.strip()


def _long(declared: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for name, value in declared.items():
        if name != "font":
            found.append((name, value))
        elif value == "inherit":
            found += [("font-size", "inherit"), ("font-weight", "inherit")]
        else:
            parts = _SHORTHAND.fullmatch(value)
            if parts is None:
                raise UnknownStyle(f"font {value!r}")
            found += [("font-size", parts[2]), ("font-weight", parts[1] or "normal")]
    return found


def _size(value: str, above: Decimal) -> Decimal:
    if value == "inherit":
        return above
    if value == "smaller":
        return above * (Decimal(5) / 6)
    found = _LENGTH.fullmatch(value)
    if found is None:
        raise UnknownStyle(f"font-size {value!r}")
    unit = {"px": Decimal(1), "rem": _ROOT_PX, "em": above, "%": above * Decimal("0.01")}[found[2]]
    return Decimal(found[1]) * unit


def _weight(value: str, above: int) -> int:
    if value == "inherit":
        return above
    if value == "bolder":  # CSS Fonts 4, the table of relative weights
        return 400 if above < 350 else 700 if above < 550 else 900
    if value in _WEIGHTS:
        return _WEIGHTS[value]
    if not value.isdigit():
        raise UnknownStyle(f"font-weight {value!r}")
    return int(value)


def _shows(node: Node, declared: Mapping[str, str]) -> bool:
    if declared.get("opacity", "1") != "1" and "disabled" not in node.attributes:
        raise UnknownStyle(f"opacity {declared['opacity']}")
    hidden = node.tag in _NEVER_SHOWN or "hidden" in node.attributes
    return not hidden and declared.get("display") != "none" and declared.get("visibility") not in ("hidden", "collapse")


def _colour(text: str) -> Colour | None:
    try:
        return read_colour(text)
    except ValueError as error:
        raise UnknownStyle(str(error)) from None
