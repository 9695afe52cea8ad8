"""What a document says, as its readers take it in: paragraph by paragraph, whatever marks up a part of one."""

from __future__ import annotations

from collections.abc import Iterator

from scenebank.markets.rendered.tree import Node

OFFER = "data-offer"
_INLINE = frozenset({"a", "abbr", "b", "em", "i", "small", "span", "strong", "sub", "sup", "u"})
_SPOKEN = ("aria-label", "title", "alt", "placeholder")


def texts_of(tree: Node, offer: str | None) -> Iterator[tuple[str, Node]]:
    """Every text with its element, without what stands in the block of another offer; None: of no offer's."""
    for text, node in tree.texts():
        owner = next((one.attributes[OFFER] for one in (node, *node.ancestors()) if OFFER in one.attributes), None)
        if owner in (None, offer):
            yield text, node


def paragraphs(tree: Node, offer: str | None) -> list[str]:
    """As :func:`texts_of`, joined as far as one block goes; what only a screen reader says stands by itself."""
    found: list[str] = []
    last: Node | None = None
    for text, node in texts_of(tree, offer):
        block = _block(node)
        if block is last and found:
            found[-1] += text
        else:
            found.append(text)
        last = block
    spoken = (node.attributes[name] for node in tree.walk() for name in _SPOKEN if node.attributes.get(name))
    return [words for text in (*found, *spoken) if (words := " ".join(text.split()))]


def _block(node: Node) -> Node:
    while node.tag in _INLINE and node.parent is not None:
        node = node.parent
    return node
