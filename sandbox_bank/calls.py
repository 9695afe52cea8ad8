"""Every raw call is written down before anything is done about it, so that nobody has to be believed."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sandbox_bank.database import Books


def note(books: Books, bank_id: str, operation: str, key: str | None) -> int:
    """The number of the call."""
    with books.writing() as connection:
        cursor = connection.execute(
            "INSERT INTO calls (bank_id, operation, key, at) VALUES (?, ?, ?, ?)",
            (bank_id, operation, key, time.time()),
        )
        return int(cursor.lastrowid or 0)


def name(connection: sqlite3.Connection, call: int, client_reference: str, *, booked: bool, replayed: bool) -> None:
    """Say which application it was about, in the transaction that changes that application."""
    connection.execute(
        "UPDATE calls SET client_reference = ?, booked = ?, replayed = ? WHERE id = ?",
        (client_reference, booked, replayed, call),
    )


def answered(books: Books, call: int, status: int) -> None:
    with books.writing() as connection:
        connection.execute("UPDATE calls SET status = ? WHERE id = ?", (status, call))


def count(connection: sqlite3.Connection, bank_id: str, key: str) -> int:
    row = connection.execute("SELECT count(*) FROM calls WHERE bank_id = ? AND key = ?", (bank_id, key)).fetchone()
    return int(row[0])


def listed(connection: sqlite3.Connection, column: str | None, value: str | None) -> list[dict[str, Any]]:
    """``column`` is ``key`` or ``client_reference``; None lists all."""
    statement = "SELECT bank_id, operation, key, client_reference, at, status, replayed, booked FROM calls"
    if column is None:
        rows = connection.execute(f"{statement} ORDER BY id")
    else:
        rows = connection.execute(f"{statement} WHERE {column} = ? ORDER BY id", (value,))
    return [
        {
            "bank": row["bank_id"],
            "operation": row["operation"],
            "key": row["key"],
            "clientReference": row["client_reference"],
            "at": row["at"],
            "status": row["status"],
            "replayed": bool(row["replayed"]),
            "booked": bool(row["booked"]),
        }
        for row in rows
    ]
