"""What is sent and answered about deliveries."""

from __future__ import annotations

from scenebank.errors import FieldError, NotFound
from scenebank.fields import (
    Digits,
    Instant,
    ListOf,
    Object,
    OneOf,
    OrNull,
    Rule,
    Text,
    Whole,
    answer,
    maybe,
    needed,
    or_null,
    page,
)
from scenebank.web.api.documents import PAGE, TIME
from scenebank.web.api.events import EVENT
from scenebank.web.contract.operation import NOTHING, Answer, Once, Operation
from scenebank.webhooks.deliveries import EndpointDisabled
from scenebank.webhooks.model import DeliveryStatus

_LONGEST_MS = 31 * 24 * 3600 * 1000
_STATUS = OneOf(DeliveryStatus)
_ATTEMPT = answer(
    "Attempt", at=TIME, code=OrNull(Whole(sample=200, about="the HTTP status where there was one")),
    reason=Text(sample="delivered"), duration_ms=Whole(sample=84),
    answer=Text(sample="ok", about="the first 4 KiB of what your server said"),
)  # fmt: skip
_DELIVERY = answer(
    "Delivery", event=answer("", **{name: one for name, one in EVENT.fields.items() if name != "data"}),
    status=_STATUS, next_attempt_at=OrNull(TIME), attempts=ListOf(_ATTEMPT),
)  # fmt: skip
_REPLAYED = answer(
    "Replayed", replayed=Whole(sample=1), next=OrNull(Text(sample="41", about="`after` of the next request"))
)
_WITHIN_31_DAYS = Rule(
    {"description": "`to` comes after `from`, by at most 31 days"},
    lambda said: [] if said["from"] < said["to"] <= said["from"] + _LONGEST_MS else [FieldError("/to", "window", {})],
)
_WINDOW = Object({
    "from": needed(Instant()), "to": needed(Instant(sample="2026-11-25T08:15:30Z")),
    "after": maybe(Digits(about="`next` of the answer before, where the window held more than are sent at once"), 0),
    "status": or_null(_STATUS),
}, rules=(_WITHIN_31_DAYS,), name="Window")  # fmt: skip
_REFUSES = (NotFound, EndpointDisabled)

DELIVERIES = Operation(
    "List deliveries", "webhooks", {200: Answer("the newest events first", page(_DELIVERY))},
    query=Object({**PAGE.fields, "status": maybe(_STATUS)}), refuses=(NotFound,),
)  # fmt: skip
TEST = Operation(
    "Send a test event", "webhooks", {202: Answer("on its way", EVENT)}, body=NOTHING, body_required=False,
    once=Once.MAY, refuses=_REFUSES,
)  # fmt: skip
REPLAY = Operation(
    "Send one event again", "webhooks", {202: Answer("on its way", _REPLAYED)}, body=NOTHING, body_required=False,
    once=Once.MAY, refuses=_REFUSES, about="The same id, a new time and signature.",
)  # fmt: skip
REPLAY_WINDOW = Operation(
    "Send the events of a time again", "webhooks", {202: Answer("on their way", _REPLAYED)}, body=_WINDOW,
    once=Once.MAY, refuses=_REFUSES,
)  # fmt: skip
