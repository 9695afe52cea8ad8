"""Where a merchant's events go: endpoints, their secrets and what they want to hear."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.merchants.idempotency import FirstAnswer
from scenebank.web.api.doors import secret_door
from scenebank.web.api.endpoint_fields import ADD, ALL, CHANGE, DELETE, LIST, ROTATE, SHOW
from scenebank.web.api.once import answer_if_keyed
from scenebank.web.contract.operation import describes
from scenebank.webhooks.model import Endpoint
from scenebank.webhooks.service import EndpointChange
from scenebank.wiring import Wired


def add_webhook_endpoints(api: Blueprint, wired: Wired) -> None:
    _reading(api, wired)
    _changing(api, wired)

    @api.post("/v1/webhook_endpoints")
    @describes(ADD)
    def add_endpoint() -> Response:
        door = secret_door(wired)
        said = ADD.read_body(request)
        change = _change(said)

        def add() -> FirstAnswer:
            made, secret = wired.webhooks.add_endpoint(
                door.merchant.id, door.mode, change.url or "", change.events or (), bool(change.asymmetric)
            )
            found = wired.webhooks.endpoint(door.merchant.id, door.mode, made)
            return FirstAnswer(201, json.dumps(endpoint_json(found) | {"secret": secret}))

        return answer_if_keyed(wired, door, "add endpoint", json.dumps(said, sort_keys=True), add)

    @api.post("/v1/webhook_endpoints/<endpoint_id>/rotate")
    @describes(ROTATE)
    def rotate(endpoint_id: str) -> Response:
        door = secret_door(wired)
        at_once = ROTATE.read_body(request)["at_once"]

        def turn() -> FirstAnswer:
            found, secret = wired.webhooks.rotate(door.merchant.id, door.mode, endpoint_id, at_once)
            return FirstAnswer(200, json.dumps(endpoint_json(found) | {"secret": secret}))

        return answer_if_keyed(wired, door, f"rotate {endpoint_id[:40]}", str(at_once), turn)


def _reading(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/webhook_endpoints")
    @describes(LIST)
    def endpoints() -> Response:
        door = secret_door(wired)
        found = wired.webhooks.endpoints(door.merchant.id, door.mode)
        return jsonify(data=[endpoint_json(one) for one in found], next=None)

    @api.get("/v1/webhook_endpoints/<endpoint_id>")
    @describes(SHOW)
    def endpoint(endpoint_id: str) -> Response:
        door = secret_door(wired)
        return jsonify(endpoint_json(wired.webhooks.endpoint(door.merchant.id, door.mode, endpoint_id)))


def _changing(api: Blueprint, wired: Wired) -> None:
    @api.patch("/v1/webhook_endpoints/<endpoint_id>")
    @describes(CHANGE)
    def change(endpoint_id: str) -> Response:
        door = secret_door(wired)
        wanted = _change(CHANGE.read_body(request))
        return jsonify(endpoint_json(wired.webhooks.change_endpoint(door.merchant.id, door.mode, endpoint_id, wanted)))

    @api.delete("/v1/webhook_endpoints/<endpoint_id>")
    @describes(DELETE)
    def delete(endpoint_id: str) -> tuple[str, int]:
        door = secret_door(wired)
        wired.webhooks.delete_endpoint(door.merchant.id, door.mode, endpoint_id)
        return "", 204


def endpoint_json(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason,
        "events": list(endpoint.events) or ["*"],
        "signatures": ["v1", "v1a"] if endpoint.public_key else ["v1"],
        "public_key": endpoint.public_key,
    }


def _change(said: Mapping[str, Any]) -> EndpointChange:
    signatures, events = said["signatures"], said["events"]
    asymmetric = None if signatures is None else "v1a" in signatures
    if events is not None:
        events = () if events == ALL else tuple(dict.fromkeys(events))
    return EndpointChange(said["url"], events, asymmetric, said.get("enabled"))
