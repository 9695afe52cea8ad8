"""A merchant's keys. A secret is in the answer that makes it, and in none after it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import milliseconds, moment_of, rfc3339
from scenebank.errors import FieldError, InvalidInput, escaped
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, check_key
from scenebank.merchants.key_service import NewKey, WantedKey
from scenebank.merchants.model import Door, Grace, KeyKind, MerchantKey, Scope
from scenebank.merchants.vault import Vault
from scenebank.web.api.documents import read_object
from scenebank.web.api.doors import ModeMismatch, secret_door
from scenebank.web.api.once import answer_once
from scenebank.web.quotas import take_of_network
from scenebank.wiring import Wired

_Read = Callable[[str, Any], Any]


def add_keys(api: Blueprint, wired: Wired) -> None:
    vault = Vault(wired.keys.derive("kept-answers"))

    def answered(door: Door, route: str, act: Callable[[], str]) -> Response:
        key = check_key(request.headers.get("Idempotency-Key"))
        fingerprint = hashlib.sha256(request.get_data()).hexdigest()
        return answer_once(
            wired.idempotency, KeyedRequest(door, route, key, fingerprint), lambda: FirstAnswer(201, act()), vault
        )

    @api.get("/v1/keys")
    def keys() -> Response:
        door, now = secret_door(wired), _now_ms(wired)
        found = wired.merchant_keys.keys(door.merchant.id, door.mode)
        return jsonify(data=[key_json(one, now) for one in found], next=None)

    @api.post("/v1/keys")
    def create() -> Response:
        door = secret_door(wired)
        wanted = _wanted(read_object(request), door)

        def act() -> str:
            made = wired.merchant_keys.create(door.merchant.id, door.mode, wanted, door.key)
            return json.dumps(_made(made, _now_ms(wired)), ensure_ascii=False)

        return answered(door, "create key", act)

    @api.post("/v1/keys/<key_id>/roll")
    def roll(key_id: str) -> Response:
        """Without a body, with a grace of a day."""
        door = secret_door(wired)
        grace, jwk = _roll_wanted(read_object(request) if request.get_data() else {})
        wired.merchant_keys.get(door.merchant.id, door.mode, key_id)  # the ledger holds only what there is

        def act() -> str:
            made, old = wired.merchant_keys.roll(door.merchant.id, door.mode, key_id, grace, door.key, jwk)
            now = _now_ms(wired)
            return json.dumps(_made(made, now) | {"rolled": key_json(old, now)}, ensure_ascii=False)

        return answered(door, f"roll {key_id}", act)

    @api.delete("/v1/keys/<key_id>")
    def revoke(key_id: str) -> tuple[str, int]:
        door = secret_door(wired)
        wired.merchant_keys.revoke(door.merchant.id, door.mode, key_id, door.key)
        return "", 204

    @api.post("/v1/keys/report")
    def report() -> tuple[Response, int]:
        """Anybody who holds a leaked key; the answer is the same whatever it is."""
        take_of_network(wired, "report")
        wired.merchant_keys.report(_fields(read_object(request), {"key": _text})["key"])
        return jsonify(status="received"), 202


def key_json(key: MerchantKey, now: int) -> dict[str, Any]:
    """``value`` is there for publishable keys only: they are public."""
    document: dict[str, Any] = {
        "id": key.id, "kind": key.kind.value, "mode": key.mode.value, "name": key.name, "last4": key.last4,
        "status": key.status(now), "created_at": _time(key.created_at), "expires_at": _time(key.expires_at),
        "last_used_at": _time(key.last_used_at), "revoked_at": _time(key.revoked_at),
    }  # fmt: skip
    if key.kind is KeyKind.RESTRICTED:
        document["scopes"] = [scope.value for scope in key.scopes]
    return document | {name: one for name, one in (("value", key.value), ("kid", key.kid)) if one is not None}


def _made(made: NewKey, now: int) -> dict[str, Any]:
    return key_json(made.key, now) | ({"key": made.text} if made.text is not None else {})


def _wanted(document: dict[str, Any], door: Door) -> WantedKey:
    readers = {"kind": _one_of(KeyKind), "name": _text, "scopes": _scopes, "jwk": _object, "mode": _text}
    fields = _fields(document, readers, ("name", "scopes", "jwk", "mode"))
    if fields["mode"] is not None and fields["mode"] != door.mode.value:
        raise ModeMismatch(f"the key is of the mode {door.mode.value}")
    return WantedKey(fields["kind"], fields["name"], fields["scopes"] or (), fields["jwk"])


def _roll_wanted(document: dict[str, Any]) -> tuple[Grace, Mapping[str, Any] | None]:
    fields = _fields(document, {"grace": _one_of(Grace), "jwk": _object}, ("grace", "jwk"))
    return fields["grace"] or Grace.DAY, fields["jwk"]


def _fields(document: dict[str, Any], readers: Mapping[str, _Read], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Each field as its reader takes it, None where left out; :class:`InvalidInput` names all that is wrong."""
    errors = [FieldError(f"/{escaped(name)}", "unknown_field", {}) for name in sorted(set(document) - set(readers))]
    read: dict[str, Any] = {}
    for name, reader in readers.items():
        if document.get(name) is None:
            read[name] = None
            if name not in optional:
                errors.append(FieldError(f"/{name}", "required", {}))
            continue
        try:
            read[name] = reader(f"/{name}", document[name])
        except InvalidInput as wrong:
            errors += wrong.errors
    if errors:
        raise InvalidInput(errors)
    return read


def _text(pointer: str, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise InvalidInput.one(pointer, "a_text")
    return value


def _object(pointer: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput.one(pointer, "launch_key_kind")
    return value


def _one_of(words: type[KeyKind] | type[Grace]) -> _Read:
    def read(pointer: str, value: Any) -> KeyKind | Grace:
        found = next((one for one in words if one.value == value), None)
        if found is None:
            raise InvalidInput.one(pointer, "not_one_of", allowed=", ".join(one.value for one in words))
        return found

    return read


def _scopes(pointer: str, value: Any) -> tuple[Scope, ...]:
    known = {one.value: one for one in Scope}
    if not isinstance(value, list) or not all(isinstance(one, str) and one in known for one in value):
        raise InvalidInput.one(pointer, "scopes", allowed=", ".join(known))
    return tuple(dict.fromkeys(known[one] for one in value))


def _time(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(moment_of(ms))


def _now_ms(wired: Wired) -> int:
    return milliseconds(wired.clock.now())
