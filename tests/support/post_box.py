"""A shop's server that takes every webhook it believes, and remembers each time it came."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from demo_shop.webhooks import BadSecret, WebhookRefused, verify
from tests.support.leaks import LEAKS
from tests.support.serving import served


class PostBox:
    """``came`` are ids and bodies in the order they came, doubles too; ``refused`` counts what was not believed."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret
        self.came: list[tuple[str, bytes]] = []
        self.refused = 0

    def take(self, headers: dict[str, str], body: bytes) -> int:
        LEAKS.asked(self.url, headers, body)
        try:
            self.came.append((verify(self.secret, headers, body, int(time.time())), body))
        except (WebhookRefused, BadSecret):
            self.refused += 1
            return 401
        return 204


@contextmanager
def post_box(secret: str) -> Iterator[PostBox]:
    """Served from a thread until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(box.take({name.lower(): value for name, value in self.headers.items()}, body))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Tests tell enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box = PostBox(f"http://127.0.0.1:{server.server_port}/hook", secret)
    with served(server):
        yield box
