"""Publishing over HTTP: by a team member's own key, inside his bank, once for each Idempotency-Key."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from scenebank.store.tables import metadata
from scenebank.team.model import Role
from tests.support.databases import database_of
from tests.support.scene import SHOP, Scene

_numbers = itertools.count()
PEOPLE = {
    "eve": (Role.EDITOR, "harbour"), "abe": (Role.APPROVER, "harbour"), "pat": (Role.PUBLISHER, "harbour"),
    "ada": (Role.ADMIN, None), "fay": (Role.ADMIN, "lantern"),
}  # fmt: skip
GOAL = {"version": "0" * 16, "reason": "x"}
BODIES = (b"{", b"[]", b"null", b'"x"', b'{"content_hash": 1.5}', b'{"a":1,"a":2}', b"\xff\xfe", b"[" * 50_000,
          b'{"content_hash": "x", "reason": "\\ud800"}', b'{"colour": "red"}')  # fmt: skip


class Desk:
    """Everybody with a key."""

    def __init__(self, folder: Path, url: str) -> None:
        self.scene = Scene(folder, "EU", "loan", url)
        self.keys = {name: self.scene.wired.team.add(name, *who).key for name, who in PEOPLE.items()}

    def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.keys.get(who, who)}", "Idempotency-Key": f"team-{next(_numbers):020d}"}
        return self.scene.client.open(f"/v1/catalogue{path}", method=method, json=body, headers=sent | headers)

    def done(self, who: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.call(who, method, path, body)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json or {})

    def draft(self, rate: str = "0.0580") -> dict[str, Any]:
        document = self.scene.product("harbour") | {"rate": {"value": rate, "basis": "nominal_annual"}}
        return self.done("eve", "POST", "/revisions", {
            "bank_id": "harbour", "product_id": "harbour-one", "document": document,
        })  # fmt: skip

    def moves(self) -> int:
        return self.scene.wired.audit.run().rows


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """For tests that leave what is live, and everybody's key, as it was."""
    made = Desk(tmp_path_factory.mktemp("desk"), "")
    yield made
    made.scene.wired.database.dispose()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, "")
    yield made
    made.scene.wired.database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, database_of(request, tmp_path))
    yield made
    made.scene.wired.database.dispose()


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, str((answer.json or {})["code"])


def test_from_a_draft_to_the_shoppers_and_back(both: Desk) -> None:
    first = both.scene.get().html
    revision = both.draft()
    path = f"/revisions/{revision['id']}"
    edited = both.done("eve", "PATCH", path, {
        "content_hash": revision["content_hash"], "reason": "a new price list", "ends_at": "2027-01-01T00:00:00+08:00",
    })  # fmt: skip
    assert edited["ends_at"] == "2026-12-31T16:00:00.000Z"
    assert edited["problems"] == []
    edited = both.done("eve", "PATCH", path, {"content_hash": edited["content_hash"], "ends_at": None})
    assert (edited["ends_at"], edited["reason"]) == (None, "a new price list")
    difference = both.done("abe", "GET", f"{path}/diff")
    assert [one["pointer"] for one in difference["fields"]] == ["/rate/value"]
    assert len(difference["shopper"]) == 9
    submitted = both.done("eve", "POST", f"{path}/submit")
    assert code(both.call("abe", "POST", f"{path}/approve", {"content_hash": revision["content_hash"]})) == (
        409, "content_changed",
    )  # fmt: skip
    approved = both.done("abe", "POST", f"{path}/approve", {"content_hash": submitted["content_hash"]})
    assert (approved["state"], approved["approved_by"]) == ("approved", "abe")
    assert both.done("pat", "POST", f"{path}/publish")["state"] == "live"
    assert both.scene.get().html != first
    back = "/products/harbour/harbour-one"
    goal = {"version": approved["based_on"], "reason": "too early"}
    assert code(both.call("pat", "POST", f"{back}/rollback", {"reason": "which?"})) == (422, "invalid_input")
    restored = both.done("pat", "POST", f"{back}/rollback", goal)
    assert code(both.call("pat", "POST", f"{back}/rollback", goal)) == (409, "nothing_before")  # it is live
    assert (restored["state"], restored["origin"]) == ("live", "rollback")
    assert both.scene.get().html == first
    assert both.done("pat", "POST", f"{back}/withdraw", {"reason": "stop"})["state"] == "withdrawn"
    assert "harbour-one" not in both.scene.get().html
    states = [one["state"] for one in both.done("eve", "GET", f"{back}/history")["data"]]
    assert states == ["withdrawn", "superseded", "superseded"]
    acts = [one["act"] for one in both.done("eve", "GET", "/audit?product=harbour-one&limit=100")["data"]]
    assert acts == ["draft", "seed", "draft", "edit", "edit", "submit", "approve", "supersede", "publish", "draft",
                    "supersede", "rollback", "withdraw"]  # fmt: skip
    assert both.done("eve", "GET", f"/audit?after={10**15 - 1}")["data"] == []
    assert len(both.done("eve", "GET", f"/revisions?after={10**15 - 1}")["data"]) > 2  # the newest first
    assert both.scene.wired.audit.run().bad == ()


