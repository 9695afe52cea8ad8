"""What the banks publish, and which version of it a price was made from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from scenebank.catalogue import store
from scenebank.catalogue.documents import Document, parse_bank, parse_listed
from scenebank.catalogue.live import Live, LiveCatalogue, version_name
from scenebank.catalogue.model import Bank, Kind, Listed, Product
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.publishing.moving import Begun, Mover
from scenebank.catalogue.publishing.store import is_in_hand, next_change
from scenebank.clock import Clock, milliseconds
from scenebank.errors import NotFound
from scenebank.exact_json import read_json
from scenebank.store.database import Database


# A stored document never changes, so what it parses to never does either.
@lru_cache(maxsize=1024)
def _listed(text: str) -> Listed:
    return parse_listed(read_json(text))


@lru_cache(maxsize=1024)
def _bank(text: str) -> Bank:
    return parse_bank(read_json(text))


class CatalogueService:
    """Live products, banks and the catalogue's version; everything is read inside one transaction. ``chain`` is the
    audit of whatever goes live."""

    def __init__(self, database: Database, clock: Clock, chain: AuditChain) -> None:
        self._database = database
        self._clock = clock
        self._chain = chain
        self._live = LiveCatalogue()

    def live(self) -> Live:
        """All that is live now, out of this process's memory unless something has changed."""
        with self._database.read() as connection:
            return self._live.read(connection)

    def snapshot(self, market: str, kind: Kind) -> tuple[str, tuple[Product, ...], Mapping[str, Bank]]:
        """The version, its live products in the stable order (bank, product), and the banks by id."""
        live = self.live()
        return live.version, live.shelf(market, kind), live.banks

    def gone(self) -> tuple[Listed, ...]:
        """Products that were live once and are no more, each in its newest version."""
        with self._database.read() as connection:
            return tuple(_listed(text) for text in store.read_gone(connection))

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
        """In the order of their ids."""
        return tuple(self.live().banks.values())

    def product(self, bank_id: str, product_id: str, version: str) -> Product:
        """One version of a priced product, live or superseded; :class:`NotFound` when there is none."""
        with self._database.read() as connection:
            text = store.read_version(connection, bank_id, product_id, version)
        found = None if text is None else _listed(text)
        if not isinstance(found, Product):
            raise NotFound(f"there is no priced version {version} of {bank_id}/{product_id}")
        return found

    def publish_bank(self, bank: Bank) -> None:
        """Add a bank, or change what stands on file of it."""
        with self._database.begin() as connection:
            store.save_bank(connection, bank, self._now_ms())
            store.raise_number(connection)

    def publish(self, document: Document, by: str = "system:seed") -> str:
        """Make the document its product's live version and return the version's name: what the house itself does, by
        the name of ``by``, without a review. People go through
        :class:`scenebank.catalogue.publishing.service.PublishingService`.

        Publishing what is live already changes nothing. :class:`InvalidInput` names each wrong field."""
        product = parse_listed(document)
        with self._database.begin() as connection:
            self._chain.hold(connection)
            if store.live_version(connection, product.bank_id, product.product_id) != product.version:
                mover = Mover(connection, self._chain, by, self._now_ms())
                mover.put_unreviewed(Begun(product.bank_id, product.product_id, document, "system"))
        return product.version

    def is_in_hand(self, bank_id: str, product_id: str) -> bool:
        """Whether people have published or withdrawn the product: then the house leaves it to them."""
        with self._database.read() as connection:
            return is_in_hand(connection, bank_id, product_id)

    def fresh_until(self) -> int | None:
        """When something goes live, or ends, next (ms, maybe a moment ago); None where nothing is planned."""
        with self._database.read() as connection:
            return next_change(connection)

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())
