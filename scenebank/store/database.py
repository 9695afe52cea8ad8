"""Connections and transactions: the only place that opens one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

_SQLITE_BUSY_MS = 30_000
_SQLITE_CACHE_KB = 512  # a connection; the system keeps the file in memory anyway, once for all of them


class Database:
    """One database of the application; SQLite (one machine) or PostgreSQL by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _make_engine(url)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed on leaving, rolled back on an exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for reading; nothing is written."""
        with self.engine.connect().execution_options(scenebank_read_only=True) as connection:
            yield connection

    def dispose(self) -> None:
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=8, max_overflow=16, pool_pre_ping=True, hide_parameters=True)
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _SQLITE_BUSY_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # the begin event below opens transactions, not the driver
    for pragma in (f"busy_timeout={_SQLITE_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                   f"cache_size=-{_SQLITE_CACHE_KB}"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    # A deferred transaction that turns to writing fails at once when another writer was quicker.
    connection.exec_driver_sql("BEGIN" if options.get("scenebank_read_only") else "BEGIN IMMEDIATE")
