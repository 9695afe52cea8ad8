"""The SQL of imports."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from scenebank.catalogue.cdr.mending import Mending
from scenebank.catalogue.cdr.model import Judged, Reason, Verdict
from scenebank.exact_json import read_json
from scenebank.store.tables import import_mendings, imported_documents

_documents, _mendings = imported_documents, import_mendings


@dataclass(frozen=True)
class Kept:
    """What is on file of one source; see the table."""

    source: str
    bank_id: str | None
    product_id: str | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    generation: str | None
    content_hash: str | None
    raw: str | None
    document: dict[str, Any] | None
    etag: str | None
    failure: Reason | None
    failed_at: int | None
    gone_at: int | None
    changed_at: int


def read_source(connection: Connection, source: str) -> Kept | None:
    return _one(connection, _documents.c.source == source)


def hold_product(connection: Connection, bank_id: str, product_id: str) -> Kept | None:
    """The product's document; until the transaction ends nobody else changes it."""
    return _one(connection, _is_of(bank_id, product_id), hold=True)


def read_all(connection: Connection, verdict: Verdict | None) -> list[Kept]:
    """In the order of bank, product and source; those without a product last."""
    query = select(_documents)
    if verdict is not None:
        query = query.where(_documents.c.verdict == verdict.value)
    kept = [_kept(row) for row in connection.execute(query)]
    return sorted(kept, key=lambda one: (one.bank_id is None, one.bank_id, one.product_id, one.source))


def save(connection: Connection, source: str, ids: tuple[str, str], values: dict[str, Any]) -> None:
    """The source's row; a row that another source had for the same product makes room for it."""
    connection.execute(delete(_documents).where(_is_of(*ids), _documents.c.source != source))
    _put(connection, source, {"bank_id": ids[0], "product_id": ids[1]} | values)


def save_rejected(connection: Connection, source: str, reason: Reason, now_ms: int) -> None:
    values = {"verdict": Verdict.REJECTED.value, "reasons": _reasons_json((reason,)), "changed_at": now_ms}
    _put(connection, source, values)


def save_failure(connection: Connection, source: str, reason: Reason, now_ms: int) -> None:
    """The last good copy stays."""
    told = json.dumps(reason.json(), ensure_ascii=False)
    connection.execute(
        update(_documents).where(_documents.c.source == source).values(failure=told, failed_at=now_ms)
    )


def save_judged(connection: Connection, source: str, judged: Judged, now_ms: int) -> None:
    """A new judgement of the same copy."""
    connection.execute(
        update(_documents).where(_documents.c.source == source).values(**judgement(judged), changed_at=now_ms)
    )


def judgement(judged: Judged) -> dict[str, Any]:
    """The columns of a judgement."""
    return {
        "verdict": judged.verdict.value,
        "reasons": _reasons_json(judged.reasons),
        "generation": judged.generation,
        "document": json.dumps(judged.document, ensure_ascii=False, sort_keys=True),
    }


def mark_gone(connection: Connection, below: str, named: Collection[str], now_ms: int) -> list[Kept]:
    """Sources below an address that its list does not name any more, and were there before."""
    like = _documents.c.source.startswith(below, autoescape=True)
    known = [_kept(row) for row in connection.execute(select(_documents).where(like, _documents.c.gone_at.is_(None)))]
    gone = [one for one in known if one.source not in named]
    for one in gone:
        connection.execute(update(_documents).where(_documents.c.source == one.source).values(gone_at=now_ms))
    return gone


def read_mendings(connection: Connection, bank_id: str, product_id: str) -> list[Mending]:
    found = select(_mendings).where(_mendings.c.bank_id == bank_id, _mendings.c.product_id == product_id)
    names = ("pointer", "value", "was", "place", "by", "why", "at")
    rows = connection.execute(found.order_by(_mendings.c.pointer)).mappings()
    return [Mending(**{name: row[name] for name in names}) for row in rows]


def save_mending(connection: Connection, bank_id: str, product_id: str, mending: Mending) -> None:
    drop_mending(connection, bank_id, product_id, mending.pointer)
    connection.execute(insert(_mendings).values(bank_id=bank_id, product_id=product_id, **asdict(mending)))


def drop_mending(connection: Connection, bank_id: str, product_id: str, pointer: str) -> bool:
    """Whether there was one."""
    dropped = connection.execute(delete(_mendings).where(
        _mendings.c.bank_id == bank_id, _mendings.c.product_id == product_id, _mendings.c.pointer == pointer,
    ))  # fmt: skip
    return dropped.rowcount == 1


def _is_of(bank_id: str, product_id: str) -> ColumnElement[bool]:
    return (_documents.c.bank_id == bank_id) & (_documents.c.product_id == product_id)


def _one(connection: Connection, where: ColumnElement[bool], hold: bool = False) -> Kept | None:
    query = select(_documents).where(where)
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    return None if row is None else _kept(row)


def _put(connection: Connection, source: str, values: dict[str, Any]) -> None:
    changed = connection.execute(update(_documents).where(_documents.c.source == source).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(_documents).values(source=source, **values))


def _kept(row: Row[Any]) -> Kept:
    values = dict(row._mapping)
    values["verdict"] = Verdict(values["verdict"])
    values["reasons"] = tuple(_reason(one) for one in read_json(values["reasons"]))
    values["document"] = None if values["document"] is None else read_json(values["document"])
    values["failure"] = None if values["failure"] is None else _reason(read_json(values["failure"]))
    return Kept(**values)


def _reason(document: dict[str, str]) -> Reason:
    return Reason(document["code"], Verdict(document["weight"]), document["pointer"], document["words"])


def _reasons_json(reasons: tuple[Reason, ...]) -> str:
    return json.dumps([one.json() for one in reasons], ensure_ascii=False)
