"""Nothing acknowledged is lost, nothing is booked twice, whoever is killed, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.kills import Drill
from tests.support.stack import running_stack


def drill(folder: Path, database_url: str, applications: int, kills: int, seed: int) -> None:
    with running_stack(folder, database_url) as stack:
        figures = Drill(stack, applications, kills, seed).run()
    print(f"\n{database_url.partition(':')[0]}: {figures}")
    assert (len(figures.acknowledged), sum(figures.kills.values())) == (applications, kills)
    assert figures.kills_in_call * 2 >= kills
    for name in ("lost", "unfinished", "booked_twice", "never_booked", "backwards"):
        assert getattr(figures, name) == [], str(figures)


def test_a_tenth(tmp_path: Path, database_url: str) -> None:
    drill(tmp_path, database_url, applications=20, kills=6, seed=20261124)


@pytest.mark.long
def test_all(tmp_path: Path, database_url: str) -> None:
    drill(tmp_path, database_url, applications=200, kills=60, seed=1)
