"""The feed of events: the source of truth for a merchant, whatever became of its webhooks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import instant
from scenebank.fields import Free, Text, answer, page
from scenebank.web.api.documents import PAGE, TIME
from scenebank.web.api.doors import secret_door
from scenebank.web.contract.operation import Answer, Operation, describes
from scenebank.webhooks.model import Event
from scenebank.wiring import Wired

EVENT = answer(
    "Event", "The same members as a webhook's body.",
    id=Text(sample="msg_2mZ0"), type=Text(sample="application.accepted"), created_at=TIME,
    data=Free("what the type tells", {"application": "app_5cb0d7e2", "status": "accepted"}),
)  # fmt: skip
_LIST = Operation(
    "Read the feed of events", "events",
    {200: Answer("the oldest first", page(EVENT, cursor=Text(sample="41", about="from where to go on later")))},
    query=PAGE, about="The source of truth, whatever became of the webhooks.",
)  # fmt: skip


def add_events(api: Blueprint, wired: Wired) -> None:
    @api.get("/v1/events")
    @describes(_LIST)
    def events() -> Response:
        """``next`` is there while more waits; ``cursor`` always says from where to go on later."""
        door = secret_door(wired)
        asked = _LIST.read_query(request)
        after, limit = asked["after"] or 0, asked["limit"]
        found = wired.webhooks.feed(door.merchant.id, door.mode, after, limit + 1)
        page = found[:limit]
        cursor = str(page[-1].number if page else after)
        return jsonify(
            data=[event_json(one) for one in page], next=cursor if len(found) > limit else None, cursor=cursor
        )


def event_json(event: Event) -> dict[str, Any]:
    """The same members as a webhook's body."""
    return {"id": event.id, "type": event.type, "created_at": instant(event.created_at_ms), "data": event.data}
