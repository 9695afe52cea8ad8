"""The machines' door over the whole application, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.engine.inline import InlineQueue
from scenebank.merchants.model import Mode
from scenebank.merchants.service import NewMerchant
from scenebank.sessions.model import LaunchRefused, SessionRefused
from scenebank.store.tables import idempotency, launch_tokens, merchant_keys
from scenebank.wiring import Wired, build_services
from tests.support.contract import client_of
from tests.support.new_tables import create_tables

SHOP = "https://shop.example"
REQUEST: dict[str, Any] = {
    "widget": "instalments",
    "origin": SHOP,
    "user": {"ref": "u_1"},
    "order": {"id": "ord_1", "amount": "129900", "currency": "CNY"},
}


@dataclass(frozen=True)
class House:
    """A running application with one merchant."""

    wired: Wired
    client: FlaskClient
    clock: HandClock
    merchant: NewMerchant

    def post(self, document: dict[str, Any], key: str | None = None, **headers: str) -> Any:
        bearer = {"Authorization": f"Bearer {key or self.merchant.secret_key}"}
        return self.client.post("/v1/sessions", json=document, headers=bearer | headers)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    config = load_config({"DATA_DIR": str(tmp_path), "DATABASE_URL": database_url})
    clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
    wired = build_services(config, clock, InlineQueue(clock))
    create_tables(wired.database)
    merchant = wired.merchants.create("青禾", [SHOP], "CN", Mode.TEST)
    yield House(wired, client_of(wired), clock, merchant)
    wired.database.dispose()


def launch(house: House, token: str, nonce: str = "n1", origin: str | None = SHOP, widget: str = "instalments") -> Any:
    door = house.wired.merchants.door_by_publishable_key(house.merchant.publishable_key)
    return house.wired.sessions.launch(door, widget, token, nonce, origin, "c1")


def test_a_launch_token_opens_one_session_with_the_shops_facts(house: House) -> None:
    made = house.post(REQUEST)
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    token = made.json["launch_token"]
    assert token not in made.json["widget_url"]
    session, session_token = launch(house, token)
    assert (session.shopper_ref, session.order_id, session.amount.minor) == ("u_1", "ord_1", 129_900)
    door = house.wired.merchants.door_by_publishable_key(house.merchant.publishable_key)
    assert house.wired.sessions.load(door, "instalments", session_token)[0] == session


def test_a_launch_token_is_good_once(house: House) -> None:
    token = house.post(REQUEST).json["launch_token"]
    first, _token = launch(house, token)
    assert launch(house, token)[0].id == first.id  # a lost answer: the same frame asks again
    with pytest.raises(LaunchRefused) as refused:
        launch(house, token, nonce="another frame")
    assert (refused.value.code, refused.value.status) == ("launch_used", 409)
    house.clock.move(31)
    with pytest.raises(LaunchRefused):
        launch(house, token)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"origin": "https://evil.example"}, "origin_not_registered"), ({"widget": "loan"}, "launch_invalid")],
)
def test_a_launch_token_fits_one_place(house: House, changes: dict[str, str], code: str) -> None:
    token = house.post(REQUEST).json["launch_token"]
    with pytest.raises(LaunchRefused) as refused:
        launch(house, token, **changes)
    assert refused.value.code == code


def test_another_merchants_token_and_an_expired_one_are_refused(house: House) -> None:
    other = house.wired.merchants.create("Fjord", [SHOP], "EU", Mode.TEST)
    euros = REQUEST | {"order": {"id": "ord_1", "amount": "129900", "currency": "EUR"}}
    foreign = house.post(euros, key=other.secret_key).json["launch_token"]
    own = house.post(REQUEST).json["launch_token"]
    with pytest.raises(LaunchRefused):
        launch(house, foreign)
    house.clock.move(301)
    with pytest.raises(LaunchRefused) as refused:
        launch(house, own)
    assert refused.value.code == "launch_expired"


def test_a_session_token_has_one_spelling_and_an_end(house: House) -> None:
    session, token = launch(house, house.post(REQUEST).json["launch_token"])
    door = house.wired.merchants.door_by_publishable_key(house.merchant.publishable_key)
    for altered in (token + "=", token[:-1], "A" + token[1:], token.replace(".", "..", 1), ""):
        with pytest.raises(SessionRefused):
            house.wired.sessions.load(door, "instalments", altered)
    with pytest.raises(SessionRefused):
        house.wired.sessions.load(door, "loan", token)
    with pytest.raises(SessionRefused):
        house.wired.sessions.load(replace(door, mode=Mode.LIVE), "instalments", token)
    house.clock.move(6 * 60)
    fresh = house.wired.sessions.load(door, "instalments", token)[1]
    assert fresh != token
    house.clock.move(15 * 60)
    with pytest.raises(SessionRefused) as refused:
        house.wired.sessions.load(door, "instalments", token)
    assert refused.value.code == "session_expired"
    assert session.expires_at > house.clock.now()


def test_signals_travel_only_with_their_consent(house: House) -> None:
    without = REQUEST | {"signals": {"orders_12m": 6}}
    assert launch(house, house.post(without).json["launch_token"])[0].signals is None
    given = without | {"consent": {"signals": True, "version": "2026-10"}}
    signals = launch(house, house.post(given).json["launch_token"])[0].signals
    assert (dict(signals.values), signals.consent_version) == ({"orders_12m": 6}, "2026-10")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"origin": "https://other.example"}, "/origin"),
        ({"widget": "../etc"}, "/widget"),
        ({"user": {"ref": "a b"}}, "/user/ref"),
        ({"user": {"ref": "u", "phone": "1"}}, "/user/phone"),
        ({"order": {"id": "o", "amount": "0", "currency": "CNY"}}, "/order/amount"),
        ({"order": {"id": "o", "amount": "-1", "currency": "CNY"}}, "/order/amount"),
        ({"order": {"id": "o", "amount": "1e30", "currency": "CNY"}}, "/order/amount"),
        ({"order": {"id": "o", "amount": "12.5", "currency": "CNY"}}, "/order/amount"),
        ({"order": {"id": "o", "amount": "100", "currency": "XXX"}}, "/order/currency"),
        ({"order": {"id": "o", "amount": "100", "currency": "EUR"}}, "/order/currency"),
        ({"widget": "nothing"}, "/widget"),
        ({"return_url": "https://evil.example/"}, "/return_url"),
        ({"return_url": "javascript:alert(1)"}, "/return_url"),
        ({"ttl": 59}, "/ttl"),
        ({"signals": {"phone": 1}}, "/signals/phone"),
        ({"favourite_bank": "harbour"}, "/favourite_bank"),
    ],
)
def test_bad_input_is_named(house: House, change: dict[str, Any], pointer: str) -> None:
    answer = house.post(REQUEST | change)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a": 1, "a": 2}', b'{"ttl": 1.5}', b'{"ttl": NaN}', b"\xff"])
def test_bodies_that_are_no_strict_json_object(house: House, body: bytes) -> None:
    bearer = {"Authorization": f"Bearer {house.merchant.secret_key}"}
    answer = house.client.post("/v1/sessions", data=body, headers=bearer)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_a_launch_token_is_made_once_for_each_key(house: House) -> None:
    key = {"Idempotency-Key": "order-17-at-the-till"}
    first, again = (house.post(REQUEST, **key) for _time in "12")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert house.post(REQUEST).json["launch_token"] != first.json["launch_token"]
    other = house.post(REQUEST | {"ttl": 61}, **key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    with house.wired.database.read() as connection:
        assert first.json["launch_token"] not in repr(connection.execute(select(idempotency)).all())


def test_ten_megabytes_are_refused(house: House) -> None:
    bearer = {"Authorization": f"Bearer {house.merchant.secret_key}"}
    assert house.client.post("/v1/sessions", data=b"a" * 10_000_000, headers=bearer).status_code == 413


def test_who_may_come_in(house: House) -> None:
    key = house.merchant.secret_key
    for wrong in (key[:-1] + ("A" if key[-1] != "A" else "B"), house.merchant.publishable_key, "x"):
        assert house.post(REQUEST, key=wrong).status_code == 401
    assert house.client.post("/v1/sessions", json=REQUEST).status_code == 401
    from_a_browser = house.post(REQUEST, Origin=SHOP)
    assert from_a_browser.status_code == 403
    assert key not in from_a_browser.text


def test_nothing_secret_is_stored_in_clear(house: House) -> None:
    token = house.post(REQUEST).json["launch_token"]
    with house.wired.database.read() as connection:
        hashes = connection.execute(select(launch_tokens.c.token_hash)).scalars().all()
        keys = connection.execute(select(merchant_keys.c.value).where(merchant_keys.c.kind == "secret")).scalars().all()
    assert token not in hashes
    assert house.merchant.secret_key not in keys


def test_unknown_things_are_problems_too(house: House) -> None:
    bearer = {"Authorization": f"Bearer {house.merchant.secret_key}"}
    for path, status in (("/v1/applications/app_none", 404), ("/nowhere", 404), ("/v1/applications?limit=0", 422),
                         ("/v1/applications?limit=00500000", 422)):  # fmt: skip
        answer = house.client.get(path, headers=bearer)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert house.client.post("/callbacks/nobody", data=b"x").status_code == 401


def test_the_published_key_is_public_only(house: House) -> None:
    keys = house.wired.keys.public_jwks()["keys"]
    assert house.client.get("/.well-known/jwks.json").json == {"keys": keys}
    assert [set(key) & {"d"} for key in keys] == [set()]
    assert house.client.get("/readyz").json == {"status": "ready"}
