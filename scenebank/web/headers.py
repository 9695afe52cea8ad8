"""Headers of every answer: what its route does not say is closed. And its id, which the log has too."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

# A route that may be framed, cached, or read from elsewhere sets its own; see web/embed/policies.py.
CLOSED = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), fullscreen=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
REQUEST_ID = "X-Request-Id"


def install_headers(app: Flask) -> None:
    @app.before_request
    def name_the_request() -> None:
        request_id()

    @app.after_request
    def close(answer: Response) -> Response:
        for name, value in CLOSED.items():
            answer.headers.setdefault(name, value)
        answer.headers[REQUEST_ID] = request_id()
        return answer


def request_id() -> str:
    """``req_`` and 16 hex digits: the same for all that is said of this request."""
    if "request_id" not in g:
        g.request_id = f"req_{secrets.token_hex(8)}"
    return str(g.request_id)
