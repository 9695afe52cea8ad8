"""The operators' commands for keys, origins and our own keys, as they are typed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from app import create_app
from scenebank.config import load_config
from tests.running.test_commands import CREATE


@dataclass(frozen=True)
class Done:
    """What a command left; one that ran as a process of its own has the same."""

    returncode: int
    stdout: str
    stderr: str


def flask(folder: Path, *arguments: str) -> Done:
    """``flask --app app …`` with an application of its own, within this process: a start takes longer than the rest."""
    app = create_app(load_config({"DATA_DIR": str(folder)}))
    done = app.test_cli_runner().invoke(args=list(arguments))
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("commands")
    assert flask(made, "migrate").returncode == 0
    return made


@pytest.fixture(scope="module")
def merchant(folder: Path) -> str:
    return str(said(folder, *CREATE[:-1], "--market", "CN")["id"])


def said(folder: Path, *arguments: str) -> Any:
    done = flask(folder, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_keys_of_every_kind(folder: Path, merchant: str) -> None:
    jwk = folder / "public.json"
    jwk.write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=False)), "utf-8")
    whose = ("--merchant", merchant, "--mode", "live")
    more = {"restricted": ("--scope", "events:read"), "launch": ("--jwk", str(jwk))}
    made = {
        kind: said(folder, "keys", "create", *whose, "--kind", kind, *more.get(kind, ()))
        for kind in ("publishable", "secret", "restricted", "launch", "launch_secret")
    }
    listed = {one["id"]: one for one in said(folder, "keys", "list", *whose)}
    assert set(listed) == {one["id"] for one in made.values()}
    assert not any("key" in one for one in listed.values())
    rolled = said(folder, "keys", "roll", made["secret"]["id"], *whose, "--grace", "1h")
    assert (rolled["rolled"], rolled["key"].startswith("bis_sk_live_")) == (made["secret"]["id"], True)
    assert flask(folder, "keys", "revoke", made["secret"]["id"], *whose).returncode == 0
    after = {one["id"]: one["status"] for one in said(folder, "keys", "list", *whose)}
    assert (after[made["secret"]["id"]], after[rolled["id"]]) == ("ended", "active")
    gone = flask(folder, "keys", "revoke", made["secret"]["id"], "--merchant", merchant)
    assert (gone.returncode, gone.stdout, "no such key" in gone.stderr) == (1, "", True)  # of the other mode


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--kind", "master"), 2, "Invalid value for '--kind'"), (("--kind", "restricted"), 1, "one or more of"),
        (("--kind", "launch"), 1, "give its file with --jwk"), ((), 2, "Missing option '--kind'"),
        (("--kind", "secret", "--scope", "events:read"), 1, "only a restricted key"),
        (("--kind", "secret", "--merchant", "mch_nobody"), 1, "no such merchant"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(folder: Path, merchant: str, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = flask(folder, "keys", "create", "--merchant", merchant, *arguments, "--json")
    assert (done.returncode, done.stdout, says in done.stderr) == (code, "", True), done.stderr


def test_origins(folder: Path, merchant: str) -> None:
    whose = ("--merchant", merchant)
    assert flask(folder, "origins", "add", "https://m.corner.example", *whose).returncode == 0
    assert said(folder, "origins", "list", *whose) == [
        {"origin": "https://corner.example"}, {"origin": "https://m.corner.example"}
    ]  # fmt: skip
    assert flask(folder, "origins", "remove", "https://m.corner.example", *whose).returncode == 0
    assert flask(folder, "origins", "remove", "https://m.corner.example", *whose).returncode == 1
    assert said(folder, "origins", "refused", *whose) == []
    shown = said(folder, "merchants", "show", merchant)
    assert (shown["test_origins"], shown["live_origins"]) == (["https://corner.example"], [])
    assert merchant in {one["id"] for one in said(folder, "merchants", "list")}


def test_our_own_keys(folder: Path) -> None:
    (old,) = said(folder, "signing-keys", "list")
    published = said(folder, "signing-keys", "rotate")
    assert [one["status"] for one in published] == ["current", "next"]
    refused = flask(folder, "signing-keys", "retire", old["kid"])
    assert (refused.returncode, "--emergency" in refused.stderr) == (1, True)
    assert flask(folder, "signing-keys", "retire", "-a-kid-like-an-option").returncode == 1
    assert said(folder, "signing-keys", "retire", published[1]["kid"]) == [old]
    (other,) = said(folder, "signing-keys", "rotate", "--emergency")
    assert (other["status"], other["kid"] != old["kid"]) == ("current", True)
    assert [one["signs"] for one in said(folder, "session-keys", "rotate")] == [False, True]
    assert [one["signs"] for one in said(folder, "session-keys", "rotate", "--replace-all")] == [True]
    for group in ("signing-keys", "session-keys"):
        assert '"d"' not in flask(folder, group, "list", "--json").stdout
