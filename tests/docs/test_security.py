"""Every row of the threat table names tests that exist, and can be broken by ``make threats``."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.threats.patches import PATCHES, Edit, Outdated, apply
from tools.threats.table import read_rows

ROOT = Path(__file__).parents[2]
ROWS = read_rows((ROOT / "docs/security.md").read_text("utf-8"))


def test_the_table_names_tests_there_are() -> None:
    assert [row.number for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 30
    for row in ROWS:
        for one in row.tests:
            path, _colons, name = one.partition("::")
            assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), (row.number, one)


def test_every_row_has_a_patch() -> None:
    assert set(PATCHES) == {row.number for row in ROWS}


@pytest.mark.parametrize("number", PATCHES)
def test_a_patch_still_fits(number: int, tmp_path: Path) -> None:
    """It changes what there is, and what comes of it can still be read as a program."""
    for name in {edit.file for edit in PATCHES[number]}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    before = apply(PATCHES[number], tmp_path)
    assert all(file.read_text("utf-8") != text for file, text in before.items())
    for file in before:
        if file.suffix == ".py":
            ast.parse(file.read_text("utf-8"))


def test_a_patch_that_no_longer_fits_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("a = 1\nb = 1\n", "utf-8")
    for before in ("= 1", "c = 1"):
        with pytest.raises(Outdated, match="not once"):
            apply((Edit("one.py", before, ""),), tmp_path)
