"""The SQL of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, insert, select, update

from scenebank.catalogue.documents import Document, bank_document
from scenebank.catalogue.model import Bank, Listed
from scenebank.store.tables import banks, catalogue_version, product_versions

_NUMBER = select(catalogue_version.c.number)


def read_number(connection: Connection) -> int:
    """The number of the present version; 0 before anything was published."""
    return connection.execute(_NUMBER).scalar_one_or_none() or 0


def raise_number(connection: Connection) -> None:
    """One more, in the caller's transaction, so that a price never changes under the same version."""
    raised = connection.execute(update(catalogue_version).values(number=catalogue_version.c.number + 1))
    if raised.rowcount == 0:
        connection.execute(insert(catalogue_version).values(id=1, number=1))


def save_bank(connection: Connection, bank: Bank, now_ms: int) -> None:
    document = json.dumps(bank_document(bank), ensure_ascii=False, sort_keys=True)
    changed = connection.execute(
        update(banks).where(banks.c.bank_id == bank.bank_id).values(document=document, updated_at=now_ms)
    )
    if changed.rowcount == 0:
        connection.execute(insert(banks).values(bank_id=bank.bank_id, document=document, updated_at=now_ms))


def read_bank(connection: Connection, bank_id: str) -> str | None:
    return connection.execute(select(banks.c.document).where(banks.c.bank_id == bank_id)).scalar_one_or_none()


def hold_bank(connection: Connection, bank_id: str) -> bool:
    """Whether there is one; until the transaction ends nobody else publishes for it."""
    held = select(banks.c.bank_id).where(banks.c.bank_id == bank_id).with_for_update()
    return connection.execute(held).one_or_none() is not None


def read_banks(connection: Connection) -> list[str]:
    return list(connection.execute(select(banks.c.document).order_by(banks.c.bank_id)).scalars())


def live_version(connection: Connection, bank_id: str, product_id: str) -> str | None:
    table = product_versions
    return connection.execute(
        select(table.c.version).where(
            table.c.bank_id == bank_id, table.c.product_id == product_id, table.c.status == "live"
        )
    ).scalar_one_or_none()


def read_version(connection: Connection, bank_id: str, product_id: str, version: str) -> str | None:
    """The document of one version, live or superseded."""
    table = product_versions
    return connection.execute(
        select(table.c.document).where(
            table.c.bank_id == bank_id, table.c.product_id == product_id, table.c.version == version
        )
    ).scalar_one_or_none()


def withdraw(connection: Connection, bank_id: str, product_id: str) -> None:
    """Nothing of the product is live any more."""
    table = product_versions
    of_product = (table.c.bank_id == bank_id) & (table.c.product_id == product_id)
    connection.execute(update(table).where(of_product, table.c.status == "live").values(status="withdrawn"))


def make_live(connection: Connection, product: Listed, document: Document, now_ms: int) -> None:
    """The version of ``document`` becomes the one live version of its product: only
    :mod:`scenebank.catalogue.publishing.moving` asks for that."""
    table = product_versions
    of_product = (table.c.bank_id == product.bank_id) & (table.c.product_id == product.product_id)
    connection.execute(update(table).where(of_product, table.c.status == "live").values(status="superseded"))
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    # By its text too: of two documents with one name the second is refused by the key, never taken for the first.
    known = (table.c.version == product.version) & (table.c.document == text)
    revived = connection.execute(update(table).where(of_product, known).values(status="live"))
    if revived.rowcount == 0:
        connection.execute(insert(table).values(
            bank_id=product.bank_id, product_id=product.product_id, version=product.version,
            kind=product.kind.value, market=product.market, status="live", document=text, created_at=now_ms,
        ))  # fmt: skip


def read_all_live(connection: Connection) -> Iterator[tuple[str, str, str, str]]:
    """Bank, product, version and document of every live product, one after the other."""
    table = product_versions
    query = select(table).where(table.c.status == "live").execution_options(yield_per=500)
    for row in connection.execute(query).mappings():
        yield row["bank_id"], row["product_id"], row["version"], row["document"]


def read_gone(connection: Connection) -> Iterator[str]:
    """The newest document of every product that was live once and is no more, in the order of (bank, product)."""
    table, live = product_versions, product_versions.alias()
    is_live = select(live.c.version).where(
        live.c.bank_id == table.c.bank_id, live.c.product_id == table.c.product_id, live.c.status == "live"
    )
    query = select(table).where(table.c.status.in_(("superseded", "withdrawn")), ~is_live.exists())
    newest = {
        (row["bank_id"], row["product_id"]): row["document"]
        for row in connection.execute(query.order_by(table.c.created_at)).mappings()
    }
    yield from (newest[name] for name in sorted(newest))
