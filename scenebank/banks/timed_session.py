"""A ``requests`` session under one deadline, from connecting to the last octet of the answer."""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from scenebank.deadline import Deadline, TimedReader


def timed_session(deadline: Deadline) -> requests.Session:
    """Reads nothing of the environment. Past the deadline ``requests`` raises its timeouts."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _TimedAdapter(deadline))
    return session


class _TimedAdapter(HTTPAdapter):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        deadline = self._deadline

        class Answer(http.client.HTTPResponse):
            def __init__(self, line: socket.socket, *arguments: Any, **options: Any) -> None:
                super().__init__(_TimedSocket(line, deadline), *arguments, **options)  # type: ignore[arg-type]

        class Plain(HTTPConnection):
            response_class = Answer

        class Tls(HTTPSConnection):
            response_class = Answer

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = Tls

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}


class _TimedSocket:
    """What ``http.client`` asks a socket for when it reads an answer."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_HoldingReader(self._line, self._deadline))


class _HoldingReader(TimedReader):
    """Keeps the line open while the answer is read: ``http.client`` closes its socket before."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        super().__init__(line, deadline)
        self._held = line.makefile("rb", buffering=0)

    def close(self) -> None:
        self._held.close()
        super().close()
