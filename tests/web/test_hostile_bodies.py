"""Hostile texts in what servers send about keys, endpoints, origins and visits: kept and given back as they came, or
refused with the field's name; and what is kept changes no page and no header."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from scenebank.merchants.key_service import WantedKey
from scenebank.merchants.model import KeyKind, Mode
from tests.support.databases import database_of
from tests.support.hostile_strings import TENTH_AND_WHOLE, as_text, cases, folder, planted
from tests.support.html_tree import Tree
from tests.support.scene import SHOP, Scene

pytestmark = pytest.mark.skipif(folder() is None, reason="SCENEBANK_SHARED_DATA has no security/strings here")
HOOK = "https://hooks.example/here"
WINDOW = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-25T00:00:00Z", "after": "0", "status": "dead"}
# Route, a good body, and the places a text is put into; a place that ends in a slash is a name of its own.
BODIES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "POST /v1/logout": ({"user": {"ref": "u"}}, ("user", "user/ref", "user/", "")),
    "POST /v1/keys": (
        {"kind": "restricted", "scopes": ["events:read"]}, ("kind", "mode", "scopes", "scopes[]", "jwk", "jwk/x", ""),
    ),
    "POST /v1/keys/{key}/roll": ({"grace": "24h"}, ("grace", "jwk", "jwk/kty", "")),
    "POST /v1/keys/report": ({"key": "x"}, ("key", "")),
    "POST /v1/webhook_endpoints": ({"url": HOOK}, ("events", "events[]", "signatures", "signatures[]", "")),
    "PATCH /v1/webhook_endpoints/{endpoint}": ({}, ("url", "events[]", "signatures[]", "enabled", "")),
    "POST /v1/webhook_endpoints/{endpoint}/rotate": ({"at_once": True}, ("at_once", "")),
    "POST /v1/webhook_endpoints/{endpoint}/replay": (WINDOW, ("from", "to", "after", "status", "")),
    "POST /v1/webhook_endpoints/{endpoint}/test": ({}, ("",)),
    "POST /v1/applications/{application}/refund": (
        {"amount": {"amount": "1", "currency": "EUR"}}, ("amount", "amount/amount", "amount/currency", "amount/", ""),
    ),
}  # fmt: skip
PLACES = tuple(f"{route} {place}" for route, (_good, places) in BODIES.items() for place in places)
# What may be any text, or looks like what it must be more often than not.
TAKEN = {"POST /v1/logout user/ref", "POST /v1/keys/report key", "PATCH /v1/webhook_endpoints/{endpoint} url"}
_numbers = itertools.count()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    url = database_of(request, folder)
    made = Scene(folder, "EU", "loan", url)
    made.apply()
    yield made
    made.wired.database.dispose()


def ours_only(scene: Scene) -> bool:
    """What a list holds makes no difference to a database; what no database takes is in our own."""
    return scene.wired.database.engine.dialect.name == "postgresql"


def send(scene: Scene, method: str, path: str, body: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {scene.merchant.secret_key}", "Idempotency-Key": f"text-{next(_numbers):020d}"}
    return scene.client.open(path, method=method, json=body, headers=headers)


def assert_refused(answer: TestResponse, place: str, text: object) -> None:
    """In words, with the field's pointer; half a character is none of JSON."""
    assert 400 <= answer.status_code < 500, (place, text, answer.status_code)
    document = json.loads(answer.text)
    if answer.status_code != 422:
        assert document["code"] in ("mode_mismatch", "not_settleable"), (place, text, document)
        return
    (pointer, code), *_more = [(one["pointer"], one["code"]) for one in document["errors"]]
    assert pointer.startswith(f"/{place.partition('/')[0].removesuffix('[]')}") or code == "malformed_json", (
        place, text, pointer,
    )  # fmt: skip


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_bodies(scene: Scene, whole: bool) -> None:
    wired, merchant = scene.wired, scene.merchant.id
    (application,) = wired.applications.list(merchant, Mode.TEST, None, None, 1)
    things = {
        "key": wired.merchant_keys.create(merchant, Mode.TEST, WantedKey(KeyKind.PUBLISHABLE)).key.id,
        "endpoint": wired.webhooks.add_endpoint(merchant, Mode.TEST, HOOK)[0], "application": application.id,
    }  # fmt: skip
    taken = 0
    for place, text in cases(PLACES, whole, ours_only(scene)):
        method, path, field = place.split(" ")
        answer = send(scene, method, path.format(**things), planted(BODIES[f"{method} {path}"][0], field, text))
        if answer.status_code < 300:
            assert place in TAKEN or place.endswith(" after"), (place, text)
            taken += 1
        else:
            assert_refused(answer, field, text)
    assert taken >= (1 if ours_only(scene) else 5)


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_what_is_kept_comes_back(scene: Scene, whole: bool) -> None:
    kept = 0
    for field, text in cases(("name", "url", "origin"), whole, ours_only(scene)):
        given = as_text(text)
        path, good = {"name": ("/v1/keys", {"kind": "launch_secret"}), "url": ("/v1/webhook_endpoints", {}),
                      "origin": ("/v1/origins", {})}[field]  # fmt: skip
        answer = send(scene, "POST", path, good | {field: given})
        if answer.status_code != 201:
            assert_refused(answer, field, text)
            continue
        kept += 1
        made, listed = json.loads(answer.text), json.loads(send(scene, "GET", path, None).text)["data"]
        if field == "origin":
            assert given in listed
            assert_shown_on(scene, given)
            gone = send(scene, "DELETE", f"{path}?{urlencode({'origin': given})}", None)
        else:
            assert made[field] == given
            assert given in [one[field] for one in listed]
            gone = send(scene, "DELETE", f"{path}/{made['id']}", None)
        assert gone.status_code == 204
    assert kept >= 3 or ours_only(scene)


