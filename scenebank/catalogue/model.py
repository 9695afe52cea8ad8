"""Banks and products as published documents. Key of a product: (bank_id, product_id)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scenebank.money.model import Money, Rate
from scenebank.money.schedule import Method


class Kind(StrEnum):
    """Kinds of product; a widget shows one of them."""

    INSTALMENTS = "instalments"
    LOAN = "loan"


@dataclass(frozen=True)
class Bank:
    """A lender. ``name``, ``address`` and ``licence`` by locale; ``adapter`` is a key of ``BANKS``;
    ``settings`` belong to the adapter (addresses, the bank's keys) and hold no secret; ``scorecard`` is the document of
    its card of merchant signals, where it has one."""

    bank_id: str
    name: Mapping[str, str]
    address: Mapping[str, str]
    licence: Mapping[str, str]
    adapter: str
    settings: Mapping[str, str]
    scorecard: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One live version of a product. ``rate`` is on the basis ``method`` needs; ``version`` names the immutable
    document (content hash); ``subsidised`` means the shop pays the interest."""

    bank_id: str
    product_id: str
    version: str
    kind: Kind
    market: str
    name: Mapping[str, str]
    method: Method
    rate: Rate
    terms: tuple[int, ...]
    min_amount: Money
    max_amount: Money
    subsidised: bool

    def fits(self, amount: Money) -> bool:
        return self.min_amount.currency == amount.currency and self.min_amount <= amount <= self.max_amount
