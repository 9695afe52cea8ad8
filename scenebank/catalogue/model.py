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

    @property
    def currency(self) -> str:
        return self.min_amount.currency

    def fits(self, amount: Money) -> bool:
        return self.currency == amount.currency and self.min_amount <= amount <= self.max_amount


@dataclass(frozen=True, slots=True)
class StatedRate:
    """One rate as its lender states it, a year on what is owed, and the comparison rate beside it, None where the
    lender states none. ``smallest`` and ``largest`` bound the amounts it is for, ``term`` is how many months it is for;
    ``note`` are the lender's words on who gets it."""

    rate: Rate
    comparison: Rate | None
    fixed: bool
    smallest: Money | None = None
    largest: Money | None = None
    term: int | None = None
    note: str = ""

    def is_for(self, amount: Money) -> bool:
        return (self.smallest is None or self.smallest <= amount) and (self.largest is None or amount <= self.largest)


@dataclass(frozen=True, slots=True)
class StatedFee:
    """``amount`` None: it stands in the lender's terms, and is not nothing."""

    name: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Indicative:
    """One live version of a product of which only what its lender states is known: no price is made of it, and nobody
    applies for it here. Bounds are None where the lender states none. ``links`` lead to the lender's own pages, by
    ``apply``, ``overview``, ``terms``, ``fees`` and ``eligibility``; ``stated_on`` is the day (ISO 8601) the lender
    last changed it, ``until`` the last it offers it on, None where it states none."""

    bank_id: str
    product_id: str
    version: str
    kind: Kind
    market: str
    name: Mapping[str, str]
    currency: str
    rates: tuple[StatedRate, ...]
    fees: tuple[StatedFee, ...]
    min_amount: Money | None
    max_amount: Money | None
    min_term: int | None
    max_term: int | None
    links: Mapping[str, str]
    stated_on: str
    until: str | None

    def rates_for(self, amount: Money) -> tuple[StatedRate, ...]:
        return tuple(one for one in self.rates if one.is_for(amount))


Listed = Product | Indicative
