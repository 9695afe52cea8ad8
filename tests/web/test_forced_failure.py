"""A view that breaks, at every route, with all that it knew in the words of its exception: neither the answer nor the
log has any of it."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from flask.testing import FlaskClient

from scenebank.logs import JsonLines
from tests.support.leaks import Leaks
from tests.support.planted import NAME, PLANTED
from tests.support.scene import DETAILS, Scene

_ARGUMENT = re.compile(r"<(?:any\((\w+)[^>]*|[^>]*)>")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "loan")
    yield made
    made.wired.database.dispose()


@pytest.fixture
def broken(scene: Scene) -> FlaskClient:
    """Of an application whose views all raise."""
    token, session = scene.launch_token(), scene.enter().form("/w/loan/apply")["session"]
    told = f"{DETAILS} {scene.merchant.secret_key} {token} {session}"
    assert len(PLANTED.seen(told)) == 6  # name, e-mail and phone; key, launch and session

    def view(**arguments: Any) -> NoReturn:
        try:
            raise KeyError(told)
        except KeyError as error:
            raise ValueError(f"{told} {arguments}") from error

    app = scene.client.application
    app.view_functions = dict.fromkeys(app.view_functions, view)
    return FlaskClient(app, app.response_class)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_says_nothing(scene: Scene, broken: FlaskClient, accept: str, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Authorization": f"Bearer {scene.merchant.secret_key}", "Accept": accept, "X-Name": NAME}
    words, statuses = [], Counter[int]()
    for rule in broken.application.url_map.iter_rules():
        path = _ARGUMENT.sub(lambda found: found[1] or NAME, rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PATCH", "PUT", "DELETE"}):
            typed: dict[str, Any] = {} if method == "GET" else {"data": DETAILS}
            answer = broken.open(path, method=method, query_string=scene.query, headers=headers, **typed)
            statuses[answer.status_code] += 1
            words.append(f"{method} {rule.rule}\n{answer.headers}\n{answer.text}")
    assert set(statuses) == {500}
    assert [one for one in words if PLANTED.seen(one)] == []
    lines = [JsonLines().format(record) for record in caplog.records]
    assert [one for one in lines if PLANTED.seen(one)] == []
    failures = [json.loads(one)["error"] for one in lines if json.loads(one)["level"] == "error"]
    assert [[error["kind"] for error in one] for one in failures] == [["ValueError", "KeyError"]] * statuses.total()


def test_would_be_found(broken: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Were an exception told with its words."""
    broken.get("/v1/heights.json")
    (record,) = (one for one in caplog.records if one.levelno == logging.ERROR)
    leaks = Leaks(PLANTED)
    leaks.wrote("log", logging.Formatter().format(record))
    assert {one.partition(" in: ")[0] for one in leaks.search()} > {"name", "email", "phone", "bis_sk"}
