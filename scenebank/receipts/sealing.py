"""Giving entries their places: one sealer at a time, whole transactions, a signed head for each."""

from __future__ import annotations

from sqlalchemy import Connection

from scenebank.clock import Clock, milliseconds
from scenebank.receipts import store
from scenebank.receipts.heads import HeadSigner
from scenebank.receipts.model import LedgerBroken
from scenebank.receipts.tree import Edge, Place, cover, leaf_hash
from scenebank.store.database import Database

_AT_ONCE = 1000  # entries a transaction: SQLite's other writers wait that long, some 30 ms


class Sealer:
    """Run by every worker, again and again; one of them does the work."""

    def __init__(self, database: Database, clock: Clock, signer: HeadSigner) -> None:
        self._database = database
        self._clock = clock
        self._signer = signer

    def seal(self) -> int:
        """Seal all that waits; how many that were. :class:`LedgerBroken` where what stands is not what was signed."""
        sealed = 0
        while self._is_pending():
            with self._database.begin() as connection:
                count = self._seal(connection)
            if count == 0:
                break
            sealed += count
        return sealed

    def _is_pending(self) -> bool:
        with self._database.read() as connection:
            return store.is_pending(connection)

    def _seal(self, connection: Connection) -> int:
        if not store.alone(connection):
            return 0
        edge, places = self._edge(connection), {}
        found = store.pending(connection, _AT_ONCE)
        if not found:
            return 0
        made: dict[Place, bytes] = {}
        for number, leaf in found:
            places[number] = edge.size
            edge.add(leaf_hash(leaf.encode()), made.__setitem__)
        store.place(connection, places.items())
        store.add_nodes(connection, made)
        now_ms = milliseconds(self._clock.now())
        store.add_head(connection, self._signer.sign(edge.size, edge.root, now_ms))
        return len(found)

    def _edge(self, connection: Connection) -> Edge:
        """Where the ledger goes on; never from something else than what was signed last."""
        head = store.newest_head(connection)
        if head is None:
            return Edge()
        at_edge = cover(0, head.size)
        found = store.nodes(connection, at_edge)
        edge = Edge(head.size, [found[one] for one in at_edge if one in found])
        if len(found) != len(at_edge) or edge.root != head.root or not self._signer.is_ours(head):
            raise LedgerBroken(f"not the ledger signed at size {head.size}: run `flask --app app receipts verify`")
        return edge
