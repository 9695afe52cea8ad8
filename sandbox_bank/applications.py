"""One application as the bank keeps it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

WAITING = frozenset({"DOCUMENTS", "SIGN", "COUNTER_OFFER"})  # for the shopper
OPEN = WAITING | {"RECEIVED", "REVIEW"}
ENDED = frozenset({"REJECTED", "WITHDRAWN", "EXPIRED"})  # with nothing, or nothing any more, to be paid


@dataclass(frozen=True)
class Application:
    """``amount`` and ``term`` as applied for, ``agreed`` what is to be signed, all in minor units; the four sums of
    the ledger are zero until it is signed. ``page`` is the handle of its pages, ``ripe_at`` (epoch seconds) when the
    bank itself goes on with it."""

    id: str
    bank_id: str
    client_reference: str
    body: str
    claims: str
    product_id: str
    amount: int
    currency: str
    term: int
    stage: str
    sequence: int
    changed_at: str
    magic: str
    agreed: int
    approved: int
    fulfilled: int
    cancelled: int
    refunded: int
    offer_id: str | None
    offer_amount: int | None
    reason: str | None
    statement: str | None
    page: str
    ripe_at: float | None

    @property
    def details(self) -> dict[str, Any]:
        """What the platform said of the order."""
        found: dict[str, Any] = json.loads(self.body)["data"]["referrer"]["holderSpecificDetails"]
        return found

    def moved(self, **changes: Any) -> Application:
        """The next state, with the next sequence number."""
        return replace(self, **changes, sequence=self.sequence + 1, changed_at=now_text())


_NAMES = tuple(field.name for field in fields(Application))


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def insert(connection: sqlite3.Connection, application: Application) -> None:
    marks = ", ".join("?" for _name in _NAMES)
    statement = f"INSERT INTO applications ({', '.join(_NAMES)}) VALUES ({marks})"  # noqa: S608 - our own names
    connection.execute(statement, astuple(application))


def save(connection: sqlite3.Connection, application: Application) -> None:
    sets = ", ".join(f"{name} = ?" for name in _NAMES)
    statement = f"UPDATE applications SET {sets} WHERE id = ?"  # noqa: S608 - our own names
    connection.execute(statement, (*astuple(application), application.id))


def by_id(connection: sqlite3.Connection, bank_id: str, application_id: str) -> Application | None:
    found = _where(connection, "bank_id = ? AND id = ?", bank_id, application_id)
    return found[0] if found else None


def by_page(connection: sqlite3.Connection, bank_id: str, page: str) -> Application | None:
    found = _where(connection, "bank_id = ? AND page = ?", bank_id, page)
    return found[0] if found else None


def by_reference(
    connection: sqlite3.Connection, client_reference: str, bank_id: str | None = None
) -> list[Application]:
    """All that is booked under it, first booked first."""
    if bank_id is None:
        return _where(connection, "client_reference = ?", client_reference)
    return _where(connection, "client_reference = ? AND bank_id = ?", client_reference, bank_id)


def ripe(connection: sqlite3.Connection, now: float) -> list[Application]:
    return _where(connection, "ripe_at <= ?", now)


def _where(connection: sqlite3.Connection, condition: str, *values: object) -> list[Application]:
    statement = f"SELECT {', '.join(_NAMES)} FROM applications WHERE {condition} ORDER BY rowid"  # noqa: S608
    return [Application(*row) for row in connection.execute(statement, values)]
