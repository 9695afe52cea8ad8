"""A bank's public product addresses, as the standard wants them and as banks get them wrong; real HTTP on loopback."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.serving import served

_LIST = "/cds-au/v1/banking/products"


@dataclass
class PublicBank:
    """``products`` by id. ``speaks`` are its versions of list and detail; ``ranges``: whether it understands
    ``x-min-v``. ``instead`` answers a path with a status, a body and headers of its own; ``slow_s`` is the time between
    any two octets of a body. ``asked`` is what came: path, x-v, x-min-v, If-None-Match, status."""

    url: str
    products: dict[str, Any] = field(default_factory=dict)
    page_size: int = 2
    list_speaks: tuple[int, ...] = (3, 4, 5)
    detail_speaks: tuple[int, ...] = (4, 5, 6, 7)
    ranges: bool = True
    instead: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    slow_s: float = 0.0
    asked: list[tuple[str, str | None, str | None, str | None, int]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"{self.url}/cds-au/v1"

    def address(self, product_id: str) -> str:
        return f"{self.url}{_LIST}/{product_id}"

    def answer(self, path: str, newest: str | None, oldest: str | None) -> tuple[int, bytes, dict[str, str]]:
        parts = urlsplit(path)
        for whole in (path, parts.path):
            if whole in self.instead:
                return self.instead[whole]
        is_list = parts.path == _LIST
        version = self._version(self.list_speaks if is_list else self.detail_speaks, newest, oldest)
        if version is None:
            return 406, b'{"errors": [{"code": "urn:au-cds:error:cds-all:Header/UnsupportedVersion"}]}', {}
        if is_list:
            return 200, self._page(parse_qs(parts.query)), {"x-v": str(version)}
        product = self.products.get(unquote(parts.path.removeprefix(f"{_LIST}/")))
        if product is None:
            return 404, b'{"errors": [{"title": "Invalid Resource", "detail": "no such"}]}', {}
        body = json.dumps({"data": product, "links": {"self": path}, "meta": {}}).encode()
        return 200, body, {"x-v": str(version), "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}

    def _version(self, speaks: tuple[int, ...], newest: str | None, oldest: str | None) -> int | None:
        most = int(newest or 1)
        least = int(oldest) if oldest and self.ranges else most
        return max((one for one in speaks if least <= one <= most), default=None)

    def _page(self, query: dict[str, list[str]]) -> bytes:
        number, ids = int(query["page"][0]), sorted(self.products)
        size = min(int(query["page-size"][0]), self.page_size)
        here = ids[(number - 1) * size : number * size]
        links = {"self": "x"}
        if number * size < len(ids):
            links["next"] = f"{self.url}{_LIST}?page={number + 1}&page-size={size}"
        products = [{"productId": one, "name": "x"} for one in here]
        return json.dumps({"data": {"products": products}, "links": links, "meta": {"totalRecords": len(ids)}}).encode()


@contextmanager
def public_bank() -> Iterator[PublicBank]:
    """Served from a thread until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = [self.headers.get(name) for name in ("x-v", "x-min-v", "If-None-Match")]
            status, body, headers = bank.answer(self.path, wanted[0], wanted[1])
            if status == 200 and wanted[2] is not None and wanted[2] == headers.get("ETag"):
                status, body = 304, b""
            bank.asked.append((self.path, wanted[0], wanted[1], wanted[2], status))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self._tell(body)
            except OSError:
                return  # the other side has hung up

        def _tell(self, body: bytes) -> None:
            if not bank.slow_s:
                self.wfile.write(body)
                return
            for octet in body:
                self.wfile.write(bytes([octet]))
                self.wfile.flush()
                time.sleep(bank.slow_s)

        def log_message(self, format: str, *args: object) -> None:
            """Tests tell enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bank = PublicBank(f"http://127.0.0.1:{server.server_port}")
    with served(server):
        yield bank
