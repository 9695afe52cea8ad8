"""The document's own address."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from flask import Blueprint, Response, current_app, request

from scenebank.fields import Free
from scenebank.web.compression import compress_once
from scenebank.web.contract.document import make_document
from scenebank.web.contract.operation import Answer, Door, Operation, describes
from scenebank.wiring import Wired

_SHOW = Operation(
    "Show this document", "operation",
    {200: Answer("OpenAPI 3.1", Free("this document", {"openapi": "3.1.0"})), 304: Answer("you have it", media=())},
    door=Door.ANYBODY, about="With an `ETag`: ask again with `If-None-Match`.",
)  # fmt: skip


def make_contract_blueprint(wired: Wired) -> Blueprint:
    """``/openapi.json``, for anybody's program and page."""
    contract = Blueprint("contract", __name__)

    @cache
    def text() -> str:
        document = make_document(current_app, wired.config.public_url)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    @contract.get("/openapi.json")
    @describes(_SHOW)
    def document() -> Response:
        answer = Response(text(), content_type="application/json")
        answer.headers["Cache-Control"] = "public, max-age=600"
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.set_etag(hashlib.sha256(text().encode()).hexdigest()[:32], weak=True)  # one for every encoding
        answer.make_conditional(request)
        return answer if answer.status_code == 304 else compress_once(answer)

    return contract
