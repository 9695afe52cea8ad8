"""What became of an endpoint's events, and sending them again."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import instant
from scenebank.merchants.idempotency import FirstAnswer
from scenebank.web.api.delivery_fields import DELIVERIES, REPLAY, REPLAY_WINDOW, TEST
from scenebank.web.api.doors import secret_door
from scenebank.web.api.events import event_json
from scenebank.web.api.once import answer_if_keyed
from scenebank.web.contract.operation import describes
from scenebank.webhooks.model import Delivery, Window
from scenebank.wiring import Wired

_ENDPOINT = "/v1/webhook_endpoints/<endpoint_id>"


def add_webhook_deliveries(api: Blueprint, wired: Wired) -> None:
    _replays(api, wired)

    @api.get(f"{_ENDPOINT}/deliveries")
    @describes(DELIVERIES)
    def deliveries(endpoint_id: str) -> Response:
        door = secret_door(wired)
        asked = DELIVERIES.read_query(request)
        status, before, limit = asked["status"], asked["after"], asked["limit"]
        found = wired.webhook_deliveries.list(door.merchant.id, door.mode, endpoint_id, status, before, limit + 1)
        page = found[:limit]
        more = str(page[-1].event.number) if len(found) > limit else None
        return jsonify(data=[_delivery(one) for one in page], next=more)

    @api.post(f"{_ENDPOINT}/test")
    @describes(TEST)
    def send_test(endpoint_id: str) -> Response:
        door = secret_door(wired)
        TEST.read_body(request)

        def send() -> FirstAnswer:
            event = wired.webhook_deliveries.send_test(door.merchant.id, door.mode, endpoint_id)
            return FirstAnswer(202, json.dumps(event_json(event)))

        return answer_if_keyed(wired, door, f"test {endpoint_id[:40]}", "", send)


def _replays(api: Blueprint, wired: Wired) -> None:
    @api.post(f"{_ENDPOINT}/deliveries/<event_id>/replay")
    @describes(REPLAY)
    def replay(endpoint_id: str, event_id: str) -> Response:
        door = secret_door(wired)
        REPLAY.read_body(request)

        def send() -> FirstAnswer:
            wired.webhook_deliveries.replay(door.merchant.id, door.mode, endpoint_id, event_id)
            return FirstAnswer(202, json.dumps({"replayed": 1, "next": None}))

        return answer_if_keyed(wired, door, f"replay {endpoint_id[:24]} {event_id[:30]}", "", send)

    @api.post(f"{_ENDPOINT}/replay")
    @describes(REPLAY_WINDOW)
    def replay_window(endpoint_id: str) -> Response:
        door = secret_door(wired)
        document = REPLAY_WINDOW.parsed(request) if request.get_data() else {}
        wired.webhooks.endpoint(door.merchant.id, door.mode, endpoint_id)
        said = REPLAY_WINDOW.understood(document)
        window = Window(said["from"], said["to"], said["after"], said["status"])

        def send() -> FirstAnswer:
            count, more = wired.webhook_deliveries.replay_window(door.merchant.id, door.mode, endpoint_id, window)
            return FirstAnswer(202, json.dumps({"replayed": count, "next": str(more) if more else None}))

        return answer_if_keyed(wired, door, f"window {endpoint_id[:40]}", str(window), send)


def _delivery(delivery: Delivery) -> dict[str, Any]:
    event = delivery.event
    return {
        "event": {"id": event.id, "type": event.type, "created_at": instant(event.created_at_ms)},
        "status": delivery.status.value,
        "next_attempt_at": instant(delivery.next_at_ms),
        "attempts": [
            {
                "at": instant(one.at_ms),
                "code": one.code,
                "reason": one.reason,
                "duration_ms": one.duration_ms,
                "answer": one.answer,
            }
            for one in delivery.attempts
        ],
    }
