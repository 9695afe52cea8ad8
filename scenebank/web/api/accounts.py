"""What a merchant's server sets up: its origins."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from scenebank.errors import InvalidInput
from scenebank.web.api.documents import read_object
from scenebank.web.api.doors import secret_door
from scenebank.wiring import Wired


def add_accounts(api: Blueprint, wired: Wired) -> None:
    _origins(api, wired)


def _origins(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/origins")
    def origins() -> Response:
        return jsonify(data=list(secret_door(wired).origins), next=None)

    @api.post("/v1/origins")
    def add_origin() -> tuple[Response, int]:
        door = secret_door(wired)
        origin = _text("origin")
        wired.merchants.add_origin(door.merchant.id, door.mode, origin)
        return jsonify(data=list(wired.merchants.origins(door.merchant.id, door.mode)), next=None), 201


def _text(name: str) -> str:
    """The one field of a small document."""
    document = read_object(request)
    value = document.get(name)
    if set(document) != {name} or not isinstance(value, str):
        raise InvalidInput.one(f"/{name}", "text")
    return value
