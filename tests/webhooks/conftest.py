"""A merchant whose shop answers alike whatever comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canned_bank import CannedBank, canned_bank
from tests.support.post import Post


@pytest.fixture
def shop() -> Iterator[CannedBank]:
    with canned_bank() as found:
        yield found


@pytest.fixture
def post(database_url: str, tmp_path: Path, shop: CannedBank) -> Iterator[Post]:
    made = Post(database_url, tmp_path, shop)
    yield made
    made.wired.database.dispose()
    made.strict.database.dispose()
