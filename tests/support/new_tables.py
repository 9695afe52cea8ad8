"""Empty databases get their tables at once: what ``create_all`` says table by table is one script, written once. They
are those of the newest migration (the store's tests hold this), and so it is noted."""

from __future__ import annotations

import contextlib
import functools
from typing import Any

from sqlalchemy import Dialect, create_mock_engine, inspect
from sqlalchemy.schema import ExecutableDDLElement

from scenebank.store.database import Database
from scenebank.store.migrate import newest
from scenebank.store.tables import metadata

_VERSION = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('{}');
"""


def create_tables(database: Database) -> None:
    """All of them, where there are none."""
    if inspect(database.engine).has_table("merchants"):
        return
    script = _script(database.engine.dialect.name)
    with contextlib.closing(database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        if database.is_sqlite:
            driver.executescript(f"BEGIN;{script}COMMIT;")
        else:
            driver.execute(script)
            driver.commit()


@functools.cache
def _script(backend: str) -> str:
    statements: list[str] = []
    dialect: Dialect

    def note(element: ExecutableDDLElement, *_more: object, **_named: object) -> None:
        statements.append(f"{str(element.compile(dialect=dialect)).strip()};\n")

    engine = create_mock_engine(f"{backend}://", note)
    dialect = engine.dialect
    metadata.create_all(engine, checkfirst=False)
    return "".join(statements) + _VERSION.format(newest())
