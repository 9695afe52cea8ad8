"""Answers in brotli or gzip, as the client takes them."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

_TYPES = ("text/", "application/json", "application/problem+json")
_SMALLEST = 512  # below this the headers cost more than is saved
_QUICK = {"br": 6, "gzip": 6}
_BEST = {"br": 11, "gzip": 9}


def install_compression(app: Flask) -> None:
    """Personal answers too: they reflect nothing a stranger chooses beside a secret that stays the same, since the
    session token is random per session and never repeated in a public answer."""

    @app.after_request
    def compress(answer: Response) -> Response:
        if answer.direct_passthrough or not (answer.content_type or "").startswith(_TYPES):
            return answer
        answer.vary.add("Accept-Encoding")
        body = answer.get_data()
        encoding = _accepted()
        if len(body) < _SMALLEST or "Content-Encoding" in answer.headers or encoding is None:
            return answer
        return _encoded(answer, _compress(body, encoding, _QUICK[encoding]), encoding)


def compress_once(answer: Response) -> Response:
    """For what never changes: as small as it gets, and done once for every process."""
    encoding = _accepted()
    return answer if encoding is None else _encoded(answer, _compress_best(answer.get_data(), encoding), encoding)


def _accepted() -> str | None:
    accepted = request.accept_encodings
    return next((name for name in _QUICK if accepted.quality(name)), None)


def _encoded(answer: Response, body: bytes, encoding: str) -> Response:
    answer.set_data(body)
    answer.headers["Content-Encoding"] = encoding
    return answer


def _compress(body: bytes, encoding: str, quality: int) -> bytes:
    if encoding == "br":
        return brotli.compress(body, quality=quality)  # type: ignore[no-any-return]
    return gzip.compress(body, quality, mtime=0)


@lru_cache(maxsize=32)
def _compress_best(body: bytes, encoding: str) -> bytes:
    return _compress(body, encoding, _BEST[encoding])
