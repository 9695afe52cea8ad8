"""``/v1/debug.js``: the overlay of ``data-debug``, with what we know of the key in front of it. Nothing in it is
secret: the widget's own answers tell the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from scenebank.clock import milliseconds
from scenebank.markets import market
from scenebank.merchants.service import UnknownKey
from scenebank.web.embed.heights import heights
from scenebank.web.embed.scripts import script_answer
from scenebank.wiring import Wired

_FILE = Path(__file__).parents[3] / "static/loader/debug.js"


@lru_cache(maxsize=1)
def _module() -> str:
    return _FILE.read_text("utf-8")


def add_debug(blueprint: Blueprint, wired: Wired) -> None:
    @blueprint.get("/v1/debug.js")
    def debug() -> Response:
        facts = json.dumps(_facts(wired, request.args.get("key", "")), ensure_ascii=True)
        return script_answer(f"const FACTS = {facts};\n{_module()}", "no-store")


def _facts(wired: Wired, key: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"host": wired.config.public_url, "known": False}
    try:
        door = wired.merchants.door_by_publishable_key(key)
    except UnknownKey:
        return facts
    return facts | {
        "known": True,
        "merchant": door.merchant.name,
        "mode": door.mode.value,
        "origins": list(door.origins),
        "locale": market(door.merchant.market).default_locale,
        "now_ms": milliseconds(wired.clock.now()),
        "heights": [asdict(one) for one in heights()],
    }
