"""What a merchant's server sets up and reads: launch tokens, webhook endpoints, events."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import rfc3339
from scenebank.errors import InvalidInput
from scenebank.sessions.requests import read_session_request
from scenebank.web.api.documents import one_text, read_object
from scenebank.web.api.doors import page_limit, secret_door
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

    _endpoints(api, wired)
    _events(api, wired)


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
        url = one_text(request, "url")
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
