"""The machines' door: merchants' servers, banks and probes."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from scenebank.banks.port import BankError, ReceivedRequest
from scenebank.errors import NotFound
from scenebank.fields import ListOf, Object, OneOf, Text, answer, needed
from scenebank.store.migrate import is_migrated
from scenebank.web.api.applications import add_applications
from scenebank.web.api.events import add_events
from scenebank.web.api.keys import add_keys
from scenebank.web.api.not_offered import add_not_offered
from scenebank.web.api.offers import add_offers
from scenebank.web.api.origins import add_origins
from scenebank.web.api.sessions import add_sessions
from scenebank.web.api.webhook_deliveries import add_webhook_deliveries
from scenebank.web.api.webhook_endpoints import add_webhook_endpoints
from scenebank.web.contract.operation import Answer, Door, Operation, describes
from scenebank.web.errors import problem
from scenebank.web.quotas import FAILURE, charge
from scenebank.wiring import Wired

JWKS = answer("KeySet", keys=ListOf(Object(
    {name: needed(Text(sample=sample)) for name, sample in (("kty", "EC"), ("kid", "NzbLsXh8uDCc"), ("alg", "ES256"))},
    open=True, about="a public key, RFC 7517",
)))  # fmt: skip
_JWKS = Operation("Show our public keys", "banks", {200: Answer("RFC 7517", JWKS)}, door=Door.ANYBODY)
_CALLBACK = Operation(
    "Tell of a change", "banks", {202: Answer("taken", answer("", status=OneOf(("accepted",))))}, door=Door.ANYBODY,
    raw=("application/secevent+jwt", "application/json"),
    problems={401: ("callback_refused",), 503: ("callback_refused",)},
    about="A security event token (RFC 8417), or where so agreed its claims as JSON in a request that carries "
    "Content-Digest, Signature-Input and Signature (RFC 9530, RFC 9421); signed with a key of the bank's published "
    "set. 503: send it again.",
)  # fmt: skip
_HEALTH = Operation(
    "Ask whether the process answers", "operation", {200: Answer("it does", answer("", status=OneOf(("ok",))))},
    door=Door.ANYBODY,
)  # fmt: skip
_READY = Operation(
    "Ask whether it can serve", "operation", {200: Answer("it can", answer("", status=OneOf(("ready",))))},
    door=Door.ANYBODY, problems={503: ("database_unreachable", "database_not_migrated")},
)  # fmt: skip


def make_api_blueprint(wired: Wired) -> Blueprint:
    """All routes of this door."""
    api = Blueprint("api", __name__)
    add_sessions(api, wired)
    add_applications(api, wired)
    add_keys(api, wired)
    add_offers(api, wired)
    add_not_offered(api, wired)
    add_webhook_endpoints(api, wired)
    add_webhook_deliveries(api, wired)
    add_events(api, wired)
    add_origins(api, wired)
    _banks(api, wired)
    _probes(api, wired)
    return api


def _banks(api: Blueprint, wired: Wired) -> None:
    @api.get("/.well-known/jwks.json")
    @describes(_JWKS)
    def jwks() -> Response:
        answer = jsonify(wired.keys.public_jwks())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    def received() -> ReceivedRequest:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        url = f"{wired.config.public_url}{quote(request.path)}{query}"
        return ReceivedRequest(request.method, url, dict(request.headers), request.get_data())

    def refused(status: int) -> Response:
        charge(wired, "network", FAILURE)
        wired.metrics.callbacks_refused.inc()
        return problem(status, "callback_refused")

    @api.post("/callbacks/<bank_id>")
    @describes(_CALLBACK)
    def callback(bank_id: str) -> tuple[Response, int] | Response:
        try:
            event = wired.banks[bank_id].parse_callback(received(), wired.clock.now())
        except NotFound:
            return refused(401)
        except BankError as error:
            # Its keys cannot be had just now: it shall send again. Anything else is not the bank's.
            return refused(503 if error.code == "bank_unavailable" else 401)
        wired.applications.callback(bank_id, event)
        return jsonify(status="accepted"), 202


def _probes(api: Blueprint, wired: Wired) -> None:
    @api.get("/healthz")
    @describes(_HEALTH)
    def healthz() -> Response:
        return jsonify(status="ok")

    @api.get("/readyz")
    @describes(_READY)
    def readyz() -> Response:
        try:
            ready = is_migrated(wired.database)
        except SQLAlchemyError:
            return problem(503, "database_unreachable")
        return jsonify(status="ready") if ready else problem(503, "database_not_migrated")
