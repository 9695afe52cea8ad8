"""The headers of every route, by its path. They stand here and are taken from nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.scene import SHOP, Scene

POWERS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), fullscreen=()"
CLOSED = {
    "Content-Security-Policy": r"default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Permissions-Policy": re.escape(POWERS),
    "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
    "X-Request-Id": "req_[0-9a-f]{16}",
}  # fmt: skip
HASHED = (r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; form-action 'self'; "
          rf"base-uri 'none'; frame-ancestors {re.escape(SHOP)}")  # fmt: skip
NONCE = (r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}' 'nonce-[\w-]{22}'; "
         r"connect-src 'self'; require-trusted-types-for 'script'; trusted-types htmx; "
         rf"form-action 'self' https://bank.example; base-uri 'none'; frame-ancestors {re.escape(SHOP)}")  # fmt: skip
FRAMED = CLOSED | {"Cross-Origin-Resource-Policy": "cross-origin", "Cross-Origin-Embedder-Policy": "require-corp",
                   "Cross-Origin-Opener-Policy": "unsafe-none"}  # fmt: skip
PUBLIC = FRAMED | {"Content-Security-Policy": HASHED, "Cache-Control": r"public, max-age=\d{1,2}"}
REFUSED = FRAMED | {"Content-Security-Policy": HASHED}
PERSONAL = FRAMED | {"Content-Security-Policy": NONCE}
NOBODYS = FRAMED | {"Content-Security-Policy": HASHED.replace(re.escape(SHOP), r"\*")}
ALONE = FRAMED | {"Content-Security-Policy": HASHED.replace(re.escape(SHOP), "'none'")}
SCRIPT = CLOSED | {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": r"\*",
                   "Cache-Control": "public, max-age=600"}  # fmt: skip
PINNED = SCRIPT | {"Cache-Control": "public, max-age=31536000, immutable"}
FOR_BANKS = CLOSED | {"Cache-Control": "public, max-age=300"}
PAGE = CLOSED | {"Cross-Origin-Embedder-Policy": "require-corp",
                 "Content-Security-Policy": r"default-src 'none'; .*frame-ancestors 'none'.*"}  # fmt: skip
# Route → its address, what is sent, status, headers. Machines' routes without a row are asked without a key below.
ROWS: dict[str, tuple[str, int, dict[str, str]]] = {
    "GET /w/<widget>": ("GET /w/loan?{scene}", 200, PUBLIC),
    "GET /w/<widget>/<step>": ("GET /w/loan/schedule?{scene}&choice=harbour/harbour-one/12", 200, PUBLIC),
    "POST /w/<widget>": ("POST /w/loan", 401, REFUSED),
    "POST /w/<widget>/<step>": ("POST /w/loan/apply", 401, REFUSED),
    "POST /w/<widget>/bank": ("POST /w/loan/bank", 401, REFUSED),
    "POST /v1/launch": ("POST /v1/launch", 401, REFUSED),
    "POST /v1/resume": ("POST /v1/resume", 401, REFUSED),
    "GET /go/<handle>": ("GET /go/nothing", 404, ALONE),
    "GET /back/<application_id>": ("GET /back/app_nobody", 404, ALONE),
    "GET /v1/scene.js": ("GET /v1/scene.js", 200, SCRIPT),
    "GET /v1/scene.<name>.js": ("GET {pinned}", 200, PINNED),
    "GET /v1/htmx.<name>.js": ("GET /v1/htmx.0000000000000000.js", 404, CLOSED),
    "GET /v1/debug.js": ("GET /v1/debug.js?{scene}", 200, SCRIPT | {"Cache-Control": "no-store"}),
    "GET /v1/heights.json": ("GET /v1/heights.json", 200, SCRIPT),
    "GET /.well-known/jwks.json": ("GET /.well-known/jwks.json", 200, FOR_BANKS),
    "GET /v1/receipts/keys": ("GET /v1/receipts/keys", 200, FOR_BANKS),
    "GET /v1/receipts/head": ("GET /v1/receipts/head", 404, CLOSED),
    "GET /v1/receipts/consistency": ("GET /v1/receipts/consistency", 422, CLOSED),
    "GET /r/<receipt_id>": ("GET /r/nobodys", 404, PAGE),
    "GET /r/<receipt_id>/receipt.json": ("GET /r/nobodys/receipt.json", 404, CLOSED),
    "GET /openapi.json": ("GET /openapi.json", 200, SCRIPT),
    "GET /healthz": ("GET /healthz", 200, CLOSED),
    "GET /readyz": ("GET /readyz", 200, CLOSED),
    "GET /metrics": ("GET /metrics", 401, CLOSED),
    "POST /callbacks/<bank_id>": ("POST /callbacks/harbour", 401, CLOSED),
    "POST /v1/keys/report": ("POST /v1/keys/report", 422, CLOSED),
}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "loan")
    yield made
    made.wired.database.dispose()


def told(answer: TestResponse) -> dict[str, str]:
    """All that says who may do what with it."""
    names = {*FRAMED, *SCRIPT}
    return {name: value for name, value in answer.headers if name in names or name.startswith(("Access-", "X-Frame"))}


def assert_headers(answer: TestResponse, expected: dict[str, str], what: str) -> None:
    found = told(answer)
    assert set(found) == set(expected), what
    for name, pattern in expected.items():
        assert re.fullmatch(pattern, found[name]), (what, name, found[name])
    assert "Set-Cookie" not in answer.headers


def routes(scene: Scene) -> set[str]:
    found = set()
    for rule in scene.client.application.url_map.iter_rules():
        found |= {f"{method} {rule.rule}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def ask(scene: Scene, asked: str) -> TestResponse:
    method, path = asked.split(" ", 1)
    query = "&".join(f"{name}={value}" for name, value in scene.query.items())
    link = scene.client.get("/v1/scene.js").headers["Link"]
    path = path.replace("{scene}", query).replace("{pinned}", link[1:].partition(">")[0])
    fields: Any = scene.query | {"widget": "loan"} if method == "POST" and not path.startswith("/callbacks") else None
    if path == "/v1/keys/report":
        return scene.client.post(path, json={})
    return scene.client.open(path, method=method, data=fields)


def test_every_route(scene: Scene) -> None:
    """What has no row is a merchant's: nothing without a key, and closed."""
    every = routes(scene)
    assert set(ROWS) <= every
    for route in sorted(every):
        if route in ROWS:
            asked, status, expected = ROWS[route]
        else:
            method, rule = route.split(" ", 1)
            asked, status, expected = f"{method} {re.sub('<any.*?>', 'fulfil', rule)}", 401, CLOSED
            asked = re.sub("<.*?>", "x", asked)
        answer = ask(scene, asked)
        assert answer.status_code == status, (route, answer.text[:200])
        assert_headers(answer, expected, route)


