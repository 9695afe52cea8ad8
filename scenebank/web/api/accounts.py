"""What a merchant's server sets up and reads: origins, webhook endpoints, events."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import rfc3339
from scenebank.errors import InvalidInput
from scenebank.web.api.documents import read_object
from scenebank.web.api.doors import page_limit, secret_door
from scenebank.wiring import Wired


def add_accounts(api: Blueprint, wired: Wired) -> None:
    _origins(api, wired)
    _endpoints(api, wired)
    _events(api, wired)


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


def _endpoints(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/webhook_endpoints")
    def endpoints() -> Response:
        door = secret_door(wired)
        found = wired.webhooks.endpoints(door.merchant.id, door.mode)
        return jsonify(data=[{"id": one.id, "url": one.url, "enabled": one.enabled} for one in found], next=None)

    @api.post("/v1/webhook_endpoints")
    def add_endpoint() -> tuple[Response, int]:
        """The secret is in this answer only."""
        door = secret_door(wired)
        url = _text("url")
        made, secret = wired.webhooks.add_endpoint(door.merchant.id, door.mode, url)
        answer = jsonify(id=made, url=url, enabled=True, secret=secret)
        answer.headers["Cache-Control"] = "no-store"
        return answer, 201

    @api.delete("/v1/webhook_endpoints/<endpoint_id>")
    def disable(endpoint_id: str) -> tuple[str, int]:
        door = secret_door(wired)
        wired.webhooks.disable_endpoint(door.merchant.id, door.mode, endpoint_id)
        return "", 204


def _events(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/events")
    def events() -> Response:
        door = secret_door(wired)
        after, limit = request.args.get("after", "0"), page_limit()
        if not (after.isascii() and after.isdigit() and len(after) <= 15):
            raise InvalidInput.one("after", "cursor")
        found = wired.webhooks.feed(door.merchant.id, door.mode, int(after), limit + 1)
        data = [
            {
                "id": one.id,
                "type": one.type,
                "created_at": rfc3339(datetime.fromtimestamp(one.created_at_ms / 1000, UTC)),
                "data": one.data,
            }
            for one in found[:limit]
        ]
        return jsonify(data=data, next=str(found[limit - 1].number) if len(found) > limit else None)


def _text(name: str) -> str:
    """The one field of a small document."""
    document = read_object(request)
    value = document.get(name)
    if set(document) != {name} or not isinstance(value, str):
        raise InvalidInput.one(f"/{name}", "text")
    return value
