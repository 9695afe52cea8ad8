"""What is committed is on the disk before anybody is told of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.databases import sqlite_url

SETTINGS = """
import sys
from scenebank.store.database import Database
with Database(sys.argv[1]).read() as connection:
    for name in ("synchronous", "journal_mode", "foreign_keys"):
        print(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
"""


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    """In a process of its own: in this one nothing does."""
    command = [sys.executable, "-c", SETTINGS, sqlite_url(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert found == ["2", "wal", "1"]  # 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
