"""A merchant's keys over the API: made, shown once, rolled, ended, leaked."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import text
from werkzeug.test import TestResponse

from scenebank.merchants.key_service import MOST
from scenebank.merchants.model import Mode, Scope
from scenebank.store.tables import metadata
from scenebank.web.api.scopes import NEEDED
from tests.support.databases import database_of
from tests.support.scene import SHOP, Scene

HOUR_S, DAY_S = 3600, 24 * 3600


class Desk:
    """The shop's server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.scene = Scene(folder, "EU", "loan", url)
        self.secret = self.scene.merchant.secret_key
        self.asked = 0

    def call(self, method: str, path: str, body: Any = None, key: str = "", **headers: str) -> TestResponse:
        self.asked += 1
        sent = {"Authorization": f"Bearer {key or self.secret}", "Idempotency-Key": f"key-{self.asked:020d}"} | headers
        return self.scene.client.open(path, method=method, json=body, headers=sent, buffered=True)

    def make(self, kind: str, **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "/v1/keys", {"kind": kind} | more)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return dict(answer.json or {})

    def keys(self) -> dict[str, dict[str, Any]]:
        answer = self.call("GET", "/v1/keys")
        return {one["id"]: one for one in (answer.json or {})["data"]}

    def mine(self, kind: str) -> dict[str, Any]:
        return next(one for one in self.keys().values() if one["kind"] == kind and one["status"] != "ended")

    def works(self, key: str) -> bool:
        return self.call("GET", "/v1/applications", key=key).status_code == 200

    def events(self, kind: str) -> list[dict[str, Any]]:
        found = self.scene.wired.webhooks.feed(self.scene.merchant.id, Mode.TEST, 0, 100)
        return [dict(one.data) for one in found if one.type == kind]

    def after(self, seconds: float) -> None:
        self.scene.clock.move(seconds)
        self.scene.queue.run_due(self.scene.wired.all_links())


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = database_of(request, tmp_path)
    made = Desk(tmp_path, url)
    yield made
    made.scene.wired.database.dispose()


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, str((answer.json or {})["code"])


def test_every_secret_is_shown_once_and_stored_nowhere(desk: Desk) -> None:
    made = [desk.make("secret"), desk.make("restricted", scopes=["events:read"]), desk.make("launch_secret")]
    shown = desk.call("GET", "/v1/keys").text
    for one in made:
        assert one["key"].endswith(one["last4"])
        assert one["key"] not in shown
        assert one["id"] in shown
    with desk.scene.wired.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = repr(connection.execute(text(f'SELECT * FROM "{table.name}"')).all())
            assert not any(one["key"] in rows for one in made), table.name


def test_the_same_request_again_makes_no_second_key(desk: Desk) -> None:
    body, sent = {"kind": "secret", "name": "shop 1"}, {"Idempotency-Key": "once-and-for-all-1"}
    first, again = (desk.call("POST", "/v1/keys", body, **sent) for _time in "12")
    assert again.text == first.text
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len([one for one in desk.keys().values() if one["name"] == "shop 1"]) == 1
    assert code(desk.call("POST", "/v1/keys", {"kind": "publishable"}, **sent)) == (422, "idempotency_key_reused")
    assert code(desk.call("POST", "/v1/keys", body, **{"Idempotency-Key": ""})) == (400, "idempotency_key_required")


@pytest.mark.parametrize(("grace", "seconds"), [("now", 0), ("1h", HOUR_S), ("24h", DAY_S), ("7d", 7 * DAY_S)])
def test_a_rolled_key_ends_after_its_grace(desk: Desk, grace: str, seconds: int) -> None:
    other = desk.make("secret")
    answer = desk.call("POST", f"/v1/keys/{other['id']}/roll", {"grace": grace})
    assert answer.status_code == 201, answer.text
    assert answer.json
    new, old = answer.json, answer.json["rolled"]
    assert desk.works(new["key"])
    assert old["expires_at"] is not None
    if seconds:
        desk.scene.clock.move(seconds - 0.001)
        assert desk.works(other["key"])
        desk.scene.clock.move(0.001)
    assert not desk.works(other["key"])
    assert desk.works(new["key"])
    assert desk.keys()[other["id"]] | {"last_used_at": None} == old | {"status": "ended", "last_used_at": None}
    assert code(desk.call("POST", f"/v1/keys/{other['id']}/roll")) == (409, "key_ended")


