"""What the banks publish, and which version of it a price was made from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import Connection

from scenebank.catalogue import store
from scenebank.catalogue.documents import Document, parse_bank, parse_product
from scenebank.catalogue.live import Live, LiveCatalogue, version_name
from scenebank.catalogue.model import Bank, Kind, Product
from scenebank.clock import Clock, milliseconds
from scenebank.errors import InvalidInput, NotFound
from scenebank.exact_json import read_json
from scenebank.store.database import Database


# A stored document never changes, so what it parses to never does either.
@lru_cache(maxsize=1024)
def _product(text: str) -> Product:
    return parse_product(read_json(text))


@lru_cache(maxsize=1024)
def _bank(text: str) -> Bank:
    return parse_bank(read_json(text))


class CatalogueService:
    """Live products, banks and the catalogue's version; everything is read inside one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._live = LiveCatalogue()

    def live(self) -> Live:
        """All that is live now, out of this process's memory unless something has changed."""
        with self._database.read() as connection:
            return self._live.read(connection)

    def snapshot(self, market: str, kind: Kind) -> tuple[str, tuple[Product, ...], Mapping[str, Bank]]:
        """The version, its live products in the stable order (bank, product), and the banks by id."""
        live = self.live()
        return live.version, live.shelf(market, kind), live.banks

    def gone(self) -> tuple[Product, ...]:
        """Products that were live once and are no more, each in its newest version."""
        with self._database.read() as connection:
            return tuple(_product(text) for text in store.read_gone(connection))

    def version(self) -> str:
        """``c`` and a number that rises with every change a price can depend on."""
        with self._database.read() as connection:
            return version_name(store.read_number(connection))

    def bank(self, bank_id: str) -> Bank:
        """:class:`NotFound` when there is none."""
        with self._database.read() as connection:
            text = store.read_bank(connection, bank_id)
        if text is None:
            raise NotFound(f"there is no bank {bank_id}")
        return _bank(text)

    def banks(self) -> tuple[Bank, ...]:
        with self._database.read() as connection:
            return tuple(_bank(text) for text in store.read_banks(connection))

    def product(self, bank_id: str, product_id: str, version: str) -> Product:
        """One version, live or superseded; :class:`NotFound` when there is none."""
        with self._database.read() as connection:
            text = store.read_version(connection, bank_id, product_id, version)
        if text is None:
            raise NotFound(f"there is no version {version} of {bank_id}/{product_id}")
        return _product(text)

    def publish_bank(self, bank: Bank) -> None:
        """Add a bank, or change what stands on file of it."""
        with self._database.begin() as connection:
            store.save_bank(connection, bank, self._now_ms())
            store.raise_number(connection)

    def publish(self, document: Document) -> str:
        """Make the document its product's live version and return the version's name.

        Publishing what is live already changes nothing. :class:`InvalidInput` names each wrong field."""
        product = parse_product(document)
        with self._database.begin() as connection:
            self._hold_bank(connection, product.bank_id)
            if store.live_version(connection, product.bank_id, product.product_id) != product.version:
                store.make_live(connection, product, document, self._now_ms())
                store.raise_number(connection)
        return product.version

    def _hold_bank(self, connection: Connection, bank_id: str) -> None:
        if not store.hold_bank(connection, bank_id):
            raise InvalidInput.one("/bank_id", "unknown_bank", bank=bank_id)

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())
