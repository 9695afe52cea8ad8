"""The part of Scenebank a bank talks to, alone: its public keys and the place for callbacks, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from scenebank.banks.assertions import ContextAssertions
from scenebank.banks.port import ReceivedRequest
from scenebank.clock import SystemClock
from scenebank.keys import Keyring, load_keyring
from tests.support.serving import served


class Platform:
    """``news`` are the callbacks as they came, by bank, in the order they came; ``deaf`` refuses that many first;
    ``next_keys`` are published beside the present ones."""

    def __init__(self, url: str, keys: Keyring) -> None:
        self.url = url
        self.keys = keys
        self.assertions = ContextAssertions(keys, url, SystemClock(0))
        self.news: list[tuple[str, ReceivedRequest]] = []
        self.deaf = 0
        self.next_keys: Keyring | None = None

    def wait_for_news(self, count: int) -> list[tuple[str, ReceivedRequest]]:
        for _turn in range(300):
            if len(self.news) >= count:
                break
            time.sleep(0.05)
        return self.news


@contextmanager
def platform(folder: Path) -> Iterator[Platform]:
    """Served from a thread until the end of the block."""
    app = Flask("platform")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    found = Platform(f"http://127.0.0.1:{server.server_port}", load_keyring(folder / "keys"))

    @app.get("/.well-known/jwks.json")
    def jwks() -> Response:
        rings = [found.keys] if found.next_keys is None else [found.keys, found.next_keys]
        return jsonify({"keys": [key for ring in rings for key in ring.public_jwks()["keys"]]})

    @app.post("/callbacks/<bank_id>")
    def callback(bank_id: str) -> tuple[str, int]:
        if found.deaf > 0:
            found.deaf -= 1
            return "", 503
        url = f"{found.url}{request.path}"
        received = ReceivedRequest(request.method, url, dict(request.headers), request.get_data())
        found.news.append((bank_id, received))
        return "", 202

    with served(server):
        yield found


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Tests tell enough."""
