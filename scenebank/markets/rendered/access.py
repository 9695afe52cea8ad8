"""What of a document stands in somebody's way: the part of WCAG 2.2 AA that a document alone decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from scenebank.markets.rendered.cascade import Cascade, Look
from scenebank.markets.rendered.colours import contrast
from scenebank.markets.rendered.tree import Node

_TYPED_IN = frozenset({"input", "select", "textarea"})


def barriers(tree: Node, cascades: Sequence[Cascade]) -> list[str]:
    """Each with the criterion's number."""
    nodes = list(tree.walk())
    found = [*_unnamed(nodes), *_doubled(nodes)]
    if any(one.tag == "html" and not one.attributes.get("lang") for one in nodes):
        found.append("3.1.1 no language")
    for cascade in cascades:
        found += _pale(tree, cascade)
    return list(dict.fromkeys(found))


def _unnamed(nodes: Sequence[Node]) -> Iterator[str]:
    labelled = {node.attributes["for"] for node in nodes if node.tag == "label" and "for" in node.attributes}
    for node in nodes:
        named = node.attributes.get("aria-label")
        if node.tag in _TYPED_IN and node.attributes.get("type") not in ("hidden", "submit", "button"):
            in_label = any(one.tag == "label" for one in node.ancestors())
            if not (named or in_label or node.attributes.get("id") in labelled):
                yield f"4.1.2 no label: {node.attributes.get('name', node.tag)}"
        elif node.tag in ("button", "a") and not named and not node.text:
            yield f"4.1.2 no name: {node.tag}"
        elif node.tag == "img" and "alt" not in node.attributes:
            yield "1.1.1 a picture without a text"


def _doubled(nodes: Sequence[Node]) -> Iterator[str]:
    counts = Counter(node.attributes["id"] for node in nodes if "id" in node.attributes)
    yield from (f"4.1.1 id twice: {name}" for name, count in counts.items() if count > 1)


def _pale(tree: Node, cascade: Cascade) -> Iterator[str]:
    texts = {node: text for text, node in tree.texts() if text.strip()}
    for node, text in texts.items():
        look = cascade.look(node)
        if look.shows and contrast(look.ink, look.ground) < _least(look):
            yield f"1.4.3 contrast {contrast(look.ink, look.ground)}: {text.strip()[:40]}"


def _least(look: Look) -> Decimal:
    """Large print needs less: from 24 px, bold from 18.66 px."""
    large = look.size_px >= 24 or (look.weight >= 700 and look.size_px >= Decimal("18.66"))
    return Decimal(3) if large else Decimal("4.5")
