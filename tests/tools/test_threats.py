"""``make threats`` on a house of three lines: what is noticed, what survives, and what proves nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.threats.__main__ import main, run
from tools.threats.patches import Edit
from tools.threats.table import Row

TESTS = ("test_door.py::test_door",)
ROWS = [Row(1, "a thief", "a lock", TESTS), Row(2, "rain", "a roof", TESTS)]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # it needs none, and starts at once
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-q'\nmarkers = ['long: long']\n")
    (folder / "door.py").write_text("LOCKED = True\nROOF = True\n")
    (folder / "test_door.py").write_text("import door\n\n\ndef test_door():\n    assert door.LOCKED\n")
    return folder


def test_what_no_test_notices_survives(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patches = {number: (Edit("door.py", f"{name} = True", f"{name} = False"),) for number, name in
               ((1, "LOCKED"), (2, "ROOF"))}  # fmt: skip
    assert run(house, ROWS, patches) == 1
    table = capsys.readouterr().out
    assert re.search(r"^\| 1 \| a lock \| door.py \| test_door.py::test_door \| \d+ \| noticed \|$", table, re.M)
    assert re.search(r"^\| 2 \| a roof \| door.py \| none \| \d+ \| SURVIVES \|$", table, re.M)
    assert run(house, ROWS[:1], patches) == 0
    assert (house / "door.py").read_text() == "LOCKED = True\nROOF = True\n"


def test_a_house_that_does_not_stand_has_noticed_nothing(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(house, ROWS[:1], {1: (Edit("door.py", "LOCKED = True", "LOCKED = "),)}) == 1
    assert "could not be run" in capsys.readouterr().out


def test_tests_that_fail_anyway_show_nothing(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "door.py").write_text("LOCKED = False\n")
    assert run(house, ROWS[:1], {1: (Edit("door.py", "LOCKED = False", "LOCKED = None"),)}) == 1
    assert "nothing taken away, and it fails: test_door.py::test_door |" in capsys.readouterr().out


def test_a_patch_that_no_longer_fits_keeps_no_other_row(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = (Edit("door.py", "LOCKED = True", "LOCKED = False"), Edit("door.py", "BARRED = True", "BARRED = False"))
    assert run(house, ROWS[1::-1], {1: (gone[0],), 2: gone}) == 1
    table = capsys.readouterr().out
    assert "could not be taken away: door.py: 0 times" in table
    assert "1 of 2 rows noticed" in table


def test_a_row_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["7000"])
    assert ended.value.code == 2
    assert "no such row: 7000" in capsys.readouterr().err
