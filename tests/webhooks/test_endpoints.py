"""Endpoints as a merchant's server sets them up: what they hear, how they are signed for, and their secrets."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from demo_shop.webhooks import WebhookRefused
from scenebank.errors import InvalidInput
from scenebank.merchants.model import Mode
from scenebank.store.tables import idempotency, webhook_endpoints, webhook_old_secrets
from tests.support.canned_bank import Asked, CannedBank
from tests.support.post import Post

DAY_S = 24 * 3600


def last(post: Post, shop: CannedBank) -> Asked:
    """A test event, as it arrives now."""
    shop.asked.clear()
    post.of_endpoint("POST", "/test", 202)
    post.after(0)
    (one,) = shop.asked
    return one


def is_believed(post: Post, one: Asked, secret: str) -> bool:
    try:
        post.believed(one, secret)
    except WebhookRefused:
        return False
    return True


def kinds(one: Asked) -> list[str]:
    return [part.partition(",")[0] for part in one.headers["webhook-signature"].split(" ")]


def test_old_and_new_secret_sign_for_a_day(post: Post, shop: CannedBank) -> None:
    new = post.of_endpoint("POST", "/rotate", 200)["secret"]
    assert new != post.secret
    for secret in (post.secret, new):
        assert is_believed(post, last(post, shop), secret)
    post.clock.move(DAY_S - 1)
    assert is_believed(post, last(post, shop), post.secret)
    post.clock.move(1)
    assert not is_believed(post, last(post, shop), post.secret)
    assert is_believed(post, last(post, shop), new)


def test_a_secret_that_leaked_ends_at_once(post: Post, shop: CannedBank) -> None:
    second = post.of_endpoint("POST", "/rotate", 200)["secret"]
    third = post.of_endpoint("POST", "/rotate", 200, json={"at_once": True})["secret"]
    one = last(post, shop)
    assert [is_believed(post, one, secret) for secret in (post.secret, second, third)] == [False, False, True]


def test_rotation_has_an_end(post: Post, shop: CannedBank) -> None:
    secrets = [post.secret, *(post.of_endpoint("POST", "/rotate", 200)["secret"] for _turn in range(3))]
    assert post.of_endpoint("POST", "/rotate", 409)["code"] == "too_many_secrets"
    assert all(is_believed(post, last(post, shop), secret) for secret in secrets)
    post.clock.move(DAY_S)
    post.of_endpoint("POST", "/rotate", 200)


def test_who_asks_for_ed25519_gets_both(post: Post, shop: CannedBank) -> None:
    assert kinds(last(post, shop)) == ["v1"]
    told = post.of_endpoint("PATCH", "", 200, json={"signatures": ["v1", "v1a"]})
    old = told["public_key"]
    assert (told["signatures"], old[:5]) == (["v1", "v1a"], "whpk_")
    new = post.of_endpoint("POST", "/rotate", 200)["public_key"]
    one = last(post, shop)
    assert kinds(one) == ["v1", "v1", "v1a", "v1a"]
    signed = ".".join((one.headers["webhook-id"], one.headers["webhook-timestamp"], "")).encode() + one.body
    signatures = [part[4:] for part in one.headers["webhook-signature"].split(" ") if part.startswith("v1a,")]
    for key, signature in zip((new, old), signatures, strict=True):
        public = Ed25519PublicKey.from_public_bytes(b64decode(key.removeprefix("whpk_")))
        public.verify(b64decode(signature), signed)
    assert post.of_endpoint("PATCH", "", 200, json={"signatures": ["v1"]})["public_key"] is None
    assert kinds(last(post, shop)) == ["v1", "v1"]


def test_an_endpoint_hears_what_it_wants(post: Post, shop: CannedBank) -> None:
    post.of_endpoint("PATCH", "", 200, json={"events": ["application.active", "application.active"]})
    assert post.of_endpoint("GET", "", 200)["events"] == ["application.active"]
    post.tell()
    post.tell(event_type="application.active")
    post.after(0)
    assert [json.loads(one.body)["type"] for one in shop.asked] == ["application.active"]
    assert len(post.call("GET", "/events", 200)["data"]) == 2
    post.of_endpoint("PATCH", "", 200, json={"events": ["*"]})
    post.tell()
    post.after(0)
    assert len(shop.asked) == 2


def test_the_same_key_makes_one_endpoint_and_shows_its_secret_again(post: Post, shop: CannedBank) -> None:
    asked: dict[str, Any] = {"json": {"url": f"{shop.url}/other"}, "headers": {"Idempotency-Key": "k" * 20}}
    first, second = (post.answer("POST", "/webhook_endpoints", **asked) for _turn in "12")
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert first.headers["Cache-Control"] == second.headers["Cache-Control"] == "no-store"
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(post.call("GET", "/webhook_endpoints", 200)["data"]) == 2
    other: dict[str, Any] = {"json": {"url": f"{shop.url}/third"}, "headers": asked["headers"]}
    assert post.call("POST", "/webhook_endpoints", 422, **other)["code"] == "idempotency_key_reused"
    rotated = [post.of_endpoint("POST", "/rotate", 200, headers=asked["headers"])["secret"] for _turn in "12"]
    assert rotated[0] == rotated[1]


def test_no_secret_stands_in_the_database_or_in_a_later_answer(post: Post, shop: CannedBank) -> None:
    key = {"Idempotency-Key": "k" * 20}
    made = post.call("POST", "/webhook_endpoints", 201, json={"url": f"{shop.url}/b", "signatures": ["v1", "v1a"]},
                     headers=key)  # fmt: skip
    rotated = post.of_endpoint("POST", "/rotate", 200, headers=key)
    with post.wired.database.read() as connection:
        kept = "".join(
            str(row)
            for table in (webhook_endpoints, webhook_old_secrets, idempotency)
            for row in connection.execute(select(table))
        )
    for secret in (made["secret"], rotated["secret"], post.secret, "whsk_"):
        assert secret.removeprefix("whsec_") not in kept
        assert secret not in json.dumps(post.call("GET", "/webhook_endpoints", 200))


def test_twenty_endpoints_are_enough(post: Post, shop: CannedBank) -> None:
    for number in range(19):
        post.call("POST", "/webhook_endpoints", 201, json={"url": f"{shop.url}/{number}"})
    full: dict[str, Any] = {"json": {"url": f"{shop.url}/more"}}
    assert post.call("POST", "/webhook_endpoints", 409, **full)["code"] == "too_many_endpoints"
    post.of_endpoint("PATCH", "", 200, json={"enabled": False})
    post.call("POST", "/webhook_endpoints", 201, **full)
    assert post.of_endpoint("PATCH", "", 409, json={"enabled": True})["code"] == "too_many_endpoints"


def test_disabling_is_told_once(post: Post) -> None:
    for _turn in "12":
        post.of_endpoint("PATCH", "", 200, json={"enabled": False})
    assert post.answer("DELETE", f"/webhook_endpoints/{post.endpoint}").status_code == 204
    told = [one["data"] for one in post.call("GET", "/events", 200)["data"]]
    assert told == [{"endpoint": post.endpoint, "reason": "merchant"}]


def test_a_deleted_endpoint_is_gone_and_its_events_are_not(post: Post, shop: CannedBank) -> None:
    other = post.call("POST", "/webhook_endpoints", 201, json={"url": f"{shop.url}/other"})["id"]
    post.of_endpoint("POST", "/rotate", 200)
    post.tell()
    assert post.answer("DELETE", f"/webhook_endpoints/{post.endpoint}").status_code == 204
    post.after(0)
    assert [one.path for one in shop.asked] == ["/other", "/other"]
    assert [one["id"] for one in post.call("GET", "/webhook_endpoints", 200)["data"]] == [other]
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"enabled": True}), ("DELETE", "", None), ("POST", "/rotate", {}),
        ("POST", "/test", {}), ("GET", "/deliveries", None),
    ):  # fmt: skip
        post.of_endpoint(method, path, 404, json=body)
    told = [one["type"] for one in post.call("GET", "/events", 200)["data"]]
    assert told == ["application.accepted", "webhook_endpoint.disabled"]
    with post.wired.database.read() as connection:
        assert connection.execute(select(webhook_old_secrets)).all() == []


@pytest.mark.parametrize("status", [200, 500, 410])
def test_an_endpoint_deleted_while_it_is_sent_to(post: Post, shop: CannedBank, status: int) -> None:
    shop.behave(status)
    shop.meanwhile = lambda: post.answer("DELETE", f"/webhook_endpoints/{post.endpoint}")
    post.tell()
    post.to_the_end()
    assert len(shop.asked) == 1
    assert post.delivery()[0] == ("delivered" if status == 200 else "stopped")
    assert len(post.call("GET", "/events", 200)["data"]) == 2


@pytest.mark.parametrize("allowed", [True, False])
def test_a_live_endpoint_never_stands_on_this_machine(post: Post, shop: CannedBank, allowed: bool) -> None:
    wired = post.wired if allowed else post.strict
    with pytest.raises(InvalidInput):
        wired.webhooks.add_endpoint(post.merchant, Mode.LIVE, shop.url)
    if not allowed:
        with pytest.raises(InvalidInput):
            wired.webhooks.add_endpoint(post.merchant, Mode.TEST, shop.url)