def test_a_schedule(fresh: Desk) -> None:
    revision = fresh.draft()
    path = f"/revisions/{revision['id']}"
    fresh.done("eve", "POST", f"{path}/submit")
    fresh.done("abe", "POST", f"{path}/approve", {"content_hash": revision["content_hash"]})
    assert code(fresh.call("pat", "POST", f"{path}/schedule", {"at": "2026-12-01T00:00:00"})) == (422, "invalid_input")
    scheduled = fresh.done("pat", "POST", f"{path}/schedule", {"at": "2026-11-24T09:00:00+08:00"})
    assert (scheduled["state"], scheduled["starts_at"]) == ("scheduled", "2026-11-24T01:00:00.000Z")
    fresh.scene.clock.move(3600)
    assert fresh.scene.wired.clockwork.run_due() == 1
    assert fresh.done("eve", "GET", path)["state"] == "live"


def test_every_refusal_says_why_and_changes_nothing(desk: Desk) -> None:
    revision = desk.draft()
    path, moves = f"/revisions/{revision['id']}", desk.moves()
    seen = {"content_hash": revision["content_hash"]}
    for who, verb, body, expected in (
        ("abe", "submit", None, (403, "team_role")), ("eve", "approve", seen, (403, "team_role")),
        ("ada", "approve", seen, (409, "revision_state")), ("pat", "publish", None, (409, "revision_state")),
        ("pat", "schedule", {"at": "2027-01-01T00:00:00Z"}, (409, "revision_state")),
        ("abe", "reject", {"reason": "no"}, (409, "revision_state")),
        ("abe", "reject", {"reason": ""}, (409, "revision_state")), ("abe", "reject", {}, (422, "invalid_input")),
        ("fay", "submit", None, (404, "not_found")), ("nobody", "submit", None, (401, "unauthenticated")),
    ):  # fmt: skip
        answer = desk.call(who, "POST", f"{path}/{verb}", body)
        assert code(answer) == expected, (who, verb)
        assert " " in (answer.json or {}).get("detail", "in words of its fields")
    assert desk.moves() == moves


def test_who_wrote_it_does_not_approve_it(desk: Desk) -> None:
    """Not even the admin, who may both."""
    document = desk.scene.product("harbour") | {"rate": {"value": "0.0590", "basis": "nominal_annual"}}
    body = {"bank_id": "harbour", "product_id": "harbour-one", "document": document}
    revision = desk.done("ada", "POST", "/revisions", body)
    path = f"/revisions/{revision['id']}"
    desk.done("ada", "POST", f"{path}/submit")
    assert code(desk.call("ada", "POST", f"{path}/approve", {"content_hash": revision["content_hash"]})) == (
        403, "four_eyes",
    )  # fmt: skip


def test_all_that_is_wrong_with_a_draft_is_named(desk: Desk) -> None:
    document = {"kind": "mortgage", "terms": [12, 6], "rate": {"value": "7.2", "basis": "nominal_annual"}}
    body = {"bank_id": "harbour", "product_id": "new-one", "document": document}
    revision = desk.done("eve", "POST", "/revisions", body)
    answer = desk.call("eve", "POST", f"/revisions/{revision['id']}/submit")
    assert code(answer) == (422, "invalid_input")
    errors = (answer.json or {})["errors"]
    assert {one["pointer"] for one in errors} == {"/kind", "/market", "/name", "/method", "/rate", "/terms",
                                                  "/min_amount", "/max_amount", "/subsidised"}  # fmt: skip
    assert all(" " in one["detail"] and not re.search(r"{\w*}", one["detail"]) for one in errors)
    assert errors == revision["problems"]


