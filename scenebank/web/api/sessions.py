"""Launch tokens made by a shop's server, and sessions that it ends."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import rfc3339
from scenebank.errors import NotFound
from scenebank.fields import Text, Whole, answer
from scenebank.merchants.idempotency import FirstAnswer
from scenebank.sessions.requests import LOGOUT, read_session_request, session_request
from scenebank.web.api.documents import TIME
from scenebank.web.api.doors import secret_door
from scenebank.web.api.once import answer_if_keyed
from scenebank.web.contract.operation import Answer, Once, Operation, describes
from scenebank.wiring import Wired
from widgets import WIDGETS

_MADE = answer(
    "Session", "The launch token is good once, on the page it was made for.",
    id=Text(sample="ses_9b1f"), launch_token=Text(sample="bis_lt_…"), expires_at=TIME,
    widget_url=Text(form="uri", sample="https://HOST/w/instalments?key=bis_pk_test_…"),
)  # fmt: skip
_CREATE = Operation(
    "Make a launch token", "sessions", {201: Answer("made", _MADE)}, body=session_request(sorted(WIDGETS)),
    once=Once.MAY,
    about="For one shopper, page and order. Hand the token to the page; it opens the widget for this shopper. The same "
    "Idempotency-Key gives the same token again.",
)  # fmt: skip
_END = Operation(
    "End a session", "sessions", {204: Answer("ended, or it had ended", media=())}, refuses=(NotFound,),
    about="One that has not begun never will: its launch token is taken back.",
)  # fmt: skip
_LOG_OUT = Operation(
    "Log a shopper out", "sessions",
    {200: Answer("how many sessions ended", answer("LoggedOut", sessions=Whole()))}, body=LOGOUT,
    about="Every session of that shopper ends, and every launch token made until now.",
)  # fmt: skip


def add_sessions(api: Blueprint, wired: Wired) -> None:
    @api.post("/v1/sessions")
    @describes(_CREATE)
    def create_session() -> Response:
        door, document = secret_door(wired), _CREATE.parsed(request)
        asked = read_session_request(_CREATE.understood(document), door)

        def make() -> FirstAnswer:
            made = wired.sessions.create(door, asked)
            return FirstAnswer(201, json.dumps({
                "id": made.id, "launch_token": made.launch_token, "expires_at": rfc3339(made.expires_at),
                "widget_url": made.widget_url,
            }))  # fmt: skip

        return answer_if_keyed(wired, door, "create session", json.dumps(document, sort_keys=True), make)

    @api.delete("/v1/sessions/<session_id>")
    @describes(_END)
    def end_session(session_id: str) -> tuple[str, int]:
        wired.sessions.revoke(secret_door(wired), session_id)
        return "", 204

    @api.post("/v1/logout")
    @describes(_LOG_OUT)
    def log_out() -> Response:
        door = secret_door(wired)
        return jsonify(sessions=wired.sessions.log_out(door, _LOG_OUT.read_body(request)["user"]["ref"]))
