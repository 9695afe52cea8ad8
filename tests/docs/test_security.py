"""Every row of the threat table names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_the_table_names_tests_there_are() -> None:
    rows = ROW.findall((ROOT / "docs/security.md").read_text("utf-8"))
    assert [int(number) for number, _tests in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 27
    for number, named in rows:
        for one in named.split(", "):
            path, _colons, name = one.strip().partition("::")
            assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), (number, one)
