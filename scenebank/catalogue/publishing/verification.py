"""Walking the whole audit: every row, its hash, what it stands behind, the head, and what it says of the revisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from scenebank.catalogue.publishing.audit import FIRST, AuditChain, Head, read_head
from scenebank.catalogue.publishing.store import to_revision
from scenebank.receipts.store import hold_view
from scenebank.store.database import Database
from scenebank.store.tables import catalogue_audit, catalogue_audit_head, product_revisions, product_versions


@dataclass(frozen=True)
class BadRow:
    """A row that is not as it was: ``table`` and ``row`` name it, ``problem`` says what is wrong."""

    table: str
    row: str
    problem: str


@dataclass(frozen=True)
class Verdict:
    """``bad`` are the rows that are not as they were, in the order they are met; empty where all is well."""

    rows: int
    head: Head
    bad: tuple[BadRow, ...]


class AuditVerification:
    """Reads only, in one view of the database."""

    def __init__(self, database: Database, chain: AuditChain) -> None:
        self._database = database
        self._chain = chain

    def run(self, known: Head | None = None) -> Verdict:
        """``known`` is a head of before, kept elsewhere: it has to be among the rows."""
        with self._database.read() as connection:
            hold_view(connection)
            return self.seen(connection, known)

    def seen(self, connection: Connection, known: Head | None = None) -> Verdict:
        """As the caller's transaction sees it."""
        head = read_head(connection)
        walk = _Walk(connection, self._chain, head, known)
        bad = tuple(walk.bad_rows())
        return Verdict(walk.rows, head, bad)


class _Walk:
    """Behind a bad row it goes on from the hash as stored: one bad row does not make all behind it look bad."""

    def __init__(self, connection: Connection, chain: AuditChain, head: Head, known: Head | None) -> None:
        self._connection, self._chain, self._head, self._known = connection, chain, head, known
        self._last: dict[str, RowMapping] = {}
        self.rows = 0

    def bad_rows(self) -> Iterator[BadRow]:
        expected, previous = 1, FIRST
        for row in self._connection.execute(select(catalogue_audit).order_by(catalogue_audit.c.number)).mappings():
            self.rows += 1
            for number in range(expected, min(row["number"], self._head.number + 1)):
                yield BadRow("catalogue_audit", str(number), "the row is missing")
            problem = self._problem(row, previous if row["number"] == expected else None)
            if problem:
                yield BadRow("catalogue_audit", str(row["number"]), problem)
            expected, previous = row["number"] + 1, row["hash"]
            self._last[row["revision_id"]] = row
        for number in range(expected, self._head.number + 1):
            yield BadRow("catalogue_audit", str(number), "the row is missing")
        yield from self._heads()
        yield from self._revisions()

    def _problem(self, row: RowMapping, previous: str | None) -> str | None:
        if self._chain.hash_of(dict(row)) != row["hash"]:
            return "the row is not the one that was written"
        if previous is not None and row["previous"] != previous:
            return "the row was not written behind the one before it"
        if row["number"] > self._head.number:
            return "the row stands behind the head"
        if self._known is not None and row["number"] == self._known.number and row["hash"] != self._known.hash:
            return "the row is not the one whose hash was kept"
        return None

    def _heads(self) -> Iterator[BadRow]:
        seal = self._connection.execute(select(catalogue_audit_head.c.seal)).scalars().first()
        if seal is None:
            if self.rows:
                yield BadRow("catalogue_audit_head", "1", "the head is missing")
        elif seal != self._chain.seal_of(self._head):
            yield BadRow("catalogue_audit_head", "1", "the head is not one that we sealed")
        if self._known is not None and self._known.number > self._head.number:
            yield BadRow("catalogue_audit_head", "1", f"row {self._known.number} was there, and is not any more")

    def _revisions(self) -> Iterator[BadRow]:
        """The revisions are where the audit left them, and what is live is a revision's."""
        live: dict[tuple[str, str], str] = {}
        for row in self._connection.execute(select(product_revisions).order_by(product_revisions.c.number)).mappings():
            last = self._last.pop(row["id"], None)
            problem = _wrong_revision(row, last)
            if problem:
                yield BadRow("product_revisions", row["id"], problem)
            if row["state"] == "live":
                live[row["bank_id"], row["product_id"]] = row["version"]
        for revision_id in self._last:
            yield BadRow("product_revisions", revision_id, "the row is missing")
        query = select(product_versions).where(product_versions.c.status == "live")
        for row in self._connection.execute(query).mappings():
            name = f"{row['bank_id']}/{row['product_id']}/{row['version']}"
            if live.pop((row["bank_id"], row["product_id"]), None) != row["version"]:
                yield BadRow("product_versions", name, "it is live, and no revision made it so")
        for (bank_id, product_id), version in live.items():
            yield BadRow("product_versions", f"{bank_id}/{product_id}/{version}", "it should be live")


def _wrong_revision(row: RowMapping, last: RowMapping | None) -> str | None:
    if last is None:
        return None if row["audit_number"] == 0 else "its moves are missing from the audit"
    if row["audit_number"] != last["number"]:
        return "it was moved without the audit, or its last moves are missing"
    if row["state"] != last["to_state"]:
        return "its state is not where the audit left it"
    try:
        whole = to_revision(row).content_hash
    except (ValueError, TypeError, KeyError):
        return "it cannot be read"
    return None if whole == last["content_hash"] else "its content is not what the audit saw last"
