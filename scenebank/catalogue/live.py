"""What is live, held in memory by every process, and read anew when the catalogue's number is another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection

from scenebank.catalogue import store
from scenebank.catalogue.documents import parse_bank, parse_listed
from scenebank.catalogue.model import Bank, Indicative, Kind, Listed, Product
from scenebank.exact_json import read_json

_Shelf = tuple[str, Kind]
_Listed = TypeVar("_Listed", Product, Indicative)


@dataclass(frozen=True)
class Live:
    """All live products by market and kind, each shelf in the order of (bank, product), and all banks by id; those
    of which only what is stated is known stand on shelves of their own.

    A shelf nothing has changed on is the same object as in the catalogue before."""

    number: int | None
    shelves: Mapping[_Shelf, tuple[Product, ...]]
    banks: Mapping[str, Bank]
    stated: Mapping[_Shelf, tuple[Indicative, ...]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return version_name(self.number or 0)

    def shelf(self, market: str, kind: Kind) -> tuple[Product, ...]:
        return self.shelves.get((market, kind), ())

    def stated_shelf(self, market: str, kind: Kind) -> tuple[Indicative, ...]:
        return self.stated.get((market, kind), ())

    def listed(self) -> Iterator[Listed]:
        for priced in self.shelves.values():
            yield from priced
        for stated in self.stated.values():
            yield from stated


def version_name(number: int) -> str:
    """``c`` and a number that rises with every change a price can depend on."""
    return f"c{number}"


class LiveCatalogue:
    """Every look reads the number in the caller's transaction: what was withdrawn is gone with the next one."""

    def __init__(self) -> None:
        self._held = Live(None, {}, {})
        self._loading = Lock()

    def read(self, connection: Connection) -> Live:
        number, held = store.read_number(connection), self._held
        if held.number == number:
            return held
        with self._loading:  # of many requests at once one reads, the others wait for it
            if self._held.number != number:
                self._held = _load(connection, self._held)
            return self._held


def _load(connection: Connection, before: Live) -> Live:
    """The number is read before and after: what is published in between belongs to the next one."""
    while True:
        number = store.read_number(connection)
        shelves, stated = _shelves(connection, before)
        loaded = Live(number, shelves, _banks(connection), stated)
        if store.read_number(connection) == number:
            return loaded


def _shelves(
    connection: Connection, before: Live
) -> tuple[Mapping[_Shelf, tuple[Product, ...]], Mapping[_Shelf, tuple[Indicative, ...]]]:  # fmt: skip
    """A version never changes, so those held already are not read again."""
    held = {_name(one): one for one in before.listed()}
    priced: dict[_Shelf, list[Product]] = {}
    stated: dict[_Shelf, list[Indicative]] = {}
    for bank_id, product_id, version, text in store.read_all_live(connection):
        one = held.get((bank_id, product_id, version)) or parse_listed(read_json(text))
        if isinstance(one, Product):
            priced.setdefault((one.market, one.kind), []).append(one)
        else:
            stated.setdefault((one.market, one.kind), []).append(one)
    return (
        {shelf: _same_or(before.shelves.get(shelf), products) for shelf, products in priced.items()},
        {shelf: _same_or(before.stated.get(shelf), products) for shelf, products in stated.items()},
    )


def _same_or(before: tuple[_Listed, ...] | None, products: Iterable[_Listed]) -> tuple[_Listed, ...]:
    now = tuple(sorted(products, key=_name))
    return before if before == now else now


def _name(product: Listed) -> tuple[str, str, str]:
    return product.bank_id, product.product_id, product.version


def _banks(connection: Connection) -> Mapping[str, Bank]:
    banks = (parse_bank(read_json(text)) for text in store.read_banks(connection))
    return {bank.bank_id: bank for bank in banks}
