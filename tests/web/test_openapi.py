"""``/openapi.json``: a valid document, of every machines' route and of nothing else, that says what is so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from scenebank.merchants.model import Scope
from scenebank.web.api.scopes import NEEDED, OPEN
from scenebank.web.contract.document import path_templates
from tests.support.contract import check_answer
from tests.support.scene import Scene

# For people, or for our own loader: of no use to a program.
NOT_TOLD = {
    "GET /w/<widget>/<step>", "POST /w/<widget>/<step>", "POST /w/<widget>/bank", "GET /go/<handle>",
    "GET /back/<application_id>", "GET /v1/scene.<name>.js", "GET /v1/htmx.<name>.js", "GET /v1/debug.js",
    "GET /metrics",
}  # fmt: skip


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = Scene(tmp_path_factory.mktemp("scene"), "EU", "loan")
    yield made
    made.wired.database.dispose()


@pytest.fixture(scope="module")
def document(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scene.client.get("/openapi.json").text)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    names = [operation["operationId"] for _name, operation in operations(document)]
    assert len(names) == len(set(names))
    assert {tag for _name, one in operations(document) for tag in one["tags"]} == {
        one["name"] for one in document["tags"]
    }


def test_every_route_is_told_and_no_other(scene: Scene, document: dict[str, Any]) -> None:
    routes = {
        (f"{method} {rule.rule}", f"{method} {path}")
        for rule in scene.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for path in path_templates(rule.rule)
    }  # fmt: skip
    assert {rule for rule, _path in routes} >= NOT_TOLD
    told = {path for rule, path in routes if rule not in NOT_TOLD}
    assert {name for name, _operation in operations(document)} == told
    assert len(told) >= 45


def test_scopes_and_doors_are_those_that_are_checked(document: dict[str, Any]) -> None:
    found = dict(operations(document))
    for route, scope in NEEDED.items():
        method, rule = route.split(" ", 1)
        for path in path_templates(rule):
            assert found[f"{method} {path}"]["x-scope"] == scope.value
            assert {"secretKey": []} in found[f"{method} {path}"]["security"]
            assert {"401", "403", "422", "429"} <= set(found[f"{method} {path}"]["responses"])
    assert {one["x-scope"] for one in found.values() if "x-scope" in one} == {scope.value for scope in Scope}
    for route in OPEN:
        method, rule = route.split(" ", 1)
        assert found[f"{method} {path_templates(rule)[0]}"]["security"] == []


def test_every_example_is_what_it_is_an_example_of(document: dict[str, Any]) -> None:
    checked = 0
    for name, media in _examples(document):
        schema = media["schema"] | {"components": document["components"]}
        wrong = [error.message for error in Draft202012Validator(schema).iter_errors(media["example"])]
        assert wrong == [], name
        checked += 1
    assert checked >= 90


def _examples(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in [media for one in bodies for media in one.get("content", {}).values()] + operation["parameters"]:
            if "example" in media:
                yield name, media


def test_a_key_is_taken_where_the_document_says(document: dict[str, Any]) -> None:
    required = {
        name: one["required"] for name, operation in operations(document) for one in operation["parameters"]
        if one["name"] == "Idempotency-Key"
    }  # fmt: skip
    settle = {f"POST /v1/applications/{{application_id}}/{one}" for one in ("fulfil", "cancel", "refund")}
    assert {name for name, needed in required.items() if needed} == {
        *settle, "POST /v1/keys", "POST /v1/keys/{key_id}/roll", "POST /v1/catalogue/revisions",
        "POST /v1/catalogue/products/{bank_id}/{product_id}/rollback",
    }  # fmt: skip
    assert {name for name, needed in required.items() if not needed} >= {"POST /v1/webhook_endpoints"}


def test_limits_are_told(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        headers = operation["responses"]["429"]["headers"]
        assert {"RateLimit-Policy", "RateLimit", "Retry-After"} <= set(headers), name


def test_it_is_kept_by_its_tag(scene: Scene) -> None:
    for encoding in ("", "br", "gzip"):
        first = scene.client.get("/openapi.json", headers={"Accept-Encoding": encoding})
        assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=600")
        assert first.headers.get("Content-Encoding", "") == encoding
        again = scene.client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert (again.headers["ETag"], again.headers["Cache-Control"]) == (
            first.headers["ETag"], first.headers["Cache-Control"],
        )  # fmt: skip
    assert scene.client.get("/openapi.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_answer_that_is_not_told_is_seen(scene: Scene) -> None:
    """The check of every answer, which the tests of all doors make, sees what it is there for."""
    app = scene.client.application
    for path, change in (("/healthz", {"status": "ok", "more": 1}), ("/healthz", {"status": "bad"}), ("/healthz", {})):
        answer = scene.client.get(path)
        answer.set_data(json.dumps(change))
        with pytest.raises(AssertionError, match="/healthz"):
            check_answer(app, answer)
    for spoil in ({"status_code": 418}, {"content_type": "text/plain"}):
        answer = scene.client.get("/healthz")
        for name, value in spoil.items():
            setattr(answer, name, value)
        with pytest.raises(AssertionError, match="/healthz"):
            check_answer(app, answer)
    assert check_answer(app, scene.client.get("/healthz")) is True
    assert check_answer(app, scene.client.get("/nowhere")) is False
