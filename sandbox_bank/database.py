"""The bank's books: one SQLite file. A booking is one transaction, on disk before anybody is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS applications (
  id TEXT PRIMARY KEY, bank_id TEXT NOT NULL, client_reference TEXT NOT NULL, body TEXT NOT NULL, claims TEXT NOT NULL,
  product_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, term INTEGER NOT NULL,
  stage TEXT NOT NULL, sequence INTEGER NOT NULL, changed_at TEXT NOT NULL, magic TEXT NOT NULL,
  approved INTEGER NOT NULL, fulfilled INTEGER NOT NULL, cancelled INTEGER NOT NULL, refunded INTEGER NOT NULL,
  offer TEXT, reasons TEXT NOT NULL, page TEXT NOT NULL UNIQUE, logged_in INTEGER NOT NULL, read_from REAL,
  ripe_at REAL);
CREATE INDEX IF NOT EXISTS by_reference ON applications (bank_id, client_reference);
CREATE TABLE IF NOT EXISTS keys (
  bank_id TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL, body_hash TEXT NOT NULL,
  application_id TEXT NOT NULL, PRIMARY KEY (bank_id, operation, key));
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY, bank_id TEXT, operation TEXT, key TEXT, client_reference TEXT, at REAL, status INTEGER,
  replayed INTEGER);
CREATE TABLE IF NOT EXISTS booked (id INTEGER PRIMARY KEY, key TEXT NOT NULL, operation TEXT NOT NULL, at REAL);
CREATE TABLE IF NOT EXISTS refusals (reason TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS jtis (jti TEXT PRIMARY KEY, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS callbacks (
  id TEXT PRIMARY KEY, bank_id TEXT NOT NULL, event TEXT NOT NULL, next_at REAL NOT NULL, tries INTEGER NOT NULL,
  done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS behaviour (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL);
"""


class Books:
    """Opens one connection a transaction: processes and threads may die at any line."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "sandbox_bank.sqlite3"
        connection = self._connect()
        connection.executescript(SCHEMA)
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        connection = self._connect()
        try:
            yield connection
        finally:
            connection.close()
