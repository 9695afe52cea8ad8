"""Every answer of a test's client is held against ``/openapi.json``: its status, its type, its headers and its JSON,
which has no member that the document does not name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator
from werkzeug.test import TestResponse

from app import create_app
from scenebank.web.contract.document import make_document
from scenebank.web.contract.operation import operation_of
from scenebank.wiring import Wired

_MADE: dict[frozenset[tuple[str, ...]], Contract] = {}


class DocumentedClient(FlaskClient):
    """A test's client that believes nothing."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        answer = super().open(*args, **more)
        check_answer(self.application, answer)
        return answer


def client_of(wired: Wired) -> DocumentedClient:
    """Of the whole application."""
    app = create_app(wired=wired)
    app.test_client_class = DocumentedClient
    return cast(DocumentedClient, app.test_client())


def check_answer(app: Flask, answer: TestResponse) -> bool:
    """Whether the document says anything of the request's address and method; if so, it has to have told the truth."""
    request = answer.request
    found = _contract(app).operation(request.method, request.path)
    if found is None:
        return False
    template, operation = found
    what = f"{request.method} {template} → {answer.status_code}"
    assert str(answer.status_code) in operation["responses"], f"{what} is not documented: {answer.text[:300]}"
    told = operation["responses"][str(answer.status_code)]
    for name in told["headers"]:
        header = _contract(app).document["components"]["headers"][name]
        assert not header.get("required") or name in answer.headers, f"{what} lacks {name}"
    content, kind = told.get("content", {}), (answer.content_type or "").partition(";")[0]
    if request.method == "HEAD" or answer.status_code in (204, 304):
        return True
    assert kind in content, f"{what} is {kind}, and the document says {sorted(content)}"
    if "schema" in content[kind] and kind.endswith("json") and "Content-Encoding" not in answer.headers:
        _contract(app).check(content[kind]["schema"], json.loads(answer.data), what)
    return True


class Contract:
    """The document. Its schemas are closed."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._components = {"components": {"schemas": document["components"]["schemas"]}}
        self._paths = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", template)), template) for template in sorted(document["paths"])
        ]
        self._validators: dict[str, Draft202012Validator] = {}

    def operation(self, method: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
        method = "get" if method == "HEAD" else method.lower()
        for pattern, template in self._paths:
            if pattern.fullmatch(path) and method in self.document["paths"][template]:
                return template, self.document["paths"][template][method]
        return None

    def check(self, schema: dict[str, Any], value: Any, what: str) -> None:
        key = json.dumps(schema)
        if key not in self._validators:
            self._validators[key] = Draft202012Validator(schema | self._components)
        wrong = [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in
                 self._validators[key].iter_errors(value)]  # fmt: skip
        assert not wrong, f"{what}: {wrong[:5]}"


@lru_cache(maxsize=4)
def _contract(app: Flask) -> Contract:
    """Applications with the same routes share one: making it costs more than most tests."""
    told = {name for name, view in app.view_functions.items() if operation_of(view) is not None}
    routes = frozenset(
        (rule.rule, rule.endpoint, str(rule.endpoint in told), *sorted(rule.methods or ()))
        for rule in app.url_map.iter_rules()
    )
    if routes not in _MADE:
        _MADE[routes] = Contract(make_document(app, "https://scenebank.example"))
    return _MADE[routes]
