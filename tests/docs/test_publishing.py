"""The commands, the document and the requests of ``docs/publishing.md``, in the order they stand."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from scenebank.applications.bank_page import BankPages
from scenebank.catalogue.documents import parse_listed
from scenebank.catalogue.model import Indicative
from scenebank.catalogue.publishing.model import State
from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.seed import seed_catalogue
from scenebank.store.migrate import migrate
from scenebank.team.model import Role
from scenebank.wiring import Wired, build_services
from tests.support.contract import client_of
from tests.support.databases import sqlite_url

TEXT = (Path(__file__).parents[2] / "docs/publishing.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    """The banks of the story, on a clock that stands in November."""
    folder = tmp_path_factory.mktemp("house")
    config = load_config({"DATA_DIR": str(folder), "DATABASE_URL": sqlite_url(folder)})
    made = build_services(config, HandClock(datetime(2026, 11, 24, tzinfo=UTC)))
    migrate(made.database)
    seed_catalogue(made.catalogue, BankPages(made.database, made.clock), "http://127.0.0.1:9", None)
    yield made
    made.database.dispose()


@pytest.fixture(scope="module")
def house(wired: Wired) -> Flask:
    return create_app(wired=wired)


def run(house: Flask, words: list[str]) -> Result:
    assert words[:3] == ["flask", "--app", "app"]
    return house.test_cli_runner().invoke(args=words[3:])


def test_the_commands_and_requests(
    wired: Wired, house: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    documents = [body for kind, body in BLOCKS if kind == "json"]
    for name, body in zip(("bank.json", "boat.json", "stated.json"), documents, strict=True):
        (tmp_path / name).write_text(body, "utf-8")
    key = wired.team.add("ned", Role.ADMIN, None).key
    assert isinstance(parse_listed({"bank_id": "b", "product_id": "p", **json.loads(documents[-1])}), Indicative)
    revision, output, ran = "", "", 0
    for kind, body in BLOCKS:
        if kind == "text":
            assert set(body.splitlines()) <= set(output.splitlines())
        for command in re.split(r"\n(?=curl |flask )", body.strip()) if kind == "sh" else ():
            words = shlex.split(command.replace("REV", revision))
            if words[0] == "curl":
                assert_answered(wired, words, key)
                ran += 1
                continue
            done = run(house, words)
            assert done.exit_code == 0, (command, done.stderr)
            output = done.stdout
            if "catalogue draft" in command:
                revision = json.loads(output)["id"]
            ran += 1
    assert ran >= 29
    assert wired.catalogue.bank("example-bank").name["en"] == "Example Bank"
    history = wired.publishing_records.history("pat", "harbour", "boat-loan")
    states = [State.WITHDRAWN, State.APPROVED, State.SUPERSEDED, State.SUPERSEDED]
    assert [one.state for one in history] == states  # what was scheduled is held, and starts no more
    assert wired.audit.run().bad == ()


def assert_answered(wired: Wired, words: list[str], key: str) -> None:
    headers = dict(words[number + 1].split(": ", 1) for number, word in enumerate(words) if word == "-H")
    headers["Authorization"] = headers["Authorization"].replace("bis_tk_…", key)
    body = words[words.index("-d") + 1] if "-d" in words else None
    path = words[2].removeprefix("https://HOST")
    answer = client_of(wired).open(path, method="POST" if body else "GET", data=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text


def test_every_state_and_role_is_named() -> None:
    named = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert set(named) == set(Role)
    told = next(body for kind, body in BLOCKS if kind == "mermaid")
    assert {state for state in State if not re.search(rf"\b{state}\b", told)} == set()


REFUSED = [
    ("catalogue bank adapter.json", 1, "an adapter is one of origination"),
    ("catalogue bank name.json", 1, "the bank's document is not complete"),
    ("catalogue bank long.json", 1, "at most 32 characters"),
    ("catalogue bank nothing.json", 2, "does not exist"),
    ("team add Eve --role editor", 1, "1 to 40 small letters"),
    ("team add eve --role king", 2, "Invalid value for '--role'"),
    ("team add eve --role editor --bank nowhere", 1, "there is no such bank"),
    ("team roll nobody", 1, "nobody who works here is called nobody"),
    ("catalogue draft harbour x --as ada", 1, "a document, or its source"),
    ("catalogue draft harbour x --live --as ada", 1, "nothing of harbour/x is live"),
    ("catalogue draft harbour x --imported --as ada", 1, "no such product was imported"),
    ("catalogue draft harbour x --live --as nobody", 1, "nobody who works here is called nobody"),
    ("catalogue draft harbour x --live", 2, "Missing option '--as'"),
    ("catalogue draft harbour hb-loan-eur --live --from 2026-12-01 --as ada", 2, "is no instant with its offset"),
    ("catalogue submit rev_nobody --as ada", 1, "no such revision"),
    ("catalogue edit rev_nobody --set /a --as ada", 2, "it is POINTER=JSON"),
    ("catalogue edit REV --as ada", 1, "say what is to be changed"),
    ("catalogue edit REV --set /rate/value=0.07 --as ada", 1, "the value is JSON without fractions"),
    ("catalogue edit REV --set /terms/9=3 --as ada", 1, "the document has no such place"),
    ("catalogue edit REV --set rate=3 --as ada", 1, "the document has no such place"),
    ("catalogue edit REV --drop /nothing --as ada", 1, "the document has no such place"),
    ("catalogue edit REV --set /product_id='\"x\"' --as ada", 1, "whose draft this is"),
    ("catalogue approve REV --as ada", 1, "approve is for one that is in_review"),
    ("catalogue publish REV --as ada", 1, "publish is for one that is approved, scheduled"),
    ("catalogue rollback harbour hb-loan-eur --reason x --as ada", 1, "see its history"),
    ("catalogue withdraw harbour hb-loan-eur --reason '' --as ada", 1, "say why"),
    ("catalogue history harbour nothing --as ada", 1, "no such product"),
    ("catalogue diff REV --against 0000 --as ada", 1, "there is no version 0000"),
    ("catalogue audit verify --head x", 2, "it is NUMBER:HASH"),
    ("catalogue audit verify --head 1:00", 1, "catalogue_audit, row 1"),
    ("catalogue audit verify --head 9999:00", 1, "row 9999 was there"),
]


def test_what_is_wrong_is_said(
    wired: Wired, house: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing has moved."""
    wired.team.add("ada", Role.ADMIN, None)
    drafted = "flask --app app catalogue draft harbour hb-loan-eur --live --as ada --json"
    revision = json.loads(run(house, drafted.split(" ")).stdout)["id"]
    bank = json.loads(next(body for kind, body in BLOCKS if kind == "json"))
    for name, change in (
        ("adapter", {"adapter": "fax"}), ("name", {"name": {}}), ("long", {"bank_id": "b" * 33}),
    ):  # fmt: skip
        (tmp_path / f"{name}.json").write_text(json.dumps(bank | change), "utf-8")
    monkeypatch.chdir(tmp_path)
    before = wired.audit.run().head
    for words, code, says in REFUSED:
        done = run(house, ["flask", "--app", "app", *shlex.split(words.replace("REV", revision))])
        assert (done.exit_code, says in done.stderr) == (code, True), (words, done.stderr)
    assert wired.audit.run().head == before


def test_what_was_tampered_with_ends_the_command(wired: Wired, house: Flask) -> None:
    verify = ["flask", "--app", "app", "catalogue", "audit", "verify", "--json"]
    assert json.loads(run(house, verify).stdout)["ok"] is True
    with wired.database.begin() as connection:
        connection.exec_driver_sql("UPDATE catalogue_audit SET actor = 'mallory' WHERE number = 7")
    done = run(house, verify)
    assert (done.exit_code, json.loads(done.stdout)["bad"][0]["row"]) == (1, "7")
    assert "catalogue_audit, row 7" in done.stderr
