"""An office on a fresh SQLite file; on both kinds of database where a test names ``database_url``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import sqlite_url
from tests.support.publishing import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(sqlite_url(tmp_path)) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """For tests that each have a product of their own."""
    with office(sqlite_url(tmp_path_factory.mktemp("office"))) as made:
        yield made


@pytest.fixture
def both(database_url: str) -> Iterator[Office]:
    with office(database_url) as made:
        yield made
