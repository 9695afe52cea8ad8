"""Errors as RFC 9457 problem+json: a code, where it is, and never what happened inside."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from scenebank.catalogue.publishing.words import WORDS
from scenebank.errors import FieldError, InvalidInput, ScenebankError
from scenebank.exact_json import read_json
from scenebank.logs import redacted
from scenebank.quotas.model import QuotaSpent
from scenebank.web.headers import request_id
from scenebank.web.noted import note_code

_log = logging.getLogger(__name__)
_DETAILS: Mapping[str, str] = read_json(Path(__file__).with_name("details.json").read_text("utf-8")) | WORDS
_HTTP_CODES = {400: "bad_request", 404: "no_such_address", 405: "method_not_allowed", 411: "length_required",
               413: "too_large", 415: "unsupported_media_type"}  # fmt: skip
_MOST_ERRORS = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def problem(status: int, code: str, detail: str = "", errors: list[dict[str, str]] | None = None) -> Response:
    """``{type, title, status, code, request_id, detail?, errors?}``; without ``detail`` the words of the code."""
    note_code(code)
    detail = detail or _DETAILS.get(code, "")
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "request_id": request_id(),
    }
    if detail:
        document["detail"] = _CONTROL.sub("\ufffd", detail)
    if errors:
        document["errors"] = errors
    answer = Response(redacted(json.dumps(document)), status, content_type="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def wants_problem(request: Request) -> bool:
    """Whether JSON is asked for rather than a document; who takes anything gets the document."""
    accepted = request.accept_mimetypes
    json_quality = max(accepted.quality("application/problem+json"), accepted.quality("application/json"))
    return json_quality > accepted.quality("text/html")


def field_problems(errors: Iterable[FieldError]) -> list[dict[str, str]]:
    """The ``errors`` of a problem: where, and how to mend it."""
    return [
        {"pointer": one.pointer[:200], "code": one.code, "detail": _words(one.code, one.params), **one.params}
        for one in errors
    ][:_MOST_ERRORS]


def _words(code: str, params: Mapping[str, str]) -> str:
    return _DETAILS.get(code, code.replace("_", " ")).format_map(defaultdict(str, params))


def install_errors(app: Flask) -> None:
    app.register_error_handler(ScenebankError, problem_of)
    app.register_error_handler(HTTPException, problem_of_http)
    app.register_error_handler(Exception, _unexpected)


def problem_of(error: ScenebankError) -> Response:
    """What the house says of a code goes before what was raised with it, which may be for our own log."""
    if isinstance(error, InvalidInput) and error.errors:
        return problem(error.status, error.code, "", field_problems(error.errors))
    if error.status >= 500:
        return problem(error.status, error.code, _DETAILS["internal"])
    detail = _words(error.code, error.params) if error.code in _DETAILS else error.detail
    answer = problem(error.status, error.code, detail)
    if isinstance(error, QuotaSpent):
        answer.headers["Retry-After"] = str(error.standing.reset_s)
    return answer


def problem_of_http(error: HTTPException) -> Response:
    status = error.code or 500
    answer = problem(status, _HTTP_CODES.get(status, (error.name or "error").lower().replace(" ", "_")))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _unexpected(error: Exception) -> Response:
    _log.error("%s: unexpected", request_id(), exc_info=error)
    return problem(500, "internal")
