"""Keys open one merchant's door in one mode; origins are exact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from joserfc.jwk import ECKey, OKPKey
from sqlalchemy import select

from scenebank.clock import HandClock
from scenebank.errors import InvalidInput, NotFound, Unauthenticated
from scenebank.merchants.keys import secret_kind
from scenebank.merchants.model import KeyKind, Mode
from scenebank.merchants.origins import check_origin
from scenebank.merchants.service import MerchantService, UnknownKey
from scenebank.store.database import Database
from scenebank.store.tables import merchant_keys
from tests.support.new_tables import create_tables

SHOP = "https://shop.example"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    create_tables(database)
    yield database
    database.dispose()


@pytest.fixture
def service(database: Database) -> MerchantService:
    return MerchantService(database, HandClock(datetime(2026, 11, 24, tzinfo=UTC)), b"p" * 32)


def test_both_keys_open_the_same_door(service: MerchantService) -> None:
    made = service.create("Shop", [SHOP, SHOP], "CN", Mode.TEST)
    door = service.door_by_secret_key(made.secret_key)
    assert door == service.door_by_publishable_key(made.publishable_key)
    assert (door.merchant.id, door.mode, door.origins) == (made.id, Mode.TEST, (SHOP,))


def test_one_kind_of_key_never_stands_for_the_other(service: MerchantService) -> None:
    made = service.create("Shop", [SHOP], "CN", Mode.TEST)
    with pytest.raises(Unauthenticated):
        service.door_by_secret_key(made.publishable_key)
    with pytest.raises(UnknownKey):
        service.door_by_publishable_key(made.secret_key)


def test_the_text_of_a_secret_key_is_not_stored(service: MerchantService, database: Database) -> None:
    secret = service.create("Shop", [SHOP], "CN", Mode.TEST).secret_key
    with database.read() as connection:
        rows = connection.execute(select(merchant_keys)).all()
    assert len(rows) == 2
    assert secret not in repr(rows)


def test_a_misspelt_secret_key_fails_its_checksum(service: MerchantService) -> None:
    secret = service.create("Shop", [SHOP], "CN", Mode.LIVE).secret_key
    assert secret_kind(secret) is KeyKind.SECRET
    for place in range(len("bis_sk_live_"), len(secret)):
        other = "a" if secret[place] != "a" else "b"
        assert secret_kind(secret[:place] + other + secret[place + 1 :]) is None


def test_origins_of_one_mode_are_not_those_of_the_other(service: MerchantService) -> None:
    made = service.create("Shop", [SHOP], "CN", Mode.TEST)
    service.add_origin(made.id, Mode.LIVE, "https://live.example")
    assert service.origins(made.id, Mode.TEST) == (SHOP,)
    assert service.origins(made.id, Mode.LIVE) == ("https://live.example",)


@pytest.mark.parametrize(
    "origin",
    [
        "", "*", "null", "shop.example", "https://", "https://*.shop.example", "https://shop.example/",
        "https://shop.example:443", "https://Shop.example", "https://user@shop.example", "https://shop.example:99999",
        "https://shop.example#x", "https://shop.example?x", "http://shop.example", "javascript:alert(1)",
        "https://shop.example\r\nX: y", "https://商城.example", "https://[::1", "ftp://shop.example",
    ],
)  # fmt: skip
def test_what_is_not_an_exact_origin_is_refused(origin: str) -> None:
    with pytest.raises(InvalidInput):
        check_origin(origin, Mode.TEST)


def test_plain_http_is_for_this_machine_in_test_mode_only() -> None:
    assert check_origin("http://localhost:8001", Mode.TEST) == "http://localhost:8001"
    with pytest.raises(InvalidInput):
        check_origin("http://localhost:8001", Mode.LIVE)


@pytest.mark.parametrize("key", [ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")], ids=["ES256", "Ed25519"])
def test_a_launch_key_belongs_to_its_merchant(service: MerchantService, key: ECKey | OKPKey) -> None:
    owner = service.create("Owner", [SHOP], "CN", Mode.TEST).id
    other = service.create("Other", [SHOP], "CN", Mode.TEST).id
    kid = service.add_launch_key(owner, Mode.TEST, dict(key.as_dict(private=False)))
    assert service.launch_key(owner, kid).mode is Mode.TEST
    with pytest.raises(NotFound):
        service.launch_key(other, kid)


def test_a_private_or_unfit_launch_key_is_refused(service: MerchantService) -> None:
    merchant = service.create("Shop", [SHOP], "CN", Mode.TEST).id
    for key in (ECKey.generate_key("P-256").as_dict(private=True), ECKey.generate_key("P-384").as_dict(private=False)):
        with pytest.raises(InvalidInput):
            service.add_launch_key(merchant, Mode.TEST, dict(key))


@pytest.mark.parametrize(
    "jwk",
    [{}, {"kty": "EC", "crv": "P-256"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": 3},
     {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {"kty": "OKP", "crv": "Ed25519", "x": "AA"}],
)  # fmt: skip
def test_a_broken_launch_key_is_refused(service: MerchantService, jwk: dict[str, object]) -> None:
    merchant = service.create("Shop", [SHOP], "CN", Mode.TEST).id
    with pytest.raises(InvalidInput):
        service.add_launch_key(merchant, Mode.TEST, jwk)
