"""Offline launch tokens: every attack of the recorded file gets the verdict written beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from scenebank.clock import HandClock
from scenebank.merchants.service import MerchantService
from scenebank.sessions.model import LaunchRefused
from scenebank.sessions.offline import read_offline
from scenebank.store.database import Database
from scenebank.store.tables import merchant_keys, merchant_origins, merchants
from tests.support.new_tables import create_tables

if "SCENEBANK_SHARED_DATA" not in os.environ:
    pytest.skip("SCENEBANK_SHARED_DATA is not set: the recorded attacks are not here", allow_module_level=True)

# The recorded tokens name their own host, merchant and key id.
RECORDED: dict[str, Any] = json.loads(
    (Path(os.environ["SCENEBANK_SHARED_DATA"]) / "security/launch-token/es256_attack_cases.json").read_text()
)
NOW = datetime.fromtimestamp(RECORDED["now"], UTC)
MERCHANT = RECORDED["issuer"]


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MerchantService]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('offline') / 'merchants.sqlite3'}")
    create_tables(database)
    of_test = {"merchant_id": MERCHANT, "mode": "test", "created_at": 0}
    with database.begin() as connection:
        connection.execute(insert(merchants).values(id=MERCHANT, name="Shop", market="CN", created_at=0))
        connection.execute(insert(merchant_origins).values(**of_test, origin="https://shop.example"))
        jwk = {name: RECORDED["public_jwk"][name] for name in ("kty", "crv", "x", "y")}
        connection.execute(insert(merchant_keys).values(
            **of_test, id="key_1", kind="launch", value=RECORDED["kid"], last4="k1", jwk=json.dumps(jwk)
        ))  # fmt: skip
    yield MerchantService(database, HandClock(NOW), b"p" * 32)
    database.dispose()


def token_id(token: str, shops: MerchantService) -> str:
    return read_offline(token, RECORDED["audience"], NOW, shops).token_id


def verdict(token: str, shops: MerchantService) -> str:
    try:
        token_id(token, shops)
    except LaunchRefused:
        return "reject"
    return "accept"


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: f"{case['id']}-{case['name']}")
def test_the_recorded_verdict_stands(case: dict[str, Any], shops: MerchantService) -> None:
    if case["expect"] == "same-jti-as-1":
        assert token_id(case["token"], shops) == token_id(RECORDED["cases"][0]["token"], shops), case["why"]
    else:
        assert verdict(case["token"], shops) == case["expect"], case["why"]
