"""``catalogue import``, ``imported`` and ``mend``, as they are typed, within this process; and those of the docs."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from scenebank.config import load_config
from scenebank.store.database import Database
from tests.support.cdr import answer, loan, put
from tests.support.databases import sqlite_url
from tests.support.new_tables import create_tables
from tests.support.public_bank import PublicBank

RATE = "/lendingRates/0/rate"
DOCS = Path(__file__).parents[3] / "docs/catalogue.md"


def make_house(folder: Path) -> Flask:
    database = Database(sqlite_url(folder))
    create_tables(database)
    database.dispose()
    environ = {"DATA_DIR": str(folder), "DATABASE_URL": sqlite_url(folder), "ALLOW_LOOPBACK_WEBHOOKS": "1"}
    return create_app(load_config(environ))


@pytest.fixture
def house(tmp_path: Path) -> Flask:
    return make_house(tmp_path)


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """For what is refused."""
    return make_house(tmp_path_factory.mktemp("house"))


def run(house: Flask, *words: object) -> Result:
    return house.test_cli_runner().invoke(args=["catalogue", *map(str, words)])


def test_import_list_and_mend(house: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(answer(loan()))
    bad.write_bytes(answer(put(put(loan(), RATE, "7.99"), "/productId", "loan-2")))
    done = run(house, "import", good, bad, "--json")
    assert (done.exit_code, done.stderr) == (0, "2 documents: 1 clean, 1 quarantined\n")
    assert [(one["outcome"], one["verdict"], one["bank_id"], one["product_id"]) for one in json.loads(done.stdout)] == [
        ("new", "clean", "example-bank", "loan-1"), ("new", "quarantined", "example-bank", "loan-2"),
    ]  # fmt: skip
    listed = run(house, "imported", "--verdict", "quarantined")
    assert f"{RATE}: '7.99' reads as a percentage" in listed.stdout
    assert "loan-1" not in listed.stdout
    mended = run(
        house, "mend", "example-bank", "loan-2", "--set", f'{RATE}="0.0799"', "--by", "Ada", "--why", "page", "--json"
    )
    assert (mended.exit_code, json.loads(mended.stdout)["verdict"]) == (0, "repaired")
    whole = json.loads(run(house, "imported", "--bank", "example-bank", "--product", "loan-2", "--json").stdout)
    assert whole[0]["document"]["lending_rates"][0]["rate"] == {"value": "0.0799", "basis": "nominal_annual"}
    assert run(house, "import", bad).stdout.startswith("unchanged  repaired  example-bank  loan-2")


def test_what_fails_is_said_and_the_rest_is_done(house: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "products"
    folder.mkdir()
    (folder / "a.json").write_bytes(b"<html>")
    (folder / "b.json").write_bytes(answer(loan()))
    done = run(house, "import", folder)
    assert done.exit_code == 1
    assert "2 documents: 1 clean, 1 rejected" in done.stderr
    assert "1 could not be imported" in done.stderr
    assert [line.split("  ")[:2] for line in done.stdout.splitlines()] == [["refused", "rejected"], ["new", "clean"]]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["import"], 2, "Missing argument"),
        (["import", "https://api.bank.example"], 1, "say with --bank"),
        (["import", "x.json", "--bank", "a b"], 1, "a bank's id has"),
        (["imported", "--verdict", "good"], 2, "Invalid value for '--verdict'"),
        (["mend", "a", "b", "--set", "/name", "--by", "x", "--why", "x"], 2, "POINTER=JSON"),
        (["mend", "a", "b", "--set", '/name="x"', "--by", "x"], 2, "Missing option '--why'"),
        (["mend", "a", "b", "--by", "x", "--why", "x"], 1, "at least one --set"),
        (["mend", "a", "b", "--set", '/name="x"', "--by", " ", "--why", "x"], 1, "say who mends"),
        (["mend", "a", "b", "--set", '/name="x"', "--by", "x", "--why", "x"], 1, "no product b of a"),
    ],
)
def test_what_is_wrong_is_said(empty_house: Flask, words: list[str], code: int, says: str) -> None:
    done = run(empty_house, *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr


def test_the_commands_of_the_docs(
    house: Flask, tmp_path: Path, bank: PublicBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order they stand, with a bank of our own in place of the reader's."""
    (tmp_path / "products").mkdir()
    (tmp_path / "products/loan.json").write_bytes(answer(loan()))
    bank.products = {"loan-1": loan(), "loan-2": put(put(loan(), RATE, "7.99"), "/productId", "loan-2")}
    monkeypatch.chdir(tmp_path)
    (document,) = re.findall(r"^```json\n(.*?)^```", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "bank.json").write_text(document, "utf-8")
    ran, revision = 0, ""
    for block in re.findall(r"^```sh\n(.*?)^```", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        for command in block.strip().splitlines():
            words = shlex.split(command.replace("https://api.bank.example", bank.url).replace("REV", revision))
            assert words[:3] == ["flask", "--app", "app"]
            done = house.test_cli_runner().invoke(args=words[3:])
            assert done.exit_code == 0, (command, done.stderr)
            if "--undo" in command:
                assert "quarantined" in done.stdout
            if "catalogue draft" in command:
                revision = json.loads(done.stdout)["id"]
            ran += 1
    assert ran == 19
    assert "0 findings" in done.stdout  # the last of them: lint


def test_every_verdict_stands_in_the_docs() -> None:
    text = DOCS.read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == ["clean", "repaired", "quarantined", "rejected"]
