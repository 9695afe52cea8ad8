"""Somebody's page on an origin of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.serving import served


class PlainPage:
    """``body`` is served for every address but those in ``others``; ``headers`` come with each."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.body = ""
        self.others: dict[str, str] = {}
        self.headers: dict[str, str] = {}


@contextmanager
def plain_page() -> Iterator[PlainPage]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            head = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'
            raw = f"{head}<title>Shop</title>{page.others.get(self.path, page.body)}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            """Tests tell enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    page = PlainPage(f"http://localhost:{server.server_port}")
    with served(server):
        yield page
