"""The rates and amounts a document shows, and how prominent they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scenebank.markets.rendered.cascade import Cascade, Look
from scenebank.markets.rendered.colours import contrast
from scenebank.markets.rendered.tree import Node

_FIGURE = re.compile(r"(?P<rate>\d+(?:[.,]\d+)*\s?%)|(?P<money>(?:[A-Z]{1,3})?[¥€£$]\s?\d+(?:[.,]\d+)*)")
# Between a rate and its name.
_JOINT = r"[\s:：=（）()]*"
_REACH = 120  # letters before a figure that may hold its name


@dataclass(frozen=True)
class Price:
    """``annual``: it is the market's annual rate, by the name right before it."""

    text: str
    node: Node
    annual: bool
    is_rate: bool

    @property
    def in_sight(self) -> bool:
        """Without a press: not in the folded part of ``details``."""
        below: Node = self.node
        for above in self.node.ancestors():
            if above.tag == "details" and "open" not in above.attributes and below.tag != "summary":
                return False
            below = above
        return True


def read_prices(texts: Iterable[tuple[str, Node]], names: Collection[str]) -> Iterator[Price]:
    """``names`` are those of the annual rate."""
    named = re.compile(f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))}){_JOINT}$")
    before = ""
    for text, node in texts:
        for found in _FIGURE.finditer(text):
            reach = " ".join((before + text[: found.start()])[-_REACH:].split())
            is_rate = found["rate"] is not None
            yield Price(found.group(), node, is_rate and bool(names) and bool(named.search(reach)), is_rate)
        before = (before + text)[-_REACH:]


Measured = dict[str, dict[str, Decimal]]
_Most = tuple[Decimal, int, Decimal]


def prominence(roles: dict[str, Sequence[Node]], cascades: Sequence[Cascade], least: str) -> Measured:
    """How large, heavy and contrasted the most prominent element of each role is, in the theme that is worst for the
    role ``least``. What does not show counts for nothing."""
    worst: Measured = {}
    for cascade in cascades:
        found = {role: most for role, nodes in roles.items() if (most := _most(nodes, cascade)) is not None}
        measured: Measured = {
            name: {role: Decimal(most[number]) for role, most in found.items()}
            for number, name in enumerate(("sizes_px", "weights", "contrasts"))
        }
        if not worst or _share(measured, least) < _share(worst, least):
            worst = measured
    return worst


def _most(nodes: Sequence[Node], cascade: Cascade) -> _Most | None:
    looks = [look for node in nodes if (look := cascade.look(node)).shows]
    return max(map(_measures, looks), default=None)


def _measures(look: Look) -> _Most:
    return look.size_px, look.weight, contrast(look.ink, look.ground)


def _share(measured: Measured, least: str) -> Decimal:
    """The smallest ratio of ``least`` to another role."""
    ratios = [
        by_role.get(least, Decimal(0)) * (Decimal(1) / value)
        for by_role in measured.values() for role, value in by_role.items() if role != least and value
    ]  # fmt: skip
    return min(ratios, default=Decimal("Infinity"))


def price_prominence(prices: Sequence[Price], own: Collection[str], cascades: Sequence[Cascade]) -> Measured:
    """Of the annual rate (``apr``) beside all other prices: in sight, or unfolded, whichever is worse for the rate.
    ``own`` are amounts that are no price of credit: the order's."""
    seen = [price for price in prices if price.in_sight]
    measured = [_roles(chosen, own, cascades) for chosen in (seen, list(prices)) if chosen]
    return min(measured, key=lambda one: _share(one, "apr"), default={})


def _roles(prices: Sequence[Price], own: Collection[str], cascades: Sequence[Cascade]) -> Measured:
    rates = [price.node for price in prices if price.annual]
    others = [price.node for price in prices if not price.annual and price.text not in own]
    found = prominence({"apr": rates, "other_price": others}, cascades, "apr")
    return {name: by_role | _as_trigger(by_role) for name, by_role in found.items()}


def _as_trigger(by_role: dict[str, Decimal]) -> dict[str, Decimal]:
    """Every price of credit calls for the rate."""
    return {"trigger": by_role["other_price"]} if "other_price" in by_role else {}


def wrong_decimals(prices: Iterable[Price], digits: int) -> list[str]:
    """Amounts that do not have the decimals of their currency."""
    right = re.compile(r"\D*\d[\d,]*" + (rf"\.\d{{{digits}}}" if digits else ""))
    return [price.text for price in prices if not price.is_rate and not right.fullmatch(price.text)]

