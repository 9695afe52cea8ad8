"""What a merchant's server sets up: launch tokens and origins."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import rfc3339
from scenebank.errors import InvalidInput
from scenebank.sessions.requests import read_session_request
from scenebank.web.api.documents import read_object
from scenebank.web.api.doors import secret_door
from scenebank.wiring import Wired
from widgets import WIDGETS


def add_accounts(api: Blueprint, wired: Wired) -> None:
    @api.post("/v1/sessions")
    def create_session() -> tuple[Response, int]:
        door = secret_door(wired)
        asked = read_session_request(read_object(request), door)
        if not set(asked.widgets) <= set(WIDGETS):
            raise InvalidInput.one("/widget", "unknown_widget", widgets=", ".join(sorted(WIDGETS)))
        made = wired.sessions.create(door, asked)
        answer = jsonify(
            id=made.id, launch_token=made.launch_token, expires_at=rfc3339(made.expires_at), widget_url=made.widget_url
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer, 201

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
