"""A schemathesis run over ``/openapi.json``: the whole application by HTTP, with things of a real merchant to ask
for."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from werkzeug.serving import WSGIRequestHandler, make_server

from scenebank.config import load_config
from scenebank.merchants.key_service import WantedKey
from scenebank.merchants.model import KeyKind, Mode
from scenebank.store.migrate import migrate
from scenebank.wiring import build_services
from tests.support.scene import SHOP, Scene
from tests.support.serving import served

SEED = 20261124
JWKS = [
    {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
]  # fmt: skip
CHECKS = {
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header",
    "unsupported_method", "allow_header_conformance", "use_after_free", "ensure_resource_availability", "ignored_auth",
}  # fmt: skip
_numbers = itertools.count()
schemathesis.serializer.alias("application/secevent+jwt", "text/plain")


@dataclass
class Run:
    """What was seen: requests by operation, statuses, and what a check found wrong."""

    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)


def seeded(folder: Path) -> Scene:
    """A shop on a database at its newest version."""
    migrate(build_services(load_config({"DATA_DIR": str(folder)})).database)
    return Scene(folder, "EU", "loan")


def run(
    scene: Scene, examples: int, phases: tuple[str, ...], change: Callable[[dict[str, Any]], None] | None = None
) -> Run:
    """All checks, ``examples`` for an operation and phase; the same every time. ``change`` spoils the document."""
    document = json.loads(scene.client.get("/openapi.json").text)
    app = scene.client.application
    told = narrowed(scene, document)
    if change is not None:
        change(told)
    found = Run()
    with served_app(app) as url:
        config = SchemathesisConfig.from_dict(_settings(scene, examples, phases) | {"base-url": url})
        schema = schemathesis.openapi.from_dict(told, config=config)
        schema.hooks.hook("filter_case")(_can_be_said)
        for event in from_schema(schema).execute():
            if isinstance(event, NonFatalError):
                found.wrong[f"{event.label}: engine"] = str(event.value)
            if isinstance(event, ScenarioFinished):
                _note(found, event)
    return found


@contextmanager
def served_app(app: Flask) -> Iterator[str]:
    """The application behind real HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}"


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def _settings(scene: Scene, examples: int, phases: tuple[str, ...]) -> dict[str, Any]:
    names = ("examples", "coverage", "fuzzing", "stateful")
    return {
        "seed": SEED,
        "generation": {"max-examples": examples, "no-shrink": True},
        "auth": {"openapi": {"secretKey": {"bearer": scene.merchant.secret_key}}},
        "headers": {"Accept-Encoding": "identity"},
        "phases": {name: {"enabled": name in phases} for name in names},
        "checks": {"missing_required_header": {"expected-statuses": [400, 401, 422]}},
        "operations": [
            # A publishable key names a shop: one that nobody has is unknown, not unauthenticated.
            {"include-name": "GET /v1/offers", "checks": {"ignored_auth": {"enabled": False}}},
            # `report` could be the id of a key, which can be deleted: there is none of that id.
            {"include-name": "POST /v1/keys/report", "checks": {
                "unsupported_method": {"enabled": False}, "allow_header_conformance": {"enabled": False},
            }},
        ],
        "continue-on-failure": True,
    }


