"""The facts of a rendered document, in the words of the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from scenebank.markets.rendered.access import barriers
from scenebank.markets.rendered.cascade import Cascade, Declared
from scenebank.markets.rendered.prices import price_prominence, prominence, read_prices, wrong_decimals
from scenebank.markets.rendered.stylesheet import StyleRule
from scenebank.markets.rendered.tree import Node, read_tree
from scenebank.markets.rendered.words import paragraphs, texts_of

# What the shopper chose, by name and value: a box that is ticked because they ticked it was not ticked beforehand.
Choices = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Reader:
    """What to look for: the ``names`` of the annual rate, amounts that are the ``order`` itself and no price, the
    currency's ``digits``, the ``pages`` (origins) a form may lead to beside ours, and the ``homes`` a link may lead
    back to."""

    names: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    digits: int = 2
    pages: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()


class Page:
    """One document in both themes."""

    def __init__(self, html: str, sheet: Sequence[StyleRule], reader: Reader, choices: Choices = ()) -> None:
        self.tree = read_tree(html)
        declared = Declared(sheet)
        self._cascades = [Cascade(declared, "light"), Cascade(declared, "dark")]
        self._reader = reader
        self._choices = frozenset(choices)

    def facts(self, offer: str | None = None) -> dict[str, Any]:
        """Of the whole document, and of prices and words only those of ``offer`` or of nobody's."""
        prices = list(read_prices(texts_of(self.tree, offer), self._reader.names))
        found = self._common | {"texts": paragraphs(self.tree, offer)}
        found["odd_amounts"] = wrong_decimals(prices, self._reader.digits)
        measured = price_prominence(prices, self._reader.order, self._cascades)
        for name, by_role in self._buttons.items():
            measured[name] = measured.get(name, {}) | by_role
        found["annual_rates"] = [price.text for price in prices if price.annual]
        return found | measured

    @cached_property
    def shows_rates(self) -> bool:
        return any(price.is_rate for price in read_prices(self.tree.texts(), ()))

    @cached_property
    def _common(self) -> dict[str, Any]:
        nodes = list(self.tree.walk())
        stand_in_the_way = barriers(self.tree, self._cascades)
        dialogs = [one for one in nodes if one.tag == "dialog" or one.attributes.get("role") == "dialog"]
        return {
            "controls": list(self._controls(nodes)),
            "fields": _fields(nodes),
            "foreign_targets": self._foreign(nodes),
            "a11y": "; ".join(stand_in_the_way) or "wcag22aa",
            "popup": bool(dialogs),
            "one_click_close": bool(dialogs) and all(_closes(one) for one in dialogs),
        }

    @cached_property
    def _buttons(self) -> dict[str, dict[str, Any]]:
        """The way on (``main``) and the ways out, where there is a way on."""
        buttons = [one for one in self.tree.walk() if one.tag in ("button", "a")]
        on = [one for one in buttons if one.tag == "button" and "main" in one.classes]
        out = [one for one in buttons if one not in on and "plain" in one.classes]
        found = prominence({"accept": on, "decline": out}, self._cascades, "decline") if on else {}
        return {"sizes_px": dict(found["sizes_px"])} if found else {}

    def _controls(self, nodes: Sequence[Node]) -> Iterator[dict[str, Any]]:
        for node in nodes:
            name, value = node.attributes.get("name", ""), node.attributes.get("value", "on")
            if node.tag == "input" and node.attributes.get("type") in ("checkbox", "radio"):
                ticked = "checked" in node.attributes and (name, value) not in self._choices
                yield {"type": node.attributes["type"], "name": name, "checked": ticked}
            elif node.tag == "option" and "selected" in node.attributes and value:
                of = next((one.attributes.get("name", "") for one in node.ancestors() if one.tag == "select"), "")
                yield {"type": "option", "name": of, "checked": (of, value) not in self._choices}

    def _foreign(self, nodes: Sequence[Node]) -> list[str]:
        """Where links and forms lead that is neither ours nor a bank's page, nor a link back to the shop."""
        found = []
        for node in nodes:
            for name in ("href", "action", "formaction"):
                target = urlsplit(node.attributes.get(name, ""))
                origin = f"{target.scheme}://{target.netloc}"
                known = self._reader.pages + (self._reader.homes if name == "href" else ())
                if (target.scheme or target.netloc) and origin not in known and node.tag != "link":
                    found.append(node.attributes[name])
        return found


def _fields(nodes: Sequence[Node]) -> list[str]:
    """What is asked for: by the fields' names, and by what a browser would fill in."""
    typed = [one for one in nodes if one.tag in ("input", "select", "textarea")]
    asked = [one for one in typed if one.attributes.get("type") != "hidden"]
    names = [one.attributes.get("name", "") for one in asked]
    return names + [word for one in asked for word in one.attributes.get("autocomplete", "").split()]


def _closes(dialog: Node) -> bool:
    return any(one.tag == "form" and one.attributes.get("method") == "dialog" for one in dialog.walk())
