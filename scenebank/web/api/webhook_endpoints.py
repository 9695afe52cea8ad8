"""Where a merchant's events go: endpoints, their secrets and what they want to hear."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.applications.model import Status
from scenebank.errors import InvalidInput
from scenebank.merchants.idempotency import FirstAnswer
from scenebank.web.api.documents import read_fields
from scenebank.web.api.doors import secret_door
from scenebank.web.api.once import answer_if_keyed
from scenebank.webhooks.model import DISABLED_EVENT, TEST_EVENT, Endpoint
from scenebank.webhooks.service import EndpointChange
from scenebank.wiring import Wired

EVENT_TYPES = (*(f"application.{status.value}" for status in Status), DISABLED_EVENT, TEST_EVENT)
_FIELDS = ("url", "events", "signatures")
_SIGNATURES = (["v1"], ["v1", "v1a"])


def add_webhook_endpoints(api: Blueprint, wired: Wired) -> None:
    _reading(api, wired)
    _changing(api, wired)

    @api.post("/v1/webhook_endpoints")
    def add_endpoint() -> Response:
        """The secret is in this answer only."""
        door = secret_door(wired)
        document = read_fields(request, _FIELDS)
        if "url" not in document:
            raise InvalidInput.one("/url", "required")
        change = _change(document)

        def add() -> FirstAnswer:
            made, secret = wired.webhooks.add_endpoint(
                door.merchant.id, door.mode, change.url or "", change.events or (), bool(change.asymmetric)
            )
            found = wired.webhooks.endpoint(door.merchant.id, door.mode, made)
            return FirstAnswer(201, json.dumps(endpoint_json(found) | {"secret": secret}))

        return answer_if_keyed(wired, door, "add endpoint", json.dumps(document, sort_keys=True), add)

    @api.post("/v1/webhook_endpoints/<endpoint_id>/rotate")
    def rotate(endpoint_id: str) -> Response:
        """``{"at_once": true}`` for a secret that leaked: the old one signs no more."""
        door = secret_door(wired)
        at_once = read_fields(request, ("at_once",)).get("at_once", False)
        if not isinstance(at_once, bool):
            raise InvalidInput.one("/at_once", "true_or_false")

        def turn() -> FirstAnswer:
            found, secret = wired.webhooks.rotate(door.merchant.id, door.mode, endpoint_id, at_once)
            return FirstAnswer(200, json.dumps(endpoint_json(found) | {"secret": secret}))

        return answer_if_keyed(wired, door, f"rotate {endpoint_id[:40]}", str(at_once), turn)


def _reading(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/webhook_endpoints")
    def endpoints() -> Response:
        door = secret_door(wired)
        found = wired.webhooks.endpoints(door.merchant.id, door.mode)
        return jsonify(data=[endpoint_json(one) for one in found], next=None)

    @api.get("/v1/webhook_endpoints/<endpoint_id>")
    def endpoint(endpoint_id: str) -> Response:
        door = secret_door(wired)
        return jsonify(endpoint_json(wired.webhooks.endpoint(door.merchant.id, door.mode, endpoint_id)))


def _changing(api: Blueprint, wired: Wired) -> None:
    @api.patch("/v1/webhook_endpoints/<endpoint_id>")
    def change(endpoint_id: str) -> Response:
        """What is named is changed; ``{"enabled": true}`` takes an endpoint back that was disabled."""
        door = secret_door(wired)
        wanted = _change(read_fields(request, (*_FIELDS, "enabled")))
        return jsonify(endpoint_json(wired.webhooks.change_endpoint(door.merchant.id, door.mode, endpoint_id, wanted)))

    @api.delete("/v1/webhook_endpoints/<endpoint_id>")
    def disable(endpoint_id: str) -> tuple[str, int]:
        door = secret_door(wired)
        wired.webhooks.disable_endpoint(door.merchant.id, door.mode, endpoint_id)
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


def _change(document: dict[str, Any]) -> EndpointChange:
    """:class:`InvalidInput` for a field that is not what it must be."""
    url, signatures, enabled = (document.get(name) for name in ("url", "signatures", "enabled"))
    if "url" in document and not isinstance(url, str):
        raise InvalidInput.one("/url", "webhook_url")
    if "signatures" in document and signatures not in _SIGNATURES:
        raise InvalidInput.one("/signatures", "signatures")
    if "enabled" in document and not isinstance(enabled, bool):
        raise InvalidInput.one("/enabled", "true_or_false")
    asymmetric = "v1a" in signatures if isinstance(signatures, list) else None
    return EndpointChange(url, _events(document), asymmetric, enabled)


def _events(document: dict[str, Any]) -> tuple[str, ...] | None:
    """``()`` for ``["*"]``, None where nothing is said."""
    if "events" not in document:
        return None
    asked = document["events"]
    if asked == ["*"]:
        return ()
    if not isinstance(asked, list) or not asked or not all(isinstance(one, str) for one in asked):
        raise InvalidInput.one("/events", "event_types", types=", ".join(EVENT_TYPES))
    for number, one in enumerate(asked):
        if one not in EVENT_TYPES:
            raise InvalidInput.one(f"/events/{number}", "event_types", types=", ".join(EVENT_TYPES))
    return tuple(dict.fromkeys(asked))
