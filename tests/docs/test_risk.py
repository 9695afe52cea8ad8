"""The card, the table and the command of ``docs/risk.md`` give what stands under them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from app import create_app
from scenebank.config import load_config
from scenebank.exact_json import read_json
from scenebank.risk.documents import read_scorecard
from scenebank.risk.signals import SIGNALS
from tests.support.databases import sqlite_url

TEXT = (Path(__file__).parents[2] / "docs/risk.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))


def test_the_command_says_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "card.json").write_text(BLOCKS["json"], "utf-8")
    (tmp_path / "rows.csv").write_text(BLOCKS["csv"], "utf-8")
    runner = create_app(
        load_config({"DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url(tmp_path)})
    ).test_cli_runner()
    monkeypatch.chdir(tmp_path)
    words = shlex.split(BLOCKS["sh"])
    assert words[:3] == ["flask", "--app", "app"]
    done = runner.invoke(args=words[3:])
    assert done.exit_code == 0, done.output
    said = [line for line in done.stdout.splitlines() if "KS" in line or line.startswith("region")]
    assert said == BLOCKS["text"].splitlines()


def test_the_card_is_one_a_shop_may_use() -> None:
    card = read_scorecard(read_json(BLOCKS["json"]), SIGNALS)
    assert card.bounds == (-20, 20)


def test_every_signal_is_named() -> None:
    assert {name for name in SIGNALS if f"`{name}`" not in TEXT} == set()