def test_what_is_personal(scene: Scene) -> None:
    entered = scene.client.post("/w/loan", data=scene.query | {"lt": scene.launch_token()})
    assert_headers(entered, PERSONAL, "a launch")
    htmx = {"HX-Request": "true"}
    fragment = scene.client.post("/w/loan", data=scene.query | {"lt": scene.launch_token()}, headers=htmx)
    assert_headers(fragment, PERSONAL, "to htmx")
    nonces = {re.findall("nonce-([^']+)", one.headers["Content-Security-Policy"])[0] for one in (entered, fragment)}
    assert len(nonces) == 2


def test_a_merchants_answers(scene: Scene) -> None:
    bearer = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    for path in ("/v1/applications", "/v1/events", "/v1/keys", "/v1/origins", "/v1/webhook_endpoints"):
        answer = scene.client.get(path, headers=bearer)
        assert answer.status_code == 200
        assert_headers(answer, CLOSED, path)


def test_what_is_nobodys(scene: Scene) -> None:
    unknown = scene.client.get("/w/loan", query_string=scene.query | {"key": "bis_pk_test_" + "0" * 22})
    assert_headers(unknown, NOBODYS, "an unknown key")
    assert_headers(scene.client.get("/nothing/here"), CLOSED, "no address")
    assert_headers(scene.client.delete("/healthz"), CLOSED, "no method")


def test_a_request_has_one_id(scene: Scene) -> None:
    answers = [scene.client.get("/v1/applications") for _time in range(2)]
    ids = [answer.json and answer.json["request_id"] for answer in answers]
    assert ids == [answer.headers["X-Request-Id"] for answer in answers]
    assert ids[0] != ids[1]
