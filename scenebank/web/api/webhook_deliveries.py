"""What became of an endpoint's events, and sending them again."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.errors import InvalidInput
from scenebank.merchants.idempotency import FirstAnswer
from scenebank.web.api.documents import instant, read_fields
from scenebank.web.api.doors import page_cursor, page_limit, secret_door
from scenebank.web.api.events import event_json
from scenebank.web.api.once import answer_if_keyed
from scenebank.webhooks.model import Delivery, DeliveryStatus, Window
from scenebank.wiring import Wired

_LONGEST_MS = 31 * 24 * 3600 * 1000
_STATUSES = tuple(status.value for status in DeliveryStatus)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_ENDPOINT = "/v1/webhook_endpoints/<endpoint_id>"


def add_webhook_deliveries(api: Blueprint, wired: Wired) -> None:
    _replays(api, wired)

    @api.get(f"{_ENDPOINT}/deliveries")
    def deliveries(endpoint_id: str) -> Response:
        """The newest events first; ``status`` chooses."""
        door = secret_door(wired)
        status, before, limit = _status("status", request.args.get("status")), page_cursor(), page_limit()
        found = wired.webhook_deliveries.list(door.merchant.id, door.mode, endpoint_id, status, before, limit + 1)
        page = found[:limit]
        more = str(page[-1].event.number) if len(found) > limit else None
        return jsonify(data=[_delivery(one) for one in page], next=more)

    @api.post(f"{_ENDPOINT}/test")
    def send_test(endpoint_id: str) -> Response:
        door = secret_door(wired)
        read_fields(request, ())

        def send() -> FirstAnswer:
            event = wired.webhook_deliveries.send_test(door.merchant.id, door.mode, endpoint_id)
            return FirstAnswer(202, json.dumps(event_json(event)))

        return answer_if_keyed(wired, door, f"test {endpoint_id[:40]}", "", send)


def _replays(api: Blueprint, wired: Wired) -> None:
    @api.post(f"{_ENDPOINT}/deliveries/<event_id>/replay")
    def replay(endpoint_id: str, event_id: str) -> Response:
        """The same id, a new time and signature."""
        door = secret_door(wired)
        read_fields(request, ())

        def send() -> FirstAnswer:
            wired.webhook_deliveries.replay(door.merchant.id, door.mode, endpoint_id, event_id)
            return FirstAnswer(202, json.dumps({"replayed": 1, "next": None}))

        return answer_if_keyed(wired, door, f"replay {endpoint_id[:24]} {event_id[:30]}", "", send)

    @api.post(f"{_ENDPOINT}/replay")
    def replay_window(endpoint_id: str) -> Response:
        """``next`` is the ``after`` of a second request where the window holds more than are sent at once."""
        door = secret_door(wired)
        document = read_fields(request, ("from", "to", "after", "status"))
        wired.webhooks.endpoint(door.merchant.id, door.mode, endpoint_id)
        window = _window(document)

        def send() -> FirstAnswer:
            count, more = wired.webhook_deliveries.replay_window(door.merchant.id, door.mode, endpoint_id, window)
            return FirstAnswer(202, json.dumps({"replayed": count, "next": str(more) if more else None}))

        return answer_if_keyed(wired, door, f"window {endpoint_id[:40]}", str(window), send)


def _delivery(delivery: Delivery) -> dict[str, Any]:
    event = delivery.event
    return {
        "event": {"id": event.id, "type": event.type, "created_at": instant(event.created_at_ms)},
        "status": delivery.status.value,
        "next_attempt_at": None if delivery.next_at_ms is None else instant(delivery.next_at_ms),
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


def _window(document: dict[str, Any]) -> Window:
    """:class:`InvalidInput` names the field that is wrong."""
    begin, end = _instant_ms(document, "from"), _instant_ms(document, "to")
    if not begin < end <= begin + _LONGEST_MS:
        raise InvalidInput.one("/to", "window")
    after = document.get("after", "0")
    if not (isinstance(after, str) and after.isascii() and after.isdigit() and len(after) <= 15):
        raise InvalidInput.one("/after", "cursor")
    return Window(begin, end, int(after), _status("/status", document.get("status")))


def _instant_ms(document: dict[str, Any], name: str) -> int:
    if name not in document:
        raise InvalidInput.one(f"/{name}", "required")
    value = document[name]
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return int(datetime.fromisoformat(value.upper()).timestamp() * 1000)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput.one(f"/{name}", "rfc3339")


def _status(pointer: str, value: Any) -> DeliveryStatus | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in _STATUSES:
        raise InvalidInput.one(pointer, "not_one_of", allowed=", ".join(_STATUSES))
    return DeliveryStatus(value)
