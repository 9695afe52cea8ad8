"""A bank that answers every request alike: it knows no interface, so every adapter can meet it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.leaks import LEAKS
from tests.support.serving import served


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class CannedBank:
    """Answers every request with ``status``, ``body`` and ``headers``; ``status`` 0 hangs up without a word,
    ``missing_bytes`` hangs up before the end. ``then`` are the statuses
    that follow, one by one. ``meanwhile`` happens before it answers. ``asked`` is what came."""

    url: str
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    missing_bytes: int = 0
    then: list[int] = field(default_factory=list)
    meanwhile: Callable[[], object] = field(default=lambda: None)
    asked: list[Asked] = field(default_factory=list)

    def behave(self, status: int, body: bytes = b"{}", missing_bytes: int = 0, **headers: str) -> None:
        self.status, self.body, self.missing_bytes = status, body, missing_bytes
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.asked.clear()


@contextmanager
def canned_bank(tls: ssl.SSLContext | None = None) -> Iterator[CannedBank]:
    """Served from a thread until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            bank.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            LEAKS.asked(self.path, dict(self.headers), body)
            self.close_connection = True
            bank.meanwhile()
            if bank.status == 0:
                return
            self.send_response(bank.status)
            own = {"Content-Type": "application/json", "Content-Length": str(len(bank.body) + bank.missing_bytes)}
            own["x-fapi-interaction-id"] = self.headers.get("x-fapi-interaction-id", "")
            for name, value in (own | bank.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(bank.body)
            if bank.then:
                bank.status = bank.then.pop(0)

        def log_message(self, format: str, *args: object) -> None:
            """Tests tell enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    bank = CannedBank(f"http://127.0.0.1:{server.server_port}")
    with served(server):
        yield bank
