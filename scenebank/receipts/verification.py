"""Walking the whole ledger: every row, every hash above it, every head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from scenebank.receipts import store
from scenebank.receipts.heads import HeadSigner
from scenebank.receipts.model import BadRow, Head, canonical
from scenebank.receipts.tree import Edge, Place, leaf_hash
from scenebank.store.database import Database

_PIECE = 1000
_COLUMNS = {"receipt": "id", "application": "application_id", "merchant": "merchant_id", "mode": "mode"}


@dataclass(frozen=True)
class Verdict:
    """``bad`` is the first row that is not as it was, None where all is well; ``waiting`` are not sealed yet."""

    entries: int
    heads: int
    waiting: int
    newest: Head | None
    bad: BadRow | None


class Verification:
    """Reads only, in one view of the database."""

    def __init__(self, database: Database, signer: HeadSigner) -> None:
        self._database = database
        self._signer = signer

    def run(self) -> Verdict:
        with self._database.read() as connection:
            store.hold_view(connection)
            heads = store.heads(connection)
            size = heads[-1].size if heads else 0
            bad = next(_Walk(connection, self._signer, heads).bad_rows(), None)
            return Verdict(size, len(heads), len(store.waiting(connection)), heads[-1] if heads else None, bad)

    def bad_rows(self) -> list[BadRow]:
        """All of them, each once, in the order they are met."""
        with self._database.read() as connection:
            store.hold_view(connection)
            return list(_Walk(connection, self._signer, store.heads(connection)).bad_rows())


class _Walk:
    """``edge`` grows from the hashes as stored: a bad row does not make all behind it look bad."""

    def __init__(self, connection: Connection, signer: HeadSigner, heads: list[Head]) -> None:
        self._connection = connection
        self._signer = signer
        self._heads = {head.size: head for head in heads}
        self._edge = Edge()
        self._nodes: dict[Place, bytes] = {}

    def bad_rows(self) -> Iterator[BadRow]:
        size = max(self._heads, default=0)
        rows = store.entries(self._connection)
        row = next(rows, None)
        for position in range(size):
            while row is not None and row.position < position:  # positions begin at 0
                yield BadRow("receipts", row.position, "stands before the first place")
                row = next(rows, None)
            if position % _PIECE == 0:
                self._nodes = dict(store.nodes_of_leaves(self._connection, position, min(position + _PIECE, size)))
            if row is None or row.position > position:
                yield BadRow("receipts", position, "the row is missing")
                yield from self._grow(position, self._nodes.get((0, position), b""))
                continue
            yield from self._entry(position, row)
            row = next(rows, None)
        while row is not None:
            yield BadRow("receipts", row.position, "stands behind the last head")
            row = next(rows, None)
        yield from self._rest(size)

    def _entry(self, position: int, row: Any) -> Iterator[BadRow]:
        stored = self._nodes.get((0, position), b"")
        hashed = leaf_hash(row.leaf.encode("utf-8", "surrogatepass"))
        problem = _wrong_columns(row) if hashed == stored else "the entry is not the one that was sealed"
        if problem:
            yield BadRow("receipts", position, problem)
        yield from self._grow(position, stored)

    def _grow(self, position: int, hashed: bytes) -> Iterator[BadRow]:
        wrong: list[Place] = []

        def made(place: Place, found: bytes) -> None:
            if self._nodes.get(place) != found or not found:
                wrong.append(place)

        self._edge.add(hashed, made)
        for level, index in wrong[:1]:
            yield BadRow("receipt_nodes", position, f"the hash at level {level}, place {index} is not of its leaves")
        head = self._heads.get(self._edge.size)
        if head is None:
            return
        if head.root != self._edge.root:
            yield BadRow("receipt_heads", head.size, "the rows do not lead to the root that was signed")
        elif not self._signer.is_ours(head):
            yield BadRow("receipt_heads", head.size, "the statement is not one we signed")

    def _rest(self, size: int) -> Iterator[BadRow]:
        """What belongs to no sealed row."""
        if store.node_count(self._connection) != 2 * size - size.bit_count():
            yield BadRow("receipt_nodes", size, "there are more or fewer hashes than the sealed rows have")
        for row in store.waiting(self._connection):
            problem = _wrong_columns(row)
            if problem:
                yield BadRow("receipts", row.number, f"not sealed yet, and {problem}")


def _wrong_columns(row: Any) -> str | None:
    """A row's columns are found by: they must say what its entry says."""
    try:
        said = json.loads(row.leaf)
        if canonical(said) != row.leaf:
            return "the entry is not in its one spelling"
        wrong = [column for name, column in _COLUMNS.items() if said[name] != getattr(row, column)]
    except (ValueError, TypeError, KeyError):
        return "the entry cannot be read"
    return f"{wrong[0]} is not what the entry says" if wrong else None
