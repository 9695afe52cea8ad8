"""Commands and snippets of README and docs/ are run as they stand, with the reader's own host and keys put in."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
import requests

from app import create_app
from scenebank.config import load_config
from scenebank.web.embed.heights import published_height
from tests.support.browsers import chromium
from tests.support.budgets import measure_cost
from tests.support.plain_page import plain_page
from tests.support.shopper import Shopper
from tests.support.stack import Stack

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(name: str, language: str) -> list[str]:
    return [body for found, body in BLOCK.findall((ROOT / name).read_text("utf-8")) if found == language]


def filled(text: str, stack: Stack, origin: str) -> str:
    """The reader's own values."""
    account = stack.accounts["eu"]
    for before, after in (
        ("https://HOST", stack.scenebank_url), ("bis_pk_test_…", account["publishable_key"]),
        ("bis_sk_test_…", account["secret_key"]), ("https://shop.example/webhooks/scenebank", f"{stack.shop_url}/hook"),
        ("https://shop.example", origin),
    ):  # fmt: skip
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize(("document", "width"), [("README.md", 1280), ("docs/embed.md", 360), ("docs/embed.md", 768)])
def test_the_snippet_on_a_plain_page_keeps_the_budgets(stack: Stack, document: str, width: int) -> None:
    """Nobody wrote this page for it: no errors, no cookie, nothing stored, nothing shifts, few and small answers."""
    snippet = blocks(document, "html")[0]
    kept = re.search(r"min-height:(\d+)px", snippet)
    assert kept
    assert int(kept.group(1)) == published_height("instalments", "full", "en", 320)
    with plain_page() as page, chromium(width=width) as window:
        allow(stack, page.origin)
        cost = measure_cost(window, page, stack.scenebank_url, filled(snippet, stack, page.origin))
    assert 0 < cost.loader_bytes <= 1500
    assert cost.loader_bytes < cost.first_view_bytes <= 8000
    assert cost.requests == 2
    assert (cost.other_requests, cost.layout_shift, cost.cookies, cost.stored, cost.complaints) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("altered", [False, True])
def test_a_pinned_script_runs_and_an_altered_one_does_not(stack: Stack, altered: bool) -> None:
    link = requests.head(f"{stack.scenebank_url}/v1/scene.js", timeout=10).headers["Link"]
    found = re.fullmatch(r'<(/v1/scene\.[0-9a-f]{16}\.js)>; rel="alternate"; integrity="(sha384-[\w+/]{64})"', link)
    assert found
    digest = found.group(2)[:-1] + ("A" if found.group(2)[-1] != "A" else "B") if altered else found.group(2)
    script = blocks("docs/embed.md", "html")[1].replace("sha384-…", digest)
    script = script.replace("/v1/scene.0000000000000000.js", found.group(1))
    with plain_page() as page, chromium() as window:
        allow(stack, page.origin)
        scene = blocks("docs/embed.md", "html")[0].split("\n", 1)[1]
        page.body = filled(f"<h1>A shop</h1>{scene}{script}", stack, page.origin)
        window.open(page.origin)
        if altered:
            window.page.wait_for_timeout(1000)
            assert window.text("bank-scene a") == "Pay in instalments"
            assert window.page.is_visible("bank-scene a")
            assert "integrity" in " ".join(window.complaints)
        else:
            assert "APRC" in window.text(".offers", "bank-scene")


def allow(stack: Stack, origin: str) -> None:
    added = stack.api("eu", "POST", "/v1/origins", json={"origin": origin})
    assert added.status_code == 201, added.text


def test_when_we_are_down_the_children_stay(stack: Stack) -> None:
    snippet = blocks("docs/embed.md", "html")[0].replace("https://HOST", "http://127.0.0.1:9")
    with plain_page() as page, chromium() as window:
        page.body = f"<h1>A shop</h1>{snippet}"
        window.open(page.origin)
        assert window.text("bank-scene a") == "Pay in instalments"
        assert window.page.evaluate("Object.keys(window).filter(name => name.includes('bis')).length") == 0


def test_the_commands_of_embedding(stack: Stack) -> None:
    application = Shopper(stack, "eu", "D-1", 45000).accepted()
    for block in (*blocks("docs/embed.md", "sh"), *blocks("docs/security.md", "sh")):
        for command in re.split(r"\n(?=curl )", filled(block, stack, stack.shop_url).strip()):
            if "-sI" in command:
                continue  # it has a test of its own
            words = shlex.split(command.replace("APPLICATION", application))
            done = subprocess.run([*words, "-w", "\n%{http_code}"], capture_output=True, text=True, timeout=30)
            body, _line, status = done.stdout.rpartition("\n")
            assert status in ("200", "201", "202"), (command, done.stdout)
            assert isinstance(json.loads(body), dict)


