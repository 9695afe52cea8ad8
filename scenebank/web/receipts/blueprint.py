"""``/r/<receipt>`` and what is needed to check it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from scenebank.errors import InvalidInput
from scenebank.quotas.model import QuotaSpent
from scenebank.receipts.model import NoSuchReceipt
from scenebank.web.api.doors import secret_door
from scenebank.web.contract.operation import describes
from scenebank.web.embed.requests import wanted_locale
from scenebank.web.errors import problem_of, wants_problem
from scenebank.web.receipts.documents import (
    CONSISTENCY,
    FILE,
    HEAD,
    KEYS,
    LIST,
    SHOW,
    consistency_json,
    listed_json,
    receipt_json,
)
from scenebank.web.receipts.page import ReceiptPage
from scenebank.wiring import Wired


def make_receipts_blueprint(wired: Wired) -> Blueprint:
    """All routes of this door."""
    door = Blueprint("receipts", __name__)
    page = ReceiptPage(wired)
    _one(door, wired, page)
    _ledger(door, wired)

    @door.get("/v1/applications/<application_id>/receipts")
    @describes(LIST)
    def of_application(application_id: str) -> Response:
        """The shop's own: whose key it is decides whose receipts there are."""
        of = secret_door(wired)
        wired.applications.get(of.merchant.id, of.mode, application_id)
        found = wired.receipts.of_application(of.merchant.id, of.mode, application_id)
        return _unlisted(jsonify(data=[listed_json(one, wired.config.public_url) for one in found], next=None))

    @door.errorhandler(QuotaSpent)
    def busy(error: QuotaSpent) -> Response:
        if request.endpoint != "receipts.receipt" or wants_problem(request):
            return problem_of(error)
        return _either(page.busy(wanted_locale(request), error.standing, request.path))

    return door


def _one(door: Blueprint, wired: Wired, page: ReceiptPage) -> None:
    @door.get("/r/<receipt_id>")
    @describes(SHOW)
    def receipt(receipt_id: str) -> Response:
        """A page, or the proof to whoever asks for JSON."""
        locale = wanted_locale(request)
        try:
            found = wired.receipts.get(receipt_id)
        except NoSuchReceipt as error:
            return _either(problem_of(error) if wants_problem(request) else page.unknown(locale))
        return _either(jsonify(receipt_json(found)) if wants_problem(request) else page.shown(found, locale))

    @door.get("/r/<receipt_id>/receipt.json")
    @describes(FILE)
    def file(receipt_id: str) -> Response:
        """The same proof, as a file to keep."""
        answer = jsonify(receipt_json(wired.receipts.get(receipt_id)))
        answer.headers["Content-Disposition"] = 'attachment; filename="receipt.json"'
        return _unlisted(answer)


def _ledger(door: Blueprint, wired: Wired) -> None:
    @door.get("/v1/receipts/keys")
    @describes(KEYS)
    def keys() -> Response:
        """The keys heads are signed with; those of ``/.well-known/jwks.json`` sign other things."""
        answer = jsonify(wired.receipts.public_jwks())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    @door.get("/v1/receipts/head")
    @describes(HEAD)
    def head() -> Response:
        found = wired.receipts.newest_head()
        return _unlisted(jsonify(size=found.size, head=found.statement))

    @door.get("/v1/receipts/consistency")
    @describes(CONSISTENCY)
    def consistency() -> Response:
        """``first`` and ``second``: sizes of two heads."""
        asked = CONSISTENCY.read_query(request)
        first, second = asked["first"], asked["second"]
        if first > second:
            raise InvalidInput.one("first", "sizes_order")
        answer: dict[str, Any] = consistency_json(wired.receipts.consistency(first, second))
        return _unlisted(jsonify(answer))


def _either(answer: Response) -> Response:
    answer.vary.update(("Accept", "Accept-Language"))
    return _unlisted(answer)


def _unlisted(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
