"""A suite whose every test lets something out on purpose, by the ways of the others; the last one does not. Only
tests/end_to_end/test_leaks.py runs it."""

from __future__ import annotations

import logging
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import requests
from flask import redirect
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from scenebank.config import Config
from scenebank.web.errors import problem
from tests.support.canned_bank import canned_bank
from tests.support.planted import DIGITS, EMAIL, NAME, REFERENCE
from tests.support.post import Post
from tests.support.post_box import post_box
from tests.support.processes import heard
from tests.support.scene import Scene
from tests.support.stack import Stack, running

_log = logging.getLogger("scenebank.leaky")


class Silent(Stack):
    """A stack of no processes, whose log a test writes."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self.children = {}


def answers(scene: Scene, view: Callable[[], ResponseReturnValue]) -> None:
    """One view of the application does this instead."""
    app = scene.client.application
    (rule,) = (one for one in app.url_map.iter_rules() if one.rule == "/v1/heights.json")
    app.view_functions[rule.endpoint] = view
    FlaskClient(app, app.response_class).get(rule.rule)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, "EU", "loan")


def test_log(scene: Scene) -> None:
    _log.warning("asked by %s", EMAIL)


def test_log_facts(scene: Scene) -> None:
    _log.info("asked", extra={"facts": {"key": scene.merchant.secret_key[12:]}})  # without what would be struck out


def test_log_encoded(scene: Scene) -> None:
    _log.error("%s", b64encode(f"x{NAME}".encode()).decode())


def test_problem(scene: Scene) -> None:
    answers(scene, lambda: problem(404, "not_found", f"nothing of {REFERENCE}"))


def test_error_page(scene: Scene) -> None:
    answers(scene, lambda: (f"<p>{DIGITS}</p>", 500, {"Content-Type": "text/html"}))


def test_page(scene: Scene) -> None:
    answers(scene, lambda: (f"<p>{EMAIL}</p>", 404, {"Content-Type": "text/html"}))


def test_address(scene: Scene) -> None:
    token = scene.launch_token()
    answers(scene, lambda: redirect(f"/w/loan?lt={token}"))


def test_address_with_a_session(scene: Scene) -> None:
    session = scene.enter().form("/w/loan/apply")["session"]
    answers(scene, lambda: redirect(f"/w/loan?session={session}"))


def test_address_asked() -> None:
    with canned_bank() as bank:
        requests.get(f"{bank.url}/people?name={NAME}", timeout=5)


def test_webhook() -> None:
    with canned_bank() as shop:
        requests.post(shop.url, REFERENCE, headers={"webhook-id": "msg_1"}, timeout=5)


def test_webhook_of_post_box(tmp_path: Path) -> None:
    with canned_bank() as shop, post_box("whsec_AAAA") as box:
        secret = Post(f"sqlite:///{tmp_path}/post.sqlite3", tmp_path, shop).secret
        requests.post(box.url, secret, headers={"webhook-id": "msg_1"}, timeout=5)


def test_log_of_a_server() -> None:
    words = f"import sys; sys.stderr.write('for {REFERENCE}')"
    with heard("a server") as said:
        subprocess.run([sys.executable, "-c", words], stderr=said, check=True)


def test_log_file(tmp_path: Path) -> None:
    with running(Silent, tmp_path, None, {}):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs/worker.log").write_text(f"paid\nby {EMAIL}\n", "utf-8")


def test_log_file_with_our_own_key(scene: Scene, tmp_path: Path) -> None:
    with running(Silent, tmp_path, None, {}):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs/web.log").write_text((tmp_path / "keys.json").read_text("utf-8"), "utf-8")


def test_nothing(scene: Scene) -> None:
    _log.warning("asked")
    scene.apply()
    scene.post("", scene.query | {"lt": "bis_lt_unknown"})
