"""The full counts are run a piece at a time; the commands are those of docs/drills.md."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tools.drills.__main__ import main
from tools.drills.progress import load

DOCUMENT = Path(__file__).parents[2] / "docs" / "drills.md"


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_the_commands_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which begin nothing new after no time at all."""
    monkeypatch.chdir(tmp_path)
    drills = [words[3:] for words in commands()]
    assert [words[0] for words in drills] == ["crashes", "simulation", "simulation"]
    for words in drills:
        assert main([*words, "--minutes", "0"]) == 0


def test_it_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state.json"
    for seeds, operations in (("1", 200), ("2", 400)):
        assert main(["simulation", "--seeds", seeds, "--processes", "1", "--state", str(state)]) == 0
        known = load(state)
        assert known.done == int(seeds)
        assert operations <= known.counts["operations"] < operations + 100
    assert "seeds 0 to 1" in capsys.readouterr().out


def test_what_does_not_hold_is_told_for_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"done": 2, "counts": {"2 session committed": 2}, "failed": ["lost: 1"]}), "utf-8")
    assert main(["crashes", "--each", "2", "--state", str(state)]) == 1
    assert "lost: 1" in capsys.readouterr().out
