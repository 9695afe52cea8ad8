"""What shopper, shop, bank and operator may ask the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from scenebank.clock import Clock
from scenebank.keys import Keyring
from scenebank.merchants.model import Mode
from scenebank.receipts import store
from scenebank.receipts.heads import HeadSigner
from scenebank.receipts.model import (
    Consistency,
    Head,
    Inclusion,
    LedgerBroken,
    NoSuchHead,
    NoSuchReceipt,
    Receipt,
)
from scenebank.receipts.sealing import Sealer
from scenebank.receipts.tree import Range, consistency_ranges, cover, fold, inclusion_ranges
from scenebank.receipts.verification import Verification
from scenebank.store.database import Database


@dataclass(frozen=True)
class Sealed:
    """A receipt with its proof, None while it is being sealed."""

    receipt: Receipt
    proof: Inclusion | None


class ReceiptService:
    """Reading is by the receipt's id, which nobody can guess, or inside a merchant and mode."""

    def __init__(self, database: Database, clock: Clock, keys: Keyring, issuer: str) -> None:
        self._database = database
        self._signer = HeadSigner(keys, issuer)
        self.seal = Sealer(database, clock, self._signer).seal
        self.verification = Verification(database, self._signer)

    def get(self, receipt_id: str) -> Sealed:
        """With the proof towards the newest head; :class:`NoSuchReceipt`."""
        with self._database.read() as connection:
            found = store.by_id(connection, receipt_id)
            if found is None:
                raise NoSuchReceipt
            return Sealed(found, _inclusion(connection, found))

    def of_application(self, merchant_id: str, mode: Mode, application_id: str) -> list[Receipt]:
        """Oldest first; none outside the tenant."""
        with self._database.read() as connection:
            return store.of_application(connection, merchant_id, mode.value, application_id)

    def newest_head(self) -> Head:
        """:class:`NoSuchHead` before anything was sealed."""
        with self._database.read() as connection:
            return _require(store.newest_head(connection))

    def consistency(self, first: int, second: int) -> Consistency:
        """Between two heads that were signed, ``0 < first <= second``; :class:`NoSuchHead`."""
        with self._database.read() as connection:
            earlier, later = _require(store.head(connection, first)), _require(store.head(connection, second))
            return Consistency(earlier, later, _roots(connection, consistency_ranges(first, second)))

    def public_jwks(self) -> dict[str, list[dict[str, Any]]]:
        return self._signer.public_jwks()


def _inclusion(connection: Connection, receipt: Receipt) -> Inclusion | None:
    if receipt.position is None:
        return None
    head = _require(store.newest_head(connection))
    if receipt.position >= head.size:
        raise LedgerBroken(f"{receipt.id} stands behind the last head")
    ranges = inclusion_ranges(receipt.position, head.size)
    return Inclusion(receipt.position, head, _roots(connection, ranges))


def _roots(connection: Connection, ranges: Iterable[Range]) -> tuple[bytes, ...]:
    """The root of each range, all read at once."""
    covers = [cover(low, high) for low, high in ranges]
    known = store.nodes(connection, (one for found in covers for one in found))
    try:
        return tuple(fold(known[one] for one in found) for found in covers)
    except KeyError as error:
        raise LedgerBroken(f"the hash {error} is missing") from error


def _require(head: Head | None) -> Head:
    if head is None:
        raise NoSuchHead
    return head