def assert_shown_on(scene: Scene, origin: str) -> None:
    """It stands in a header of every page, whole and once."""
    page = scene.client.get(f"/w/{scene.widget}", query_string=scene.query)
    policy = page.headers["Content-Security-Policy"]
    assert policy.rpartition("frame-ancestors ")[2].split(" ") == sorted({SHOP, origin}, key=policy.index)
    assert len(page.headers.getlist("Content-Security-Policy")) == 1
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("whole", TENTH_AND_WHOLE)
def test_in_a_visit_that_a_server_began(scene: Scene, whole: bool) -> None:
    """A shopper's reference, an order's name and the address to go back to reach no page but as a text."""
    scene.clock.move(1)  # whoever was logged out in another test comes in again
    harmless = visit(scene, "order/id", "x")
    assert harmless is not None
    shape, taken = (Tree(harmless.text).shape, sorted(harmless.headers.keys())), 0
    for field, text in cases(("order/id", "user/ref", "return_url"), whole, ours_only(scene)):
        page = visit(scene, field, as_text(text))
        if page is not None:
            assert (Tree(page.text).shape, sorted(page.headers.keys())) == shape, (field, text)
            taken += 1
    assert taken >= 20 or ours_only(scene)


def visit(scene: Scene, field: str, text: str) -> TestResponse | None:
    """The page of a visit with this text; None where the visit was refused."""
    good: dict[str, Any] = {
        "widget": scene.widget, "origin": SHOP, "user": {"ref": "u"}, "order": {"id": "o", **scene.amount.json()},
        "return_url": f"{SHOP}/back",
    }  # fmt: skip
    given = f"{SHOP}/{text}" if field == "return_url" else text
    answer = send(scene, "POST", "/v1/sessions", planted(good, field, given))
    if answer.status_code != 201:
        assert_refused(answer, field, text)
        return None
    token = json.loads(answer.text)["launch_token"]
    page = scene.client.post(f"/w/{scene.widget}", data=scene.query | {"lt": token})
    assert page.status_code == 200
    return page
