"""What no route has to think of: bodies of unknown length, and characters no database takes."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import LengthRequired, NotFound

from scenebank.errors import FieldError, InvalidInput

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


def install_bounds(app: Flask) -> None:
    @app.before_request
    def refuse_what_cannot_be_read() -> None:
        """The web server cuts a body without a length silently where it is too long, so none is read."""
        if request.headers.get("Transfer-Encoding") or _has_no_length():
            raise LengthRequired
        if "\0" in request.path:
            raise NotFound
        wrong = [name for name, value in request.args.items(multi=True) if "\0" in name or "\0" in value]
        if wrong:
            raise InvalidInput([FieldError(name.replace("\0", "\ufffd"), "control_character", {}) for name in wrong])


def _has_no_length() -> bool:
    """HTTP/2 frames bodies by itself; in HTTP/1 no length is no body."""
    newer = not request.environ.get("SERVER_PROTOCOL", "HTTP/1.1").startswith("HTTP/1")
    return newer and request.content_length is None and request.method not in _WITHOUT_BODY
