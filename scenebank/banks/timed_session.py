"""A ``requests`` session under one deadline, from the look-up of the name to the last octet of the answer."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from scenebank.deadline import Deadline, TimedReader, connected, resolved


class TimedSession(requests.Session):
    """Reads nothing of the environment, and of a redirect nothing at all. Before anything was sent ``requests`` raises
    ``ConnectTimeout``, or ``ConnectionError`` with urllib3's ``NewConnectionError`` or ``NameResolutionError`` as its
    reason; whatever else it raises, something may have been sent."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, _TimedAdapter(deadline))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """``allow_redirects=False`` reads the body of one, however long, to prepare what it does not do."""


class _TimedAdapter(HTTPAdapter):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        plain, tls = _connections(self._deadline)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = tls

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}


def _connections(deadline: Deadline) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    class Answer(http.client.HTTPResponse):
        def __init__(self, line: socket.socket, *arguments: Any, **options: Any) -> None:
            super().__init__(_TimedSocket(line, deadline), *arguments, **options)  # type: ignore[arg-type]

    class Plain(HTTPConnection):
        response_class = Answer

        def connect(self) -> None:
            """All that goes wrong up to here was before anything was sent, and is told apart by its class."""
            try:
                super().connect()
                deadline.left_s()
            except (ConnectTimeoutError, NewConnectionError):
                raise
            except TimeoutError as error:
                raise ConnectTimeoutError(self, "the deadline is over") from error
            except (OSError, HTTPError, ValueError) as error:  # the handshake, and certificates that do not hold
                raise NewConnectionError(self, type(error).__name__) from error

        def _new_conn(self) -> socket.socket:
            host = self.host.strip("[]")
            port = self.port or self.default_port
            addresses = resolved(host, port, deadline)
            if not addresses:
                raise NameResolutionError(host, self, socket.gaierror("no address"))
            return connected(addresses, port, deadline)

    class Tls(Plain, HTTPSConnection):
        """Plain's ways come before those of ``HTTPSConnection``, which builds on them."""

    return Plain, Tls


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

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            return super().readinto(buffer)
        except ssl.SSLError as error:
            raise ConnectionResetError("TLS broke") from error

    def close(self) -> None:
        self._held.close()
        super().close()
