"""A ledger with many entries on a real database, and the outside verifier of the documentation."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from scenebank.receipts.append import append
from scenebank.receipts.model import BadRow, Entry, Kind
from scenebank.receipts.service import ReceiptService
from scenebank.store.tables import receipts
from tests.support.scene import Scene

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_receipt.py"


def outside() -> Any:
    """The verifier as a module of its own: it imports nothing of ours."""
    spec = importlib.util.spec_from_file_location("verify_receipt", VERIFIER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Ledger:
    """``fill`` adds entries of one application and seals them in uneven pieces, so that there are heads of many
    sizes."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.scene = Scene(folder, "CN", "instalments", database_url)
        self.scene.apply()
        wired = self.scene.wired
        self.database = wired.database
        self.service: ReceiptService = wired.receipts
        self.application = wired.applications.list(self.scene.merchant.id, self.scene.mode, None, None, 1)[0]
        self.service.seal()

    def add(self, connection: Connection, number: int) -> str:
        move = {"from": "submitted", "to": "in_review", "cause": "bank", "sequence": number}
        facts = {"market": "CN", "bank": "harbour", "product": "harbour-one",
                 "amount": {"amount": "129900", "currency": "CNY"}}  # fmt: skip
        at, mode = "2026-11-24T00:00:00.000Z", self.scene.mode.value
        entry = Entry(
            Kind.APPLICATION_MOVED, self.application.id, self.scene.merchant.id, mode, at, facts, {"move": move}
        )
        return append(connection, entry)

    def fill(self, size: int) -> None:
        """Up to ``size`` entries in all."""
        number = len(self.ids())
        piece = 1
        while number < size:
            with self.database.begin() as connection:
                for _one in range(min(piece, size - number)):
                    self.add(connection, number)
                    number += 1
            self.service.seal()
            piece = piece * 2 % 1021 + 1

    def ids(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.execute(select(receipts.c.id).order_by(receipts.c.position)).scalars())

    def sizes(self) -> list[int]:
        return self._column("SELECT size FROM receipt_heads ORDER BY size")

    def leaf(self, position: int) -> str:
        with self.database.read() as connection:
            query = select(receipts.c.leaf).where(receipts.c.position == position)
            return str(connection.execute(query).scalar_one())

    def sql(self, *statements: str, **values: object) -> None:
        """As somebody with the database's password."""
        with self.database.begin() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    def first_bad(self) -> BadRow | None:
        return self.service.verification.run().bad

    def keys(self) -> dict[str, Any]:
        return self.service.public_jwks()

    def proof(self, receipt_id: str) -> dict[str, Any]:
        """As anybody gets it."""
        answer = self.scene.client.get(f"/r/{receipt_id}", headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = json.loads(answer.data)
        return document

    def consistency(self, first: int, second: int) -> dict[str, Any]:
        answer = self.scene.client.get("/v1/receipts/consistency", query_string={"first": first, "second": second})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = json.loads(answer.data)
        return document

    def _column(self, statement: str) -> list[int]:
        with self.database.read() as connection:
            return list(connection.execute(text(statement)).scalars())
