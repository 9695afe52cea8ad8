"""The operators' commands, as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from flask import Flask

from app import create_app
from scenebank.config import load_config
from tests.support.stack import Stack


def flask(data_dir: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("flask")), "--app", "app", *arguments]
    settings = os.environ | {"DATA_DIR": str(data_dir)} | environ
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same commands without a process of their own: starting one takes longer than most of them."""
    made = create_app(load_config({"DATA_DIR": str(tmp_path_factory.mktemp("data"))}))
    assert made.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    return made


CREATE = ("merchants", "create", "--name", "Corner shop", "--origin", "https://corner.example", "--json")


def test_a_new_merchant_sees_its_markets_products_at_once(stack: Stack) -> None:
    done = flask(stack.config.data_dir, *CREATE, "--market", "EU", DATABASE_URL=stack.config.database_url)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert set(made) >= {"id", "publishable_key", "secret_key"}
    assert "cannot be shown again" in done.stderr
    page = requests.get(
        f"{stack.scenebank_url}/w/instalments",
        params={"key": made["publishable_key"], "amount": "45000", "currency": "EUR", "locale": "en"}, timeout=10,
    )  # fmt: skip
    # The third bank's product is for shops that pay the interest, which this one has not agreed to.
    assert (page.status_code, page.text.count("class=\"offer-row\"")) == (200, 2)


@pytest.mark.parametrize(
    ("changed", "code", "says"),
    [
        (("--origin", "http://corner.example"), 1, "an origin begins with https://"),
        (("--origin", "https://corner.example/path"), 1, "scheme, host and port"),
        (("--name", " "), 1, "1 to 100 printable"),
        (("--market", "XX"), 2, "Invalid value for '--market'"),
        (("--mode", "real"), 2, "Invalid value for '--mode'"),
        (("--colour", "red"), 2, "No such option"),
    ],
)
def test_what_is_wrong_is_said(app: Flask, changed: tuple[str, ...], code: int, says: str) -> None:
    arguments = dict(zip(CREATE[2:-1:2], CREATE[3:-1:2], strict=True)) | {"--market": "CN", changed[0]: changed[1]}
    flat = [word for pair in arguments.items() for word in pair]
    done = app.test_cli_runner().invoke(args=["merchants", "create", *flat])
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr


def test_an_old_database_is_named(tmp_path: Path) -> None:
    done = flask(tmp_path, *CREATE, "--market", "CN")
    assert (done.returncode, "run `flask --app app migrate`" in done.stderr) == (1, True)
    assert flask(tmp_path, "migrate").returncode == 0
    assert flask(tmp_path, *CREATE, "--market", "CN").returncode == 0


def test_dead_work_is_listed(stack: Stack) -> None:
    done = flask(stack.config.data_dir, "work", "dead", "--json", DATABASE_URL=stack.config.database_url)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    gone = flask(stack.config.data_dir, "work", "put-back", "nothing", DATABASE_URL=stack.config.database_url)
    assert (gone.returncode, "no dead letter nothing" in gone.stderr) == (1, True)
