"""Answers in brotli or gzip, as the client takes them."""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response, request

_TYPES = ("text/", "application/json", "application/problem+json")
_SMALLEST = 512  # below this the headers cost more than is saved


def install_compression(app: Flask) -> None:
    """Personal answers too: they reflect nothing a stranger chooses beside a secret that stays the same, since the
    session token is random per session and never repeated in a public answer."""

    @app.after_request
    def compress(answer: Response) -> Response:
        if answer.direct_passthrough or not (answer.content_type or "").startswith(_TYPES):
            return answer
        answer.vary.add("Accept-Encoding")
        body = answer.get_data()
        if len(body) < _SMALLEST or "Content-Encoding" in answer.headers:
            return answer
        accepted = request.accept_encodings
        if accepted.quality("br"):
            answer.set_data(brotli.compress(body, quality=6))
            answer.headers["Content-Encoding"] = "br"
        elif accepted.quality("gzip"):
            answer.set_data(gzip.compress(body, 6, mtime=0))
            answer.headers["Content-Encoding"] = "gzip"
        return answer
