"""Migrations lead to exactly the tables the code uses."""

from __future__ import annotations

import subprocess
import sys
from subprocess import PIPE

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from scenebank.engine.migrate import migrate_engine
from scenebank.store.database import Database
from scenebank.store.migrate import is_migrated, migrate
from scenebank.store.tables import metadata

MIGRATE = """
import sys
from scenebank.store.database import Database
from scenebank.store.migrate import migrate
print("ready", flush=True)
sys.stdin.read()
migrate(Database(sys.argv[1]))
"""


def differences(database: Database) -> list[object]:
    """What the code has and the database not; what the engine made is the engine's."""
    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, metadata)
    return [one for one in found if not (isinstance(one, tuple) and one[0] in ("remove_table", "remove_index"))]


def test_migrated_is_what_the_code_expects(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert not is_migrated(database)
    migrate(database)
    assert is_migrated(database)
    assert differences(database) == []
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE banks DROP COLUMN updated_at"))
    assert "updated_at" in str(differences(database))


def test_again_changes_nothing_and_the_engine_stands_beside(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    migrate(database)
    with database.begin() as connection:
        connection.execute(text("INSERT INTO merchants VALUES ('mch_1', 'Shop', 'CN', 1)"))
    migrate_engine(empty_database_url)
    migrate(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT name FROM merchants")).scalar_one() == "Shop"


def test_two_at_once(empty_database_url: str) -> None:
    """Two starts at the same moment: both processes are loaded before either begins."""
    command = [sys.executable, "-c", MIGRATE, empty_database_url]
    started = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE) for _ in "12"]
    try:
        for one in started:
            assert one.stdout and one.stdout.readline() == b"ready\n"
        for one in started:
            assert one.stdin
            one.stdin.close()
        assert [one.wait(60) for one in started] == [0, 0]
    finally:
        for one in started:
            one.kill()
            one.wait()
    assert is_migrated(Database(empty_database_url))
