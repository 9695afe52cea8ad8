"""The pages that may show a merchant's widgets, and those that tried."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from scenebank.errors import InvalidInput
from scenebank.web.api.documents import instant, one_text
from scenebank.web.api.doors import secret_door
from scenebank.wiring import Wired


def add_origins(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/origins")
    def origins() -> Response:
        return jsonify(data=list(secret_door(wired).origins), next=None)

    @api.post("/v1/origins")
    def add() -> tuple[Response, int]:
        door = secret_door(wired)
        wired.merchants.add_origin(door.merchant.id, door.mode, one_text(request, "origin"))
        return jsonify(data=list(wired.merchants.origins(door.merchant.id, door.mode)), next=None), 201

    @api.delete("/v1/origins")
    def remove() -> tuple[str, int]:
        """``?origin=``; the visits of its pages end with their next request."""
        door = secret_door(wired)
        origin = request.args.get("origin")
        if not origin:
            raise InvalidInput.one("origin", "required")
        wired.merchants.remove_origin(door.merchant.id, door.mode, origin)
        return "", 204

    @api.get("/v1/origins/refused")
    def refused() -> Response:
        door = secret_door(wired)
        found = wired.refused_origins.seen(door.merchant.id, door.mode)
        data = [
            {"origin": one.origin, "count": one.count, "first_seen_at": instant(one.first_seen_at),
             "last_seen_at": instant(one.last_seen_at)}
            for one in found
        ]  # fmt: skip
        return jsonify(data=data, next=None)