def test_a_publishable_key_rolls_too(desk: Desk) -> None:
    old = desk.mine("publishable")
    new = desk.call("POST", f"/v1/keys/{old['id']}/roll", {"grace": "1h"}).json
    assert new
    assert [desk.scene.get(key=key).status for key in (old["value"], new["value"])] == [200, 200]
    body = {"widget": "loan", "origin": SHOP, "user": {"ref": "u"}}
    made = desk.call("POST", "/v1/sessions", body).json
    assert made
    assert new["value"] in made["widget_url"]
    desk.scene.clock.move(HOUR_S)
    assert [desk.scene.get(key=key).status for key in (old["value"], new["value"])] == [404, 200]


def launched(desk: Desk, kid: str, algorithm: str, key: Any) -> int:
    desk.asked += 1
    now = int(desk.scene.clock.now().timestamp())
    claims = {"iss": desk.scene.merchant.id, "aud": f"{desk.scene.wired.config.public_url}/v1/launch", "iat": now,
              "exp": now + 60, "jti": f"jti-{desk.asked:030d}", "sub": "u", "org": SHOP}  # fmt: skip
    header = {"alg": algorithm, "typ": "bis-launch+jwt", "kid": kid}
    token = (
        _by_hand(header, claims, key)
        if isinstance(key, bytes)
        else jwt.encode(header, claims, key, algorithms=[algorithm])
    )
    return desk.scene.post("", desk.scene.query | {"lt": token}).status


def _by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """HS256 with material no careful library takes."""
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, claims)]
    mac = urlsafe_b64encode(hmac.digest(secret, b".".join(parts), "sha256")).rstrip(b"=")
    return b".".join((*parts, mac)).decode()


def test_launch_keys_of_both_kinds_sign_and_roll(desk: Desk) -> None:
    pair, next_pair = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    public = desk.make("launch", jwk=pair.as_dict(private=False))
    assert public["kid"] == pair.thumbprint()
    shared = desk.make("launch_secret")
    assert launched(desk, public["kid"], "ES256", pair) == 200
    assert launched(desk, shared["kid"], "HS256", OctKey.import_key(shared["key"])) == 200
    body = {"grace": "1h", "jwk": next_pair.as_dict(private=False)}
    new = desk.call("POST", f"/v1/keys/{public['id']}/roll", body).json
    other = desk.call("POST", f"/v1/keys/{shared['id']}/roll", {"grace": "1h"}).json
    assert new
    assert other
    for wait, old in ((0, 200), (HOUR_S, 401)):
        desk.scene.clock.move(wait)
        assert launched(desk, public["kid"], "ES256", pair) == old
        assert launched(desk, shared["kid"], "HS256", OctKey.import_key(shared["key"])) == old
        assert launched(desk, new["kid"], "ES256", next_pair) == 200
        assert launched(desk, other["kid"], "HS256", OctKey.import_key(other["key"])) == 200
    again = desk.call("POST", "/v1/keys", {"kind": "launch", "jwk": pair.as_dict(private=False)})
    assert code(again) == (409, "launch_key_known")


def test_no_public_key_is_ever_a_shared_secret(desk: Desk) -> None:
    """The stored key decides the algorithm: no shop that made no shared secret takes HS256."""
    pair = ECKey.generate_key("P-256")
    public = desk.make("launch", jwk=pair.as_dict(private=False))
    for material in (pair.as_pem(private=False), json.dumps(pair.as_dict(private=False)).encode(), b""):
        assert launched(desk, public["kid"], "HS256", material) == 401
    shared = desk.make("launch_secret")
    assert launched(desk, shared["kid"], "HS256", shared["key"].encode()) == 200  # the key fails above, not the way
    assert launched(desk, shared["kid"], "HS512", OctKey.import_key(shared["key"])) == 401  # one key, one algorithm
    assert launched(desk, shared["kid"], "ES256", pair) == 401