@schemathesis.hook("before_call")
def _fresh_key(context: Any, case: Any, kwargs: Any) -> None:
    """A key is for one intent: what is sent anew is another one."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and re.fullmatch("[!-~]{16,255}", str(key)):
        case.headers["Idempotency-Key"] = f"fuzz-{next(_numbers):020d}"


def _can_be_said(context: Any, case: Any) -> bool:
    """What JSON Schema cannot say of a body is no example of a good one: 300.0 is a whole number to it, and a name is
    of printable characters."""
    body = case.body
    if not isinstance(body, dict):
        return True
    if any(isinstance(one, float) and one.is_integer() for one in _values(body)):
        return False
    name = body.get("name")
    return not isinstance(name, str) or (name.isprintable() and 1 <= len(name.strip()) <= 100)


def _values(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield value
    for one in inner:
        yield from _values(one)


def _note(found: Run, event: ScenarioFinished) -> None:
    recorder = event.recorder
    for key, node in recorder.cases.items():
        label = node.value.operation.label
        interaction = recorder.interactions.get(key)
        if interaction is None or interaction.response is None:
            continue
        found.requests[label] += 1
        found.statuses[interaction.response.status_code] += 1
        for check in recorder.checks.get(key, []):
            found.checks[check.name] += 1
            if check.failure_info is not None and not _is_only_narrowed(check.failure_info.failure.message):
                request = interaction.request
                said = (request.body or b"")[:300]
                answer = (interaction.response.content or b"")[:400]
                found.wrong.setdefault(
                    f"{label}: {check.name} {event.phase.value}: {check.failure_info.failure.title}",
                    f"{check.failure_info.failure.message[:300]} | {request.method} {request.uri} {said!r} → "
                    f"{interaction.response.status_code} {answer!r}",
                )


def _is_only_narrowed(message: str) -> bool:
    """What is not in our own list (:func:`narrowed`) may be good all the same."""
    found = re.search(r"parameter `(\w+)` in query - violates `enum`", message)
    return found is not None and found.group(1) in {*_SCENE, "term"}


def narrowed(scene: Scene, document: dict[str, Any]) -> dict[str, Any]:
    """The document with what is this merchant's: only what it has is good in a place that wants something of it."""
    text = json.dumps(document)
    told: dict[str, Any] = json.loads(text)
    for name, change in _SCHEMAS.items():
        _narrow(told["components"]["schemas"][name]["properties"], change)
    things = _things(scene)
    query = _SCENE | {"key": [scene.merchant.publishable_key]}
    queries = {
        "/v1/applications": {"after": things["application_id"][:1]}, "/v1/receipts/consistency": {"first": ["0"]},
        "/v1/offers": {"term": ["6", "12"]},
    }  # fmt: skip
    for path, operation in _operations(told):
        for one in operation["parameters"]:
            one.pop("example", None)
            values = (things if one["in"] == "path" else query | queries.get(path, {})).get(one["name"])
            if values is not None:
                one["schema"] = {"enum": values}
        for media in operation.get("requestBody", {}).get("content", {}).values():
            media.pop("example", None)
            if "properties" in media["schema"]:
                _narrow(media["schema"]["properties"], {name: {"enum": values} for name, values in query.items()})
    return told


def _operations(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in told["paths"].items():
        for operation in methods.values():
            yield path, operation


def _narrow(properties: dict[str, Any], change: dict[str, Any]) -> None:
    for name, schema in change.items():
        if name in properties and "properties" in schema:
            _narrow(properties[name]["properties"], schema["properties"])
        elif name in properties:
            properties[name] = schema


_SCENE: dict[str, list[str]] = {
    "amount": ["129900", "10000", "5000000"], "currency": ["EUR"], "product": ["harbour-one", "lantern-one"],
}  # fmt: skip
_SCHEMAS: dict[str, dict[str, Any]] = {
    "NewSession": {
        "origin": {"enum": [SHOP]}, "return_url": {"enum": [f"{SHOP}/back", None]},
        "order": {"properties": {"currency": {"enum": ["EUR"]}}},
    },
    "NewKey": {"jwk": {"enum": [*JWKS, None]}, "mode": {"enum": ["test", None]}},
    "Roll": {"jwk": {"type": "null"}},
    "Window": {
        "from": {"enum": ["2026-11-24T00:00:00Z"]},
        "to": {"enum": ["2026-11-25T00:00:00Z", "2026-12-25T00:00:00+00:00"]},
    },
}  # fmt: skip


def _things(scene: Scene) -> dict[str, list[str]]:
    """Ids by the name of the parameter; ``x`` is nobody's."""
    wired, merchant = scene.wired, scene.merchant.id
    scene.apply()
    scene.run()
    (application,) = wired.applications.list(merchant, Mode.TEST, None, None, 1)
    endpoints = [wired.webhooks.add_endpoint(merchant, Mode.TEST, f"https://hooks.example/{n}")[0] for n in range(2)]
    keys = [wired.merchant_keys.create(merchant, Mode.TEST, WantedKey(KeyKind.SECRET)).key.id for _n in range(8)]
    events = [one.id for one in wired.webhooks.feed(merchant, Mode.TEST, 0, 5)]
    receipts = [one.id for one in wired.receipts.of_application(merchant, Mode.TEST, application.id)]
    return {
        "application_id": [application.id, "x"], "endpoint_id": [*endpoints, "x"], "key_id": [*keys, "x"],
        "event_id": [*events, "x"], "receipt_id": [*receipts[:2], "x"], "session_id": [application.session_id, "x"],
        "bank_id": ["harbour", "x"], "widget": [scene.widget],
    }  # fmt: skip
