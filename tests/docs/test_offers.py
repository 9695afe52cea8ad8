"""The commands and examples of ``docs/offers.md`` come out as they stand there."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import subprocess
from pathlib import Path

from app import create_app
from scenebank.config import load_config
from scenebank.offers.fit import Reason
from tests.support.shopper import Shopper
from tests.support.stack import Stack

TEXT = (Path(__file__).parents[2] / "docs/offers.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_every_worked_example_comes_out() -> None:
    examples = doctest.DocTestParser().get_doctest(TEXT.replace("```", ""), {}, "offers", "docs/offers.md", 0)
    told: list[str] = []
    result = doctest.DocTestRunner().run(examples, out=told.append)
    assert (result.failed, "".join(told)) == (0, "")
    assert result.attempted == len(examples.examples) >= 15


def test_every_reason_is_named() -> None:
    assert [one for one in Reason if f"`{one}`" not in TEXT] == []


def test_the_commands(stack: Stack) -> None:
    """In the order they stand, for a shop of its own and an application of the demonstration's."""
    environ = {"DATA_DIR": str(stack.config.data_dir), "DATABASE_URL": stack.config.database_url}
    runner = create_app(load_config(environ)).test_cli_runner()
    create = "merchants create --name Docs --origin https://docs.example --market EU --json"
    merchant = json.loads(runner.invoke(args=create.split()).stdout)["id"]
    shopper = Shopper(stack, "eu", "D-offers", 45000)
    shopper.enter()
    shopper.submit()
    application = next(one for one in stack.api("eu", "GET", "/v1/applications?order=D-offers").json()["data"])
    account, said = stack.accounts["eu"], {}
    for command in [line for language, body in BLOCKS if language == "sh" for line in body.splitlines()]:
        for before, after in (
            ("https://HOST", stack.scenebank_url), ("bis_pk_test_…", account["publishable_key"]),
            ("bis_sk_test_…", account["secret_key"]), ("MERCHANT", merchant), ("OFFER", application["offer"]),
        ):  # fmt: skip
            command = command.replace(before, after)
        words = shlex.split(command)
        if words[0] == "curl":
            done = subprocess.run(words, capture_output=True, timeout=30)
            assert done.returncode == 0, command
            said[words[-1].partition("?")[0].rpartition("/")[2]] = json.loads(done.stdout)
        else:
            ran = runner.invoke(args=words[3:])
            assert ran.exit_code == 0, (command, ran.output)
            said[" ".join(words[3:5]) + (" json" if "--json" in words else "")] = ran.stdout
    assert len(said) == 8
    assert [plan["term"] for one in said["offers"]["data"] for plan in one["plans"]] == [6, 6]
    reasons = {one["product"]: one["reasons"][0]["reason"] for one in said["not_offered"]["data"]}
    assert (reasons["hb-instal-eur"], reasons["hb-loan-eur"]) == ("amount_too_small", "kind")
    assert said["offers show"] == json.loads(said["offers show json"])["content"]
    assert json.loads(said["offers recompute json"])["same"] is True
