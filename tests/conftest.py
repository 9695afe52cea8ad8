"""Fixtures every room's tests may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import fresh_postgresql, postgresql_server, sqlite_url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a running server; made once, and only when a test asks."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database: every test that takes it runs on both kinds."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return fresh_postgresql(request.getfixturevalue("postgresql"))
