"""Bad manners on the wire: hanging up without a word, and answering twice."""

from __future__ import annotations

import json
import socket
from typing import Any

from flask import Request


class HungUp(ConnectionError):
    """Nothing more can be said on this connection; the server takes it for a client that went away."""


def hang_up(request: Request) -> HungUp:
    """Close the connection now; raise what is returned."""
    _connection(request).shutdown(socket.SHUT_RDWR)
    return HungUp()


def answer_twice(request: Request, headers: dict[str, str], document: dict[str, Any]) -> HungUp:
    """Two complete answers on one connection that claims to stay open; raise what is returned."""
    body = json.dumps(document).encode()
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    answer = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    connection = _connection(request)
    connection.sendall(answer + answer)
    connection.shutdown(socket.SHUT_RDWR)
    return HungUp()


def _connection(request: Request) -> socket.socket:
    connection: socket.socket = request.environ["werkzeug.socket"]
    return connection
