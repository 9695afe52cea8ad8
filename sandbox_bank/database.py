"""The bank's books: one SQLite file. A booking is one transaction, on disk before anybody is told."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS applications (
  id TEXT PRIMARY KEY, bank_id TEXT NOT NULL, client_reference TEXT NOT NULL, body TEXT NOT NULL, claims TEXT NOT NULL,
  product_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, term INTEGER NOT NULL,
  stage TEXT NOT NULL, sequence INTEGER NOT NULL, changed_at TEXT NOT NULL, magic TEXT NOT NULL,
  agreed INTEGER NOT NULL, approved INTEGER NOT NULL, fulfilled INTEGER NOT NULL, cancelled INTEGER NOT NULL,
  refunded INTEGER NOT NULL, offer_id TEXT, offer_amount INTEGER, reason TEXT, statement TEXT,
  page TEXT NOT NULL UNIQUE, ripe_at REAL);
CREATE INDEX IF NOT EXISTS by_reference ON applications (bank_id, client_reference);
CREATE INDEX IF NOT EXISTS by_ripeness ON applications (ripe_at) WHERE ripe_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS keys (
  bank_id TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, application_id TEXT NOT NULL,
  PRIMARY KEY (bank_id, key));
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY, bank_id TEXT NOT NULL, operation TEXT NOT NULL, key TEXT, client_reference TEXT,
  at REAL NOT NULL, status INTEGER, replayed INTEGER NOT NULL DEFAULT 0, booked INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS calls_by_reference ON calls (client_reference);
CREATE INDEX IF NOT EXISTS calls_by_key ON calls (key);
CREATE TABLE IF NOT EXISTS refusals (reason TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS jtis (jti TEXT PRIMARY KEY, expires REAL NOT NULL);
CREATE INDEX IF NOT EXISTS jtis_by_expiry ON jtis (expires);
CREATE TABLE IF NOT EXISTS callbacks (
  id TEXT PRIMARY KEY, application_id TEXT NOT NULL, bank_id TEXT NOT NULL, event TEXT NOT NULL,
  sendings INTEGER NOT NULL, next_at REAL, tries INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS logins (
  visitor TEXT NOT NULL, application_id TEXT NOT NULL, read_from REAL NOT NULL, PRIMARY KEY (visitor, application_id));
CREATE TABLE IF NOT EXISTS wrong_codes (application_id TEXT PRIMARY KEY, tries INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS behaviour (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL);
"""
TABLES = ("applications", "keys", "calls", "refusals", "jtis", "callbacks", "logins", "wrong_codes", "behaviour")


class Books:
    """Opens one connection a transaction: threads and the process may die at any line."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "sandbox_bank.sqlite3"
        # One writer at a time anyway; waiting here is fair, and cheaper than SQLite's own sleeping retry.
        self._writer = threading.Lock()
        connection = self._connect()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(SCHEMA)
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction; whatever is raised inside undoes all of it."""
        with self._writer:
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

    def reset(self) -> None:
        """Forget everything but the keys."""
        with self.writing() as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
