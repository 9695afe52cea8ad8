"""The commands of ``docs/rules.md`` do what stands there, over a small catalogue."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from scenebank.config import load_config
from scenebank.markets.rule_set import RULE_SET_VERSION
from scenebank.markets.rules import RULES
from scenebank.store.migrate import migrate
from scenebank.wiring import build_services
from tests.support.catalogue import product, publish
from tests.support.databases import sqlite_url

TEXT = (Path(__file__).parents[2] / "docs/rules.md").read_text("utf-8")
COMMANDS = [shlex.split(line)[3:] for line in re.findall(r"^flask --app app .*$", TEXT, re.MULTILINE)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("house")
    wired = build_services(load_config({"DATA_DIR": str(folder), "DATABASE_URL": sqlite_url(folder)}))
    migrate(wired.database)
    publish(wired.catalogue, product("cedar", "cd-one"))
    cedar = wired.catalogue.bank("cedar")
    wired.catalogue.publish_bank(replace(cedar, settings={**cedar.settings, "partner_listed": "yes"}))
    return create_app(wired=wired)


def run(house: Flask, words: list[str]) -> Result:
    return house.test_cli_runner().invoke(args=words)


def test_a_catalogue_that_keeps_all_rules(house: Flask) -> None:
    done = run(house, [*COMMANDS[0], "--market", "CN"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(rf"\d\d+ views by rule set {RULE_SET_VERSION}: 0 findings, 0 block\n", done.stdout)


def test_the_rules_of_a_day(house: Flask) -> None:
    before, after = (run(house, [*COMMANDS[2][:-1], f"2026-11-{day}"]) for day in (19, 20))
    assert COMMANDS[2][-1] == "2026-11-19"
    lists = [{line.split("  ")[0] for line in done.stdout.splitlines()} for done in (before, after)]
    assert all(name in RULES for name in lists[1])
    more = lists[1] - lists[0]
    assert (len(more), {"EU-WARN", "EU-HUMAN"} <= more) == (9, True)
    words = {"nine": 9}
    assert words[re.findall(r"next day has (\w+) more", TEXT)[0]] == len(more)


def test_what_a_finding_has_is_what_stands_there(tmp_path: Path) -> None:
    wired = build_services(load_config({"DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url(tmp_path)}))
    migrate(wired.database)
    publish(wired.catalogue, product("cedar", "cd-dear", rate="0.3000", terms=(12,)))
    house = create_app(wired=wired)
    done = run(house, COMMANDS[1])
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert list(told) == re.findall(r"\w+", re.findall(r"answers `{(.*?)}`", TEXT)[0])
    finding = told["findings"][0]
    named = re.findall(r"`(\w+)`", TEXT.partition("a finding has")[2].partition("was found in")[0])
    assert set(finding) == set(named)
    assert (finding["rule"], finding["severity"], finding["market"]) == ("CN-CAP-24", "block", "CN")


def test_people_read_the_rule_and_what_to_do(tmp_path: Path) -> None:
    wired = build_services(load_config({"DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url(tmp_path)}))
    migrate(wired.database)
    publish(wired.catalogue, product("cedar", "cd-dear", rate="0.3000", terms=(12,)))
    said = run(create_app(wired=wired), ["rules", "lint", "--market", "CN"])
    assert said.exit_code == 1
    assert "block CN-CAP-24 (CN): cedar/cd-dear over 12 months: all_in_percent is 30, more than 24\n" in said.stdout
    assert "  to mend: Lower the price" in said.stdout
    assert "error CN-WHITELIST (CN): not shown: partner_listed\n" in said.stdout


def test_who_misuses_a_command_is_told(house: Flask) -> None:
    for words, says in ((["--day", "tomorrow"], "is no day"), (["--market", "XX"], "'XX' is not one of")):
        done = run(house, ["rules", "lint", *words])
        assert done.exit_code == 2
        assert says in done.stderr


def test_the_numbers_of_the_page() -> None:
    assert f"{len(RULES)} of them" in TEXT
    for name in re.findall(r"`(partner_listed|promotion_approver)`", TEXT):
        assert any(name in str(rule.checks) for rule in RULES.values())
