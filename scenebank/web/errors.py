"""Errors as RFC 9457 problem+json: a code, where it is, and never what happened inside."""

from __future__ import annotations

import json
import logging
import secrets
from collections import defaultdict
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from scenebank.errors import FieldError, InvalidInput, ScenebankError

_log = logging.getLogger(__name__)


def problem(status: int, code: str, detail: str = "", errors: list[dict[str, str]] | None = None) -> Response:
    """``{type, title, status, code, request_id, detail?, errors?}``."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "request_id": f"req_{secrets.token_hex(8)}",
    }
    if detail:
        document["detail"] = detail
    if errors:
        document["errors"] = errors
    body = json.dumps(document, ensure_ascii=False)
    answer = Response(body, status, content_type="application/problem+json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


_DETAILS = json.loads(Path(__file__).with_name("details.json").read_text("utf-8"))


def detail_of(error: FieldError) -> str:
    """What is wrong with one field and how to mend it, in words."""
    text: str = _DETAILS.get(error.code, error.code.replace("_", " "))
    return text.format_map(defaultdict(str, error.params))


def field_errors(error: InvalidInput) -> list[dict[str, str]]:
    """``errors`` of a problem: where each is, which, and how to mend it."""
    return [{"pointer": one.pointer, "code": one.code, "detail": detail_of(one), **one.params} for one in error.errors]


def install_errors(app: Flask) -> None:
    app.register_error_handler(ScenebankError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: ScenebankError) -> Response:
    if isinstance(error, InvalidInput):
        errors = field_errors(error)
        return problem(error.status, error.code, error.detail if not errors else "", errors)
    return problem(error.status, error.code, error.detail if error.status < 500 else "")


def _http(error: HTTPException) -> Response:
    return problem(error.code or 500, (error.name or "error").lower().replace(" ", "_"))


def _unexpected(error: Exception) -> Response:
    answer = problem(500, "internal")
    _log.error("%s: unexpected", json.loads(answer.get_data())["request_id"], exc_info=error)
    return answer