def test_the_commands_of_webhooks(stack: Stack) -> None:
    """Each is the merchant's own: ENDPOINT and EVENT are what the answers before named."""
    Shopper(stack, "eu", "D-2", 45000).accepted()
    names = {"EVENT": stack.api("eu", "GET", "/v1/events").json()["data"][0]["id"]}
    for block in blocks("docs/webhooks.md", "sh"):
        for command in re.split(r"\n(?=curl )", filled(block, stack, stack.shop_url).strip()):
            for name, value in names.items():
                command = command.replace(name, value)
            done = subprocess.run(
                [*shlex.split(command), "-w", "\n%{http_code}"], capture_output=True, text=True, timeout=30
            )
            body, _line, status = done.stdout.rpartition("\n")
            assert status in ("200", "201", "202"), (command, done.stdout)
            names.setdefault("ENDPOINT", json.loads(body).get("id", ""))


def test_the_commands_of_a_server(stack: Stack) -> None:
    """In the order they stand, against a merchant of its own."""
    environ = {"DATA_DIR": str(stack.config.data_dir), "DATABASE_URL": stack.config.database_url, "PATH": "/usr/bin"}

    def run(words: list[str]) -> tuple[int, str, str]:
        """Status, output and messages; our own commands within this process, as a start takes longer than the rest."""
        if words[:3] == ["flask", "--app", "app"]:
            done = create_app(load_config(environ)).test_cli_runner().invoke(args=words[3:])
            return done.exit_code, done.stdout, done.stderr
        left = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
        return left.returncode, left.stdout, left.stderr

    create = "flask --app app merchants create --name Docs --origin https://shop.example --market EU --json"
    made = json.loads(run(create.split())[1])
    key = json.loads(run(f"flask --app app keys create --merchant {made['id']} --kind secret --json".split())[1])
    ran = 0
    for block in blocks("docs/server.md", "sh"):
        for command in re.split(r"\n(?=curl |flask )", block.strip()):
            for before, after in (
                ("https://HOST", stack.scenebank_url), ("bis_sk_test_…", made["secret_key"]), ("MERCHANT", made["id"]),
                ("KEY_ID", key["id"]),
            ):  # fmt: skip
                command = command.replace(before, after)
            curl = command.startswith("curl")
            status, output, messages = run(shlex.split(command) + (["-w", "\n%{http_code}"] if curl else []))
            assert status == 0, (command, messages)
            if curl:
                assert output.rpartition("\n")[2] in ("200", "201", "202", "204"), (command, output)
            elif "--json" in command:
                said = json.loads(output)
                key = said if "keys create" in command and said["mode"] == "test" else key
            ran += 1
    assert ran >= 20


def test_the_readmes_command_makes_a_merchant(stack: Stack) -> None:
    command = next(one for one in blocks("README.md", "sh") if one.startswith("flask"))
    done = flask_command(command, stack)
    assert done.returncode == 0, done.stderr
    key = json.loads(done.stdout)["publishable_key"]
    page = requests.get(
        f"{stack.scenebank_url}/w/instalments", params={"key": key, "amount": "45000", "currency": "EUR"}, timeout=10
    )
    assert page.status_code == 200


def test_the_commands_of_receipts(stack: Stack, tmp_path: Path) -> None:
    """A shop's: it finds a receipt, checks it alone, and that the ledger has only grown since."""
    application = Shopper(stack, "eu", "D-3", 45000).accepted()
    listed = stack.api("eu", "GET", f"/v1/applications/{application}/receipts").json()["data"]
    receipt = f"{stack.scenebank_url}/r/{listed[0]['receipt']}"
    for _turn in range(100):
        proof = requests.get(receipt, headers={"Accept": "application/json"}, timeout=10).json()["proof"]
        if proof is not None:
            break
        time.sleep(0.1)
    sizes = {"FIRST": str(size_of(proof["head"])), "SECOND": str(size_of(newest_head(stack)))}
    shutil.copy(ROOT / "docs/verify_receipt.py", tmp_path)
    (get, check, grow, walk) = blocks("docs/receipts.md", "sh")
    for block in (get, check, grow):
        text = filled(block, stack, stack.shop_url).replace("python3", f"{sys.executable} -I")
        for name, value in {"APPLICATION": application, "RECEIPT": listed[0]["receipt"], **sizes}.items():
            text = text.replace(name, value)
        done = subprocess.run(["sh", "-e", "-c", text], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (block, done.stdout, done.stderr)
    assert "growth.json: HOLDS" in done.stdout
    walked = flask_command(walk, stack)
    assert walked.returncode == 0, walked.stderr
    assert json.loads(walked.stdout)["ok"] is True


def newest_head(stack: Stack) -> str:
    return str(requests.get(f"{stack.scenebank_url}/v1/receipts/head", timeout=10).json()["head"])


def size_of(head: str) -> int:
    payload = head.split(".")[1]
    return int(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["size"])


def flask_command(command: str, stack: Stack) -> subprocess.CompletedProcess[str]:
    """As an operator runs it beside the running house."""
    words = shlex.split(command)
    words[0] = str(Path(sys.executable).with_name("flask"))
    environ = {"DATA_DIR": str(stack.config.data_dir), "DATABASE_URL": stack.config.database_url, "PATH": "/usr/bin"}
    return subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)


def test_the_two_commands_exist() -> None:
    (first, *_rest) = blocks("README.md", "sh")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {line.removeprefix("make ") for line in first.splitlines()} <= set(targets)


def test_links_lead_somewhere() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
            if not link.startswith("http"):
                assert (document.parent / link).exists(), f"{document.name}: {link}"
