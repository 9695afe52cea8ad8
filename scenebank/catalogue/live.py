"""What is live, held in memory by every process, and read anew when the catalogue's number is another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection

from scenebank.catalogue import store
from scenebank.catalogue.documents import parse_bank, parse_product
from scenebank.catalogue.model import Bank, Kind, Product
from scenebank.exact_json import read_json

_Shelf = tuple[str, Kind]


@dataclass(frozen=True)
class Live:
    """All live products by market and kind, each shelf in the order of (bank, product), and all banks by id.

    A shelf nothing has changed on is the same object as in the catalogue before."""

    number: int | None
    shelves: Mapping[_Shelf, tuple[Product, ...]]
    banks: Mapping[str, Bank]

    @property
    def version(self) -> str:
        return version_name(self.number or 0)

    def shelf(self, market: str, kind: Kind) -> tuple[Product, ...]:
        return self.shelves.get((market, kind), ())


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
        loaded = Live(number, _shelves(connection, before), _banks(connection))
        if store.read_number(connection) == number:
            return loaded


def _shelves(connection: Connection, before: Live) -> Mapping[_Shelf, tuple[Product, ...]]:
    """A version never changes, so those held already are not read again."""
    held = {_name(one): one for shelf in before.shelves.values() for one in shelf}
    found: dict[_Shelf, list[Product]] = {}
    for bank_id, product_id, version, text in store.read_all_live(connection):
        product = held.get((bank_id, product_id, version)) or parse_product(read_json(text))
        found.setdefault((product.market, product.kind), []).append(product)
    return {shelf: _same_or(before.shelves.get(shelf), products) for shelf, products in found.items()}


def _same_or(before: tuple[Product, ...] | None, products: Iterable[Product]) -> tuple[Product, ...]:
    now = tuple(sorted(products, key=lambda one: (one.bank_id, one.product_id)))
    return before if before == now else now


def _name(product: Product) -> tuple[str, str, str]:
    return product.bank_id, product.product_id, product.version


def _banks(connection: Connection) -> Mapping[str, Bank]:
    banks = (parse_bank(read_json(text)) for text in store.read_banks(connection))
    return {bank.bank_id: bank for bank in banks}
