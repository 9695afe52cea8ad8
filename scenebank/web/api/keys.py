"""A merchant's keys. A secret is in the answer that makes it, and in none after it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import instant, milliseconds
from scenebank.errors import NotFound
from scenebank.fields import page
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, check_key
from scenebank.merchants.key_service import KeyEnded, LastKey, NewKey, ScopeExceeded, TooManyKeys, WantedKey
from scenebank.merchants.model import Door, KeyKind, MerchantKey
from scenebank.merchants.service import KnownLaunchKey
from scenebank.merchants.vault import Vault
from scenebank.web.api.doors import ModeMismatch, secret_door
from scenebank.web.api.key_fields import KEY, MADE_KEY, NEW_KEY, RECEIVED, REPORT, ROLL, ROLLED_KEY
from scenebank.web.api.once import answer_once
from scenebank.web.contract.operation import Answer, Once, Operation, describes
from scenebank.web.contract.operation import Door as Who
from scenebank.web.quotas import take_of_network
from scenebank.wiring import Wired

_LIST = Operation("List keys", "keys", {200: Answer("those that work first, no secret among them", page(KEY))})
_CREATE = Operation(
    "Make a key", "keys", {201: Answer("made; the secret is in this answer only", MADE_KEY)}, body=NEW_KEY,
    once=Once.MUST, refuses=(ScopeExceeded, TooManyKeys, KnownLaunchKey),
)  # fmt: skip
_ROLL = Operation(
    "Roll a key", "keys", {201: Answer("the new key and the old one", ROLLED_KEY)}, body=ROLL, body_required=False,
    once=Once.MUST, refuses=(NotFound, ScopeExceeded, KeyEnded, LastKey, KnownLaunchKey),
    about="The new key works at once, the old one ends after the grace.",
)  # fmt: skip
_REVOKE = Operation("End a key", "keys", {204: Answer("ended", media=())}, refuses=(NotFound, LastKey))
_REPORT = Operation(
    "Report a leaked key", "keys", {202: Answer("the same whatever it is", RECEIVED)}, door=Who.ANYBODY, body=REPORT,
    about="It ends at once where it is one, and its merchant hears of it; a team member gets a new one by command.",
)  # fmt: skip


def add_keys(api: Blueprint, wired: Wired) -> None:
    vault = Vault(wired.keys.derive("kept-answers"))

    def answered(door: Door, route: str, act: Callable[[], str]) -> Response:
        key = check_key(request.headers.get("Idempotency-Key"))
        fingerprint = hashlib.sha256(request.get_data()).hexdigest()
        return answer_once(
            wired.idempotency, KeyedRequest(door, route, key, fingerprint), lambda: FirstAnswer(201, act()), vault
        )

    @api.get("/v1/keys")
    @describes(_LIST)
    def keys() -> Response:
        door, now = secret_door(wired), _now_ms(wired)
        found = wired.merchant_keys.keys(door.merchant.id, door.mode)
        return jsonify(data=[key_json(one, now) for one in found], next=None)

    @api.post("/v1/keys")
    @describes(_CREATE)
    def create() -> Response:
        door = secret_door(wired)
        wanted = _wanted(_CREATE.read_body(request), door)

        def act() -> str:
            made = wired.merchant_keys.create(door.merchant.id, door.mode, wanted, door.key)
            return json.dumps(_made(made, _now_ms(wired)), ensure_ascii=False)

        return answered(door, "create key", act)

    @api.post("/v1/keys/<key_id>/roll")
    @describes(_ROLL)
    def roll(key_id: str) -> Response:
        door = secret_door(wired)
        said = _ROLL.read_body(request)
        grace, jwk = said["grace"], said["jwk"]
        wired.merchant_keys.get(door.merchant.id, door.mode, key_id)  # the ledger holds only what there is

        def act() -> str:
            made, old = wired.merchant_keys.roll(door.merchant.id, door.mode, key_id, grace, door.key, jwk)
            now = _now_ms(wired)
            return json.dumps(_made(made, now) | {"rolled": key_json(old, now)}, ensure_ascii=False)

        return answered(door, f"roll {key_id}", act)

    @api.delete("/v1/keys/<key_id>")
    @describes(_REVOKE)
    def revoke(key_id: str) -> tuple[str, int]:
        door = secret_door(wired)
        wired.merchant_keys.revoke(door.merchant.id, door.mode, key_id, door.key)
        return "", 204

    @api.post("/v1/keys/report")
    @describes(_REPORT)
    def report() -> tuple[Response, int]:
        take_of_network(wired, "report")
        key = _REPORT.read_body(request)["key"]
        wired.merchant_keys.report(key)
        wired.team.report(key)
        return jsonify(status="received"), 202


def key_json(key: MerchantKey, now: int) -> dict[str, Any]:
    """``value`` is there for publishable keys only: they are public."""
    document: dict[str, Any] = {
        "id": key.id, "kind": key.kind.value, "mode": key.mode.value, "name": key.name, "last4": key.last4,
        "status": key.status(now), "created_at": instant(key.created_at), "expires_at": instant(key.expires_at),
        "last_used_at": instant(key.last_used_at), "revoked_at": instant(key.revoked_at),
    }  # fmt: skip
    if key.kind is KeyKind.RESTRICTED:
        document["scopes"] = [scope.value for scope in key.scopes]
    return document | {name: one for name, one in (("value", key.value), ("kid", key.kid)) if one is not None}


def _made(made: NewKey, now: int) -> dict[str, Any]:
    return key_json(made.key, now) | ({"key": made.text} if made.text is not None else {})


def _wanted(said: Mapping[str, Any], door: Door) -> WantedKey:
    if said["mode"] is not None and said["mode"] != door.mode.value:
        raise ModeMismatch(f"the key is of the mode {door.mode.value}")
    return WantedKey(said["kind"], said["name"], tuple(dict.fromkeys(said["scopes"] or ())), said["jwk"])


def _now_ms(wired: Wired) -> int:
    return milliseconds(wired.clock.now())
