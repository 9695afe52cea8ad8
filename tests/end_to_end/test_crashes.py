"""A process dies at the very point where it hurts most, and nothing anybody was told is lost or done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.crash_points import POINTS
from tests.end_to_end.crashes import crash
from tests.support.databases import fresh_postgresql


def drill(folder: Path, each: int, database_url: str | None = None) -> None:
    kills, found = crash(folder, "test", each, database_url)
    print(f"\n{dict(kills)}, {len(found)} do not hold")
    assert found == []
    assert kills == dict.fromkeys(POINTS, each)


def test_some_at_every_point(tmp_path: Path) -> None:
    drill(tmp_path, each=2)


@pytest.mark.long
def test_many_at_every_point(tmp_path: Path) -> None:
    drill(tmp_path, each=25)


@pytest.mark.long
def test_many_at_every_point_of_a_house_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    drill(tmp_path, each=25, database_url=fresh_postgresql(postgresql))
