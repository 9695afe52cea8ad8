"""Routes for merchants' servers, banks and probes."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import text

from scenebank.banks.port import Unauthorised
from scenebank.clock import rfc3339
from scenebank.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from scenebank.merchants.model import Door
from scenebank.sessions.requests import read_session_request
from scenebank.web.api.documents import application_json, read_object
from scenebank.web.errors import problem
from scenebank.wiring import Wired

_MOST = 100


def make_api_blueprint(wired: Wired) -> Blueprint:
    """All routes of this door."""
    api = Blueprint("api", __name__)
    _merchants(api, wired)
    _banks(api, wired)

    @api.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @api.get("/readyz")
    def readyz() -> Response:
        with wired.database.read() as connection:
            connection.execute(text("SELECT count(*) FROM merchants"))
        return jsonify(status="ready")

    return api


def _merchants(api: Blueprint, wired: Wired) -> None:
    @api.post("/v1/sessions")
    def create_session() -> tuple[Response, int]:
        door = _secret_door(wired)
        made = wired.sessions.create(door, read_session_request(read_object(request), door))
        answer = jsonify(
            id=made.id, launch_token=made.launch_token, expires_at=rfc3339(made.expires_at), widget_url=made.widget_url
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer, 201

    @api.get("/v1/applications")
    def list_applications() -> Response:
        door = _secret_door(wired)
        after, order = request.args.get("after"), request.args.get("order")
        found = wired.applications.list(door.merchant.id, door.mode, after, order, _limit() + 1)
        page, more = found[: _limit()], len(found) > _limit()
        names = {bank.bank_id: bank.name["en"] for bank in wired.catalogue.banks()}
        data = [application_json(one, names.get(one.bank_id, one.bank_id)) for one in page]
        return jsonify(data=data, next=page[-1].id if more else None)

    @api.get("/v1/applications/<application_id>")
    def get_application(application_id: str) -> Response:
        door = _secret_door(wired)
        found = wired.applications.get(door.merchant.id, door.mode, application_id)
        return jsonify(application_json(found, wired.catalogue.bank(found.bank_id).name["en"]))


def _banks(api: Blueprint, wired: Wired) -> None:
    @api.get("/.well-known/jwks.json")
    def jwks() -> Response:
        answer = jsonify(wired.keys.public_jwks())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    @api.post("/callbacks/<bank_id>")
    def callback(bank_id: str) -> tuple[Response, int] | Response:
        try:
            event = wired.banks[bank_id].parse_callback(request.get_data(), wired.clock.now())
        except (Unauthorised, NotFound):
            return problem(401, "callback_refused")
        wired.applications.callback(bank_id, event)
        return jsonify(status="accepted"), 202


def _secret_door(wired: Wired) -> Door:
    """The merchant of the secret key. A key that comes from a browser has leaked."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise Unauthenticated("send the secret key as Authorization: Bearer")
    if "Origin" in request.headers or "Sec-Fetch-Mode" in request.headers:
        raise Forbidden("a secret key belongs on a server: this request comes from a browser")
    return wired.merchants.door_by_secret_key(key)


def _limit() -> int:
    value = request.args.get("limit", "20")
    if not (value.isascii() and value.isdigit() and len(value) <= 3 and 1 <= int(value) <= _MOST):
        raise InvalidInput.one("limit", "limit", most=str(_MOST))
    return int(value)
