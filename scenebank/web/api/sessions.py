"""Launch tokens made by a shop's server, and sessions that it ends."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from scenebank.clock import rfc3339
from scenebank.errors import InvalidInput
from scenebank.sessions.requests import read_logout, read_session_request
from scenebank.web.api.documents import read_object
from scenebank.web.api.doors import secret_door
from scenebank.wiring import Wired
from widgets import WIDGETS


def add_sessions(api: Blueprint, wired: Wired) -> None:
    @api.post("/v1/sessions")
    def create_session() -> tuple[Response, int]:
        door = secret_door(wired)
        asked = read_session_request(read_object(request), door)
        if not set(asked.widgets) <= set(WIDGETS):
            raise InvalidInput.one("/widget", "unknown_widget", widgets=", ".join(sorted(WIDGETS)))
        made = wired.sessions.create(door, asked)
        return jsonify(
            id=made.id, launch_token=made.launch_token, expires_at=rfc3339(made.expires_at), widget_url=made.widget_url
        ), 201

    @api.delete("/v1/sessions/<session_id>")
    def end_session(session_id: str) -> tuple[str, int]:
        wired.sessions.revoke(secret_door(wired), session_id)
        return "", 204

    @api.post("/v1/logout")
    def log_out() -> Response:
        """``{"user": {"ref": …}}``: every session of that shopper ends, and every launch token made until now."""
        door = secret_door(wired)
        return jsonify(sessions=wired.sessions.log_out(door, read_logout(read_object(request), door)))