def test_two_shops_may_hold_the_same_public_key(desk: Desk) -> None:
    """Or a stranger who registers it first would keep its owner out, and learn that it is known."""
    jwk = ECKey.generate_key("P-256").as_dict(private=False)
    other = desk.scene.wired.merchants.create("Other", [], "EU", Mode.TEST)
    answers = [desk.call("POST", "/v1/keys", {"kind": "launch", "jwk": jwk}, key) for key in ("", other.secret_key)]
    assert [one.status_code for one in answers] == [201, 201]


@pytest.mark.parametrize("scope", Scope)
def test_a_restricted_key_does_what_its_scope_says(desk: Desk, scope: Scope) -> None:
    key = desk.make("restricted", scopes=[scope])["key"]
    assert key.startswith("bis_rk_test_")
    for route, needed in NEEDED.items():
        method, path = route.split(" ", 1)
        path = path.replace("<any(fulfil, cancel, refund):operation>", "refund").replace("<", "").replace(">", "")
        answer = desk.call(method, path, {} if method == "POST" else None, key)
        if needed is scope:
            assert answer.status_code != 403, route
        else:
            assert code(answer) == (403, "scope_missing"), route
            assert needed.value in answer.text, route


def test_a_restricted_key_hands_out_no_more_than_it_has(desk: Desk) -> None:
    key = desk.make("restricted", scopes=["keys:write", "events:read"])["key"]
    refused = ({"kind": "secret"}, {"kind": "launch_secret"}, {"kind": "restricted", "scopes": ["sessions:write"]})
    for body in refused:
        assert code(desk.call("POST", "/v1/keys", body, key)) == (403, "scope_exceeded")
    assert code(desk.call("POST", f"/v1/keys/{desk.mine('secret')['id']}/roll", key=key)) == (403, "scope_exceeded")
    assert desk.call("POST", "/v1/keys", {"kind": "restricted", "scopes": ["events:read"]}, key).status_code == 201


def test_the_last_secret_key_in_use_stays(desk: Desk) -> None:
    mine = desk.mine("secret")["id"]
    assert code(desk.call("DELETE", f"/v1/keys/{mine}")) == (409, "last_key")
    assert code(desk.call("POST", f"/v1/keys/{mine}/roll", {"grace": "now"})) == (409, "last_key")
    assert desk.works(desk.secret)
    desk.make("secret")
    assert desk.call("DELETE", f"/v1/keys/{mine}").status_code == 204
    assert not desk.works(desk.secret)


def test_a_leaked_key_ends_when_anybody_reports_it(desk: Desk) -> None:
    kinds = {"secret": {}, "restricted": {"scopes": ["applications:read"]}, "launch_secret": {}}
    made = [desk.make(kind, **more) for kind, more in kinds.items()]
    unknown = made[0]["key"].replace("bis_sk_test_", "bis_sk_live_")
    said = [
        desk.scene.client.post("/v1/keys/report", json={"key": key})
        for key in (*(one["key"] for one in made), made[0]["key"], unknown, "nonsense", "")
    ]
    assert {(one.status_code, one.text) for one in said} == {(202, said[0].text)}
    assert [desk.works(one["key"]) for one in made[:2]] == [False, False]
    assert launched(desk, made[2]["kid"], "HS256", OctKey.import_key(made[2]["key"])) == 401
    leaked = desk.events("key.leaked")
    assert [(one["key"], one["kind"], one["last4"]) for one in leaked] == [
        (one["id"], one["kind"], one["last4"]) for one in made
    ]
    public = desk.mine("publishable")["value"]
    assert desk.scene.client.post("/v1/keys/report", json={"key": public}).status_code == 202
    assert desk.scene.get().status == 200


