"""Reports on cards: the German credit data whole, small tables by hand, and the command."""

from __future__ import annotations

import csv
import json
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from app import create_app
from scenebank.config import load_config
from scenebank.risk.stability import by_band, by_group, population_stability, separation
from tests.support.databases import sqlite_url

CARD = Path(__file__).with_name("data") / "german_card.json"


@pytest.fixture
def runner(tmp_path: Path) -> FlaskCliRunner:
    return create_app(load_config({"DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url(tmp_path)})).test_cli_runner()


def test_the_german_credit_data_whole(runner: FlaskCliRunner) -> None:
    """All 1,000 rows of UCI Statlog (German Credit), H. Hofmann, CC BY 4.0: KS 0.5243 and AUC 0.8243."""
    if "SCENEBANK_SHARED_DATA" not in os.environ:
        pytest.skip("SCENEBANK_SHARED_DATA is not set: the recorded cases are not here")
    rows = Path(os.environ["SCENEBANK_SHARED_DATA"]) / "finance/german_credit_1000.csv"
    words = ["risk", "report", str(CARD), str(rows), "--label", "creditability", "--bad", "bad", "--cut", "450",
             "--group", "personal_status_and_sex", "--before", str(rows), "--json"]  # fmt: skip
    done = runner.invoke(args=words)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert [said[name] for name in ("rows", "bad", "ks", "auc", "psi")] == [1000, 300, "0.5243", "0.8243", "0.0000"]
    for shares in (said["bands"], said["groups"]["personal_status_and_sex"]):
        assert [sum(one[name] for one in shares) for name in ("count", "bad")] == [1000, 300]
    assert max(one["to_best"] for one in said["groups"]["personal_status_and_sex"]) == "1.0000"


def table(folder: Path, name: str, rows: list[tuple[str, str, str]]) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("duration_in_month", "ended", "shop"), *rows])
    return path


ROWS = [("6", "good", "a"), ("12", "good", "b"), ("50", "bad", "b"), ("x", "bad", "b")]


def test_the_command_in_words(runner: FlaskCliRunner, tmp_path: Path) -> None:
    rows = table(tmp_path, "rows.csv", ROWS)
    words = [
        "risk",
        "report",
        str(CARD),
        str(rows),
        "--label",
        "ended",
        "--bad",
        "bad",
        "--cut",
        "160",
        "--group",
        "shop",
    ]
    done = runner.invoke(args=words)
    assert done.exit_code == 0, done.output
    assert "4 rows, 2 bad: KS 1.0000, AUC 1.0000, PSI -" in done.stdout
    assert "shop = b: 3 rows, 1 approved, 2 bad, approval 0.3333, to the best group's 0.3333" in done.stdout


@pytest.mark.parametrize(
    ("extra", "exit_code", "says"),
    [
        (("--label", "ended", "--bad", "worse"), 1, "the column must say"),
        (("--label", "sex", "--bad", "bad"), 1, "the column must say"),
        (("--label", "ended", "--bad", "bad", "--group", "sex"), 1, "there is no column sex"),
        (("--label", "ended"), 2, "--bad"),
    ],
)  # fmt: skip
def test_what_the_command_refuses(
    runner: FlaskCliRunner, tmp_path: Path, extra: tuple[str, ...], exit_code: int, says: str
) -> None:
    rows = table(tmp_path, "rows.csv", ROWS)
    done = runner.invoke(args=["risk", "report", str(CARD), str(rows), "--cut", "450", *extra])
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert says in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}', "<html>"])
def test_a_card_that_is_none_is_said_in_one_line(runner: FlaskCliRunner, tmp_path: Path, text: str) -> None:
    card = tmp_path / "card.json"
    card.write_text(text, "utf-8")
    rows = table(tmp_path, "rows.csv", ROWS)
    done = runner.invoke(
        args=["risk", "report", str(card), str(rows), "--label", "ended", "--bad", "bad", "--cut", "1"]
    )
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("rows", "ks", "auc"),
    [
        ([(1, True), (2, False)], Fraction(1), Fraction(1)),
        ([(2, True), (1, False)], Fraction(1), Fraction(0)),
        ([(1, True), (1, False)], Fraction(0), Fraction(1, 2)),
        ([(1, True), (2, False), (3, True), (4, False)], Fraction(1, 2), Fraction(3, 4)),
        ([(1, True), (1, False), (2, False)], Fraction(1, 2), Fraction(3, 4)),
    ],
)
def test_separation_by_hand(rows: list[tuple[int, bool]], ks: Fraction, auc: Fraction) -> None:
    assert (separation(rows).ks, separation(rows).auc) == (ks, auc)
    assert separation(reversed(rows)) == separation(rows)


@pytest.mark.parametrize("rows", [[], [(1, True)], [(1, False), (2, False)]])
def test_separation_needs_both(rows: list[tuple[int, bool]]) -> None:
    with pytest.raises(ValueError):
        separation(rows)


def test_stability_by_hand() -> None:
    """Half and half, then a quarter and three: 1/4 ln(3/2) + 1/4 ln 2 = 0.2747."""
    before, now = [0, 0, 60, 60], [0, 60, 60, 60]
    assert abs(population_stability(before, now, 50) - Decimal("0.2746530721670274")) < Decimal("1e-15")
    assert population_stability(before, now, 50) == population_stability(now, before, 50)
    assert population_stability(before, list(reversed(before)), 50) == 0
    assert population_stability([0], [500], 50) > Decimal("0.25")
    with pytest.raises(ValueError):
        population_stability([], now, 50)


def test_bands_and_groups_count_everybody_once() -> None:
    rows = [(-1, True), (0, False), (49, False), (50, True), (120, False)]
    assert [(one.name, one.count, one.approved, one.bad) for one in by_band(rows, 50, 50)] == [
        ("-50", 1, 0, 1), ("0", 2, 0, 0), ("50", 1, 1, 1), ("100", 1, 1, 0),
    ]  # fmt: skip
    named = [("b", 60, True), ("a", 10, False), ("b", 10, False)]
    assert [(one.name, one.count, one.approved, one.bad) for one in by_group(named, 50)] == [
        ("a", 1, 0, 0),
        ("b", 2, 1, 1),
    ]
