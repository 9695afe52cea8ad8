"""The audit: one row for each move, each bound by a keyed hash to the one before, and a sealed head."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from scenebank.catalogue.publishing.model import Act, Revision, State, canonical
from scenebank.errors import Conflict
from scenebank.store.tables import catalogue_audit, catalogue_audit_head

FIRST = "0" * 64
_LOCK = 7_240_115  # one writer at a time on PostgreSQL; any number, the same in every process
_HASHED = tuple(column.name for column in catalogue_audit.c if column.name != "hash")


@dataclass(frozen=True)
class Head:
    """The last row there is; number 0 before the first."""

    number: int
    hash: str


class HeadBehind(Conflict):
    """The head is not that of the last row: somebody has put an old one back, or taken rows in behind it."""

    code = "audit_head_behind"


@dataclass(frozen=True)
class Move:
    """``revision`` is as it is after ``actor`` moved it from ``before`` at ``at`` (ms)."""

    revision: Revision
    before: State | None
    act: Act
    actor: str
    at: int
    detail: Mapping[str, Any]


class AuditChain:
    """``key`` is ours alone: who can write to the database but has not our keys can make no row that holds."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def hold(self, connection: Connection) -> None:
        """The first thing every move does: until its transaction ends no other is under way. SQLite has one writer
        anyway."""
        if connection.dialect.name != "sqlite":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))

    def append(self, connection: Connection, last: Head, move: Move) -> None:
        """Behind ``last``, the head of this transaction; :class:`HeadBehind` where rows stand there already."""
        self._check_end(connection, last)
        revision, before = move.revision, move.before
        row: dict[str, Any] = {
            "number": last.number + 1, "at": move.at, "actor": move.actor, "act": move.act.value,
            "bank_id": revision.bank_id, "product_id": revision.product_id, "revision_id": revision.id,
            "from_state": None if before is None else before.value, "to_state": revision.state.value,
            "version": revision.version, "content_hash": revision.content_hash, "detail": canonical(move.detail),
            "previous": last.hash,
        }  # fmt: skip
        hashed = self.hash_of(row)
        connection.execute(insert(catalogue_audit).values(**row, hash=hashed))
        self._move_head(connection, Head(row["number"], hashed), is_first=last.number == 0)

    def _check_end(self, connection: Connection, last: Head) -> None:
        end = connection.execute(select(func.max(catalogue_audit.c.number))).scalar_one() or 0
        if end > last.number:
            raise HeadBehind(
                f"the audit has a row {end}, and its head stands at {last.number}: nothing is moved until it is known"
                " who changed it; flask --app app catalogue audit verify names the rows"
            )

    def hash_of(self, row: Mapping[str, Any]) -> str:
        return self._mac(canonical({name: row[name] for name in _HASHED}))

    def seal_of(self, head: Head) -> str:
        return self._mac(f"head {head.number} {head.hash}")

    def _move_head(self, connection: Connection, head: Head, is_first: bool) -> None:
        values = {"number": head.number, "hash": head.hash, "seal": self.seal_of(head)}
        table = catalogue_audit_head
        if connection.execute(update(table).where(table.c.id == 1).values(**values)).rowcount == 0 and is_first:
            connection.execute(insert(table).values(id=1, **values))

    def _mac(self, said: str) -> str:
        return hmac.digest(self._key, said.encode(), hashlib.sha256).hex()


def read_head(connection: Connection) -> Head:
    table = catalogue_audit_head
    row = connection.execute(select(table.c.number, table.c.hash).where(table.c.id == 1)).one_or_none()
    return Head(0, FIRST) if row is None else Head(row.number, row.hash)