def test_a_key_in_a_browser_is_told_once_an_hour(desk: Desk) -> None:
    assert desk.call("GET", "/v1/keys", **{"Sec-Fetch-Mode": "cors"}).status_code == 200  # a server that runs Node
    for header in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Dest"):
        assert desk.call("GET", "/v1/keys", **{header: "x"}).status_code == 403
    assert [one["kind"] for one in desk.events("key.exposed")] == ["secret"]
    desk.scene.clock.move(HOUR_S - 1)
    desk.call("GET", "/v1/keys", Origin=SHOP)
    assert len(desk.events("key.exposed")) == 1
    desk.scene.clock.move(1)
    desk.call("GET", "/v1/keys", Origin=SHOP)
    assert len(desk.events("key.exposed")) == 2
    assert desk.works(desk.secret)


def test_an_end_is_told_before_it_comes(desk: Desk) -> None:
    key = desk.make("secret")
    desk.call("POST", f"/v1/keys/{key['id']}/roll", {"grace": "7d"})
    told = []
    for wait in (0, 6 * DAY_S - 1, 1, 23 * HOUR_S - 1, 1, HOUR_S):
        desk.after(wait)
        told.append([one["before"] for one in desk.events("key.expiring")])
    assert told == [["7d"], ["7d"], ["7d", "1d"], ["7d", "1d"], ["7d", "1d", "1h"], ["7d", "1d", "1h"]]
    assert {one["key"] for one in desk.events("key.expiring")} == {key["id"]}


def test_nothing_is_told_of_a_key_that_was_ended_meanwhile(desk: Desk) -> None:
    key = desk.make("secret")
    desk.call("POST", f"/v1/keys/{key['id']}/roll", {"grace": "24h"})
    desk.call("DELETE", f"/v1/keys/{key['id']}")
    desk.after(DAY_S)
    assert desk.events("key.expiring") == []


def test_the_last_use_is_written_once_a_minute(desk: Desk) -> None:
    mine = desk.mine("secret")["id"]
    first = desk.keys()[mine]["last_used_at"]
    assert first == "2026-11-24T00:00:00.000Z"
    seen = []
    for wait in (59, 1, 1):
        desk.scene.clock.move(wait)
        desk.works(desk.secret)
        seen.append(desk.keys()[mine]["last_used_at"])
    assert seen == [first, "2026-11-24T00:01:00.000Z", "2026-11-24T00:01:00.000Z"]


def test_the_number_of_keys_has_an_end(desk: Desk) -> None:
    for _key in range(MOST - 2):
        desk.make("publishable")
    assert code(desk.call("POST", "/v1/keys", {"kind": "secret"})) == (409, "too_many_keys")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"), ({"kind": "master"}, "/kind"), ({"kind": ["secret"]}, "/kind"),
        ({"kind": "secret", "colour": "red"}, "/colour"), ({"kind": "secret", "name": ""}, "/name"),
        ({"kind": "secret", "name": "a\0"}, "/name"), ({"kind": "secret", "name": "x" * 101}, "/name"),
        ({"kind": "secret", "scopes": ["events:read"]}, "/scopes"), ({"kind": "restricted"}, "/scopes"),
        ({"kind": "restricted", "scopes": []}, "/scopes"), ({"kind": "restricted", "scopes": ["all"]}, "/scopes"),
        ({"kind": "restricted", "scopes": "events:read"}, "/scopes"), ({"kind": "launch"}, "/jwk"),
        ({"kind": "launch", "jwk": "x"}, "/jwk"), ({"kind": "launch", "jwk": {"kty": []}}, "/jwk"),
        ({"kind": "launch", "jwk": {"kty": "oct", "k": "AA"}}, "/jwk"), ({"kind": "secret", "jwk": {}}, "/jwk"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_made(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    before = desk.keys()
    answer = desk.call("POST", "/v1/keys", body)
    assert code(answer) == (422, "invalid_input")
    assert [one["pointer"] for one in (answer.json or {})["errors"]] == [pointer]
    assert len(desk.keys()) == len(before)


def test_no_scope_is_for_nothing() -> None:
    assert set(NEEDED.values()) == set(Scope)
