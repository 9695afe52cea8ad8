"""The feed of events: the source of truth for a merchant, whatever became of its webhooks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from scenebank.web.api.documents import instant
from scenebank.web.api.doors import page_cursor, page_limit, secret_door
from scenebank.webhooks.model import Event
from scenebank.wiring import Wired


def add_events(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/events")
    def events() -> Response:
        """``next`` is there while more waits; ``cursor`` always says from where to go on later."""
        door = secret_door(wired)
        after, limit = page_cursor() or 0, page_limit()
        found = wired.webhooks.feed(door.merchant.id, door.mode, after, limit + 1)
        page = found[:limit]
        cursor = str(page[-1].number if page else after)
        return jsonify(
            data=[event_json(one) for one in page], next=cursor if len(found) > limit else None, cursor=cursor
        )


def event_json(event: Event) -> dict[str, Any]:
    """The same members as a webhook's body."""
    return {"id": event.id, "type": event.type, "created_at": instant(event.created_at_ms), "data": event.data}