def test_two_publishers(fresh: Desk) -> None:
    """The second has approved something that another change has overtaken: he is told what is live, and looks again."""
    paths = []
    for rate in ("0.0580", "0.0570"):
        revision = fresh.draft(rate)
        paths.append(f"/revisions/{revision['id']}")
        fresh.done("eve", "POST", f"{paths[-1]}/submit")
        fresh.done("abe", "POST", f"{paths[-1]}/approve", {"content_hash": revision["content_hash"]})
    live = fresh.done("pat", "POST", f"{paths[0]}/publish")["version"]
    refused = fresh.call("ada", "POST", f"{paths[1]}/publish")
    assert code(refused) == (409, "live_moved")
    assert live in refused.text
    assert fresh.done("ada", "POST", f"{paths[1]}/publish", {"replaces": live})["state"] == "live"


def test_another_banks_things_are_as_unknown_as_nobodys(desk: Desk) -> None:
    revision = desk.draft()
    rows = desk.moves()
    seen = {"content_hash": revision["content_hash"]}
    one = [
        ("GET", "/revisions/{}", None), ("PATCH", "/revisions/{}", seen | {"reason": "mine"}),
        ("GET", "/revisions/{}/diff", None), ("POST", "/revisions/{}/submit", None),
        ("POST", "/revisions/{}/approve", seen), ("POST", "/revisions/{}/reject", {"reason": "no"}),
        ("POST", "/revisions/{}/schedule", {"at": "2027-01-01T00:00:00Z"}), ("POST", "/revisions/{}/publish", None),
    ]  # fmt: skip
    products = [
        ("GET", "/products/{}/harbour-one/history", None),
        ("POST", "/products/{}/harbour-one/rollback", {"version": "0" * 16, "reason": "x"}),
    ]
    for cases, mine, nobodys in ((one, revision["id"], "rev_nobody"), (products, "harbour", "nobody")):
        for method, path, body in cases:
            answers = [desk.call("fay", method, path.format(thing), body) for thing in (mine, nobodys)]
            assert [code(answer) for answer in answers] == [(404, "not_found")] * 2, path
    for path, body in (("/products/harbour/harbour-one/withdraw", {"reason": "x"}),
                       ("/revisions", {"bank_id": "harbour", "product_id": "harbour-one", "source": "live"})):
        assert code(desk.call("fay", "POST", path, body)) == (404, "not_found")
    for path in ("/revisions", "/audit"):
        mine = desk.done("fay", "GET", path)["data"]
        assert {one["bank_id"] for one in mine} == {"lantern"}
        assert {one["bank_id"] for one in desk.done("ada", "GET", path)["data"]} == {"harbour", "lantern"}
        assert code(desk.call("fay", "GET", f"{path}?bank=harbour")) == (404, "not_found")
    assert desk.moves() == rows


def test_a_key_opens_no_other_door(desk: Desk) -> None:
    bearer = {"Authorization": f"Bearer {desk.keys['ada']}"}
    assert desk.scene.client.get("/v1/applications", headers=bearer).status_code == 401
    for key in (desk.scene.merchant.secret_key, desk.scene.merchant.publishable_key, "", "x", desk.keys["ada"] + "x"):
        assert code(desk.call(key, "GET", "/revisions")) == (401, "unauthenticated")
    for header in ("Origin", "Sec-Fetch-Site"):
        assert code(desk.call("ada", "GET", "/revisions", **{header: SHOP})) == (403, "forbidden")


def test_a_key_ends(fresh: Desk) -> None:
    """Rolled, reported as leaked, or with whom it belongs to; and it stands nowhere."""
    wired, old = fresh.scene.wired, dict(fresh.keys)
    with wired.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = repr(connection.execute(text(f'SELECT * FROM "{table.name}"')).all())
            assert not any(key in rows for key in old.values()), table.name
    fresh.keys["eve"] = wired.team.roll("eve").key
    assert code(fresh.call(old["eve"], "GET", "/revisions")) == (401, "unauthenticated")
    assert fresh.call("eve", "GET", "/revisions").status_code == 200
    wired.team.end("abe")
    assert code(fresh.call("abe", "GET", "/revisions")) == (401, "unauthenticated")
    assert fresh.scene.client.post("/v1/keys/report", json={"key": fresh.keys["pat"]}).status_code == 202
    assert code(fresh.call("pat", "GET", "/revisions")) == (401, "unauthenticated")


