"""Writing an entry down, in the transaction of the change it records. It gets its place in the ledger when it is
sealed, seconds later: a place given here would make every change of every application wait for every other."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert

from scenebank.receipts.model import Entry
from scenebank.store.tables import receipts

_INSERT = insert(receipts)


def append(connection: Connection, entry: Entry) -> str:
    """The receipt's id, 128 random bits: whoever has it may read the receipt."""
    receipt_id = f"rcp_{secrets.token_hex(16)}"
    connection.execute(_INSERT, {
        "id": receipt_id, "application_id": entry.application_id, "merchant_id": entry.merchant_id,
        "mode": entry.mode, "leaf": entry.leaf(receipt_id, secrets.token_urlsafe(16)),
    })  # fmt: skip
    return receipt_id
