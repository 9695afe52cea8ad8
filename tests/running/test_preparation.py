"""What is written before the start: the same again where nothing changed, and to each database its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scenebank.config import load_config
from scenebank.merchants.model import Mode
from scenebank.supervisor.preparation import prepare
from scenebank.wiring import build_services
from tests.support.databases import empty_postgresql, sqlite_url
from tests.support.supervisor import settings


def prepared(environ: dict[str, str]) -> Any:
    """The two shops' accounts as the shop is told them."""
    prepare(load_config(environ), environ)
    accounts = json.loads((Path(environ["DATA_DIR"]) / "demo_shop.json").read_text("utf-8"))
    return {shop: accounts[shop] for shop in ("cn", "eu")}


def test_twice_is_the_same_as_once(tmp_path: Path, database_url: str) -> None:
    environ = settings(tmp_path, DATABASE_URL=database_url, ALLOW_LOOPBACK_WEBHOOKS="1")
    first = prepared(environ)
    assert prepared(environ) == first
    wired = build_services(load_config(environ))
    for account in first.values():
        assert len(wired.webhooks.endpoints(account["merchant_id"], Mode.TEST)) == 1


def test_a_start_on_another_database_and_back(tmp_path: Path, postgresql: str) -> None:
    environ = settings(tmp_path, DATABASE_URL=sqlite_url(tmp_path), ALLOW_LOOPBACK_WEBHOOKS="1")
    there = environ | {"DATABASE_URL": empty_postgresql(postgresql)}
    first = prepared(environ)
    other = prepared(there)
    assert {one["merchant_id"] for one in first.values()}.isdisjoint(one["merchant_id"] for one in other.values())
    assert prepared(environ) == first
    assert prepared(there) == other