def test_the_same_request_again_makes_no_second_revision(both: Desk) -> None:
    body = {"bank_id": "harbour", "product_id": "harbour-one", "source": "live"}
    sent = {"Idempotency-Key": "once-and-for-all-1"}
    first, again = (both.call("eve", "POST", "/revisions", body, **sent) for _time in "12")
    assert (first.status_code, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert code(both.call("eve", "POST", "/revisions", body | {"reason": "x"}, **sent)) == (
        422, "idempotency_key_reused",
    )  # fmt: skip
    assert both.call("ada", "POST", "/revisions", body, **sent).status_code == 201  # another's key is another key
    for path, said in (("/revisions", body), ("/products/harbour/harbour-one/rollback", GOAL)):
        answer = both.call("ada", "POST", path, said, **{"Idempotency-Key": ""})
        assert code(answer) == (400, "idempotency_key_required")


def test_pages(fresh: Desk) -> None:
    for _time in range(3):
        fresh.draft()
    seen, after = [], ""
    while True:
        found = fresh.done("eve", "GET", f"/revisions?limit=2{after}")
        seen += [one["id"] for one in found["data"]]
        if found["next"] is None:
            break
        after = f"&after={found['next']}"
    assert len(seen) == len(set(seen)) == 4
    drafts = fresh.done("eve", "GET", "/revisions?state=draft&product=harbour-one&bank=harbour")["data"]
    assert len(drafts) == 3


def test_a_body_that_is_none(desk: Desk) -> None:
    revision, moves = desk.draft(), desk.moves()
    path = f"/v1/catalogue/revisions/{revision['id']}"
    headers = {"Authorization": f"Bearer {desk.keys['ada']}", "Idempotency-Key": "k" * 20}
    for method, address in (
        ("POST", "/v1/catalogue/revisions"), ("PATCH", path), ("POST", f"{path}/approve"), ("POST", f"{path}/reject"),
        ("POST", f"{path}/schedule"), ("POST", f"{path}/publish"), ("POST", f"{path}/submit"),
        ("POST", "/v1/catalogue/products/harbour/harbour-one/rollback"),
        ("POST", "/v1/catalogue/products/harbour/harbour-one/withdraw"),
    ):  # fmt: skip
        for body in BODIES:
            answer = desk.scene.client.open(address, method=method, data=body, headers=headers)
            assert code(answer) == (422, "invalid_input"), (address, body[:20])
    assert desk.moves() == moves


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({}, "/bank_id"), ({"bank_id": "harbour"}, "/product_id"),
    ({"bank_id": "harbour", "product_id": "p"}, "/document"),
    ({"bank_id": "harbour", "product_id": "p", "document": {}, "source": "live"}, "/document"),
    ({"bank_id": "harbour", "product_id": "p", "source": "moon"}, "/source"),
    ({"bank_id": "harbour", "product_id": "a/b", "document": {}}, "/product_id"),
    ({"bank_id": "harbour", "product_id": "p", "document": []}, "/document"),
    ({"bank_id": "harbour", "product_id": "p", "document": {"product_id": "q"}}, "/document/product_id"),
    ({"bank_id": "harbour", "product_id": "p", "document": {}, "starts_at": "2026-12-01"}, "/starts_at"),
    ({"bank_id": "harbour", "product_id": "p", "document": {}, "reason": ""}, "/reason"),
    ({"bank_id": "harbour", "product_id": "p", "document": {}, "reason": "x" * 501}, "/reason"),
    ({"bank_id": "nowhere", "product_id": "p", "document": {}}, "/bank_id"),
]


def test_a_draft_that_cannot_be_begun(desk: Desk) -> None:
    moves = desk.moves()
    for body, pointer in UNFIT:
        answer = desk.call("ada", "POST", "/revisions", body)
        assert code(answer) == (422, "invalid_input"), answer.text
        assert pointer in [one["pointer"] for one in json.loads(answer.text)["errors"]]
    assert desk.moves() == moves
