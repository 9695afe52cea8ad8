"""Finds the products that take an amount without a look at those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scenebank.catalogue.model import Product
from scenebank.money.model import Money


@dataclass(frozen=True, slots=True)
class _Node:
    """A centred interval tree: here are the ranges that hold ``centre``, by rising start and by falling end; ranges
    wholly below it are in ``below``, wholly above it in ``above``."""

    centre: int
    by_start: tuple[Product, ...]
    by_end: tuple[Product, ...]
    below: _Node | None
    above: _Node | None


class AmountIndex:
    """Of one market and kind, by currency. A look costs the depth of the tree and a step for each product found."""

    def __init__(self, products: Sequence[Product]) -> None:
        by_currency: dict[str, list[Product]] = {}
        for one in products:
            by_currency.setdefault(one.min_amount.currency, []).append(one)
        self._roots = {currency: _tree(group) for currency, group in by_currency.items()}

    def taking(self, amount: Money) -> list[Product]:
        """Every product with ``min_amount <= amount <= max_amount``, in no order."""
        return list(_taking(self._roots.get(amount.currency), amount.minor))


def _tree(products: Sequence[Product]) -> _Node | None:
    if not products:
        return None
    centre = sorted(one.min_amount.minor for one in products)[len(products) // 2]
    here = [one for one in products if one.min_amount.minor <= centre <= one.max_amount.minor]
    return _Node(
        centre,
        tuple(sorted(here, key=lambda one: one.min_amount.minor)),
        tuple(sorted(here, key=lambda one: -one.max_amount.minor)),
        _tree([one for one in products if one.max_amount.minor < centre]),
        _tree([one for one in products if one.min_amount.minor > centre]),
    )


def _taking(node: _Node | None, minor: int) -> Iterator[Product]:
    while node is not None:
        if minor <= node.centre:
            for one in node.by_start:
                if one.min_amount.minor > minor:
                    break
                yield one
            node = node.below if minor < node.centre else None
        else:
            for one in node.by_end:
                if one.max_amount.minor < minor:
                    break
                yield one
            node = node.above
