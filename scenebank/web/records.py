"""Each request as one line of the log and in the metrics: by its route, never by its path."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict

from flask import Flask, Response, g, request

from scenebank.web.headers import request_id
from scenebank.web.noted import noted
from scenebank.wiring import Wired

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = logging.getLogger("scenebank.access")


def install_records(app: Flask, wired: Wired) -> None:
    """First of all, so that it hears the answer last."""
    metrics = wired.metrics

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def record(answer: Response) -> Response:
        seconds = time.perf_counter() - g.get("begun", time.perf_counter())
        route, method = _route(), _method()
        metrics.requests.labels(route, method, str(answer.status_code)).inc()
        metrics.seconds.labels(route, method).observe(seconds)
        facts = {
            "route": route, "method": method, "status": answer.status_code, "ms": round(seconds * 1000, 1),
            "request_id": request_id(),
        }  # fmt: skip
        known = {name: value for name, value in asdict(noted()).items() if value}
        _log.info("%s %s %s", method, route, answer.status_code, extra={"facts": facts | known})
        return answer


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "none"


def _method() -> str:
    return request.method if request.method in _METHODS else "other"
