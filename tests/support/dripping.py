"""A server that speaks too slowly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_DRIP_S = 0.05
_DROPS = 200


@dataclass
class Dripping:
    """``is_done``: it has said all it had, and nobody had left before."""

    url: str
    is_done: bool = False


@contextmanager
def dripping(said: bytes, drop: bytes) -> Iterator[Dripping]:
    """A server that says ``said`` and then ``drop`` for ten seconds, as long as somebody listens."""
    server, end = socket.create_server(("127.0.0.1", 0)), threading.Event()
    told = Dripping(f"http://127.0.0.1:{server.getsockname()[1]}")

    def serve() -> None:
        line, _address = server.accept()
        with line, suppress(OSError):
            line.recv(65_536)
            line.sendall(said)
            for _drop in range(_DROPS):
                if end.wait(_DRIP_S):
                    return
                line.sendall(drop)
            told.is_done = True

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        end.set()
        thread.join(10)
        server.close()
