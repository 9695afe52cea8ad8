"""A line to a checked address, under one deadline for everything that is done on it."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Sequence
from http.client import HTTPConnection

from scenebank.deadline import Deadline, TimedReader, connected, resolved
from scenebank.webhooks.addresses import Target
from scenebank.webhooks.networks import is_loopback, is_public


class AddressRefused(Exception):
    """The name leads nowhere, or somewhere we do not go."""


def checked_addresses(target: Target, deadline: Deadline) -> Sequence[str]:
    """All addresses of the host, resolved now; :class:`AddressRefused` when **any** of them is not public (or, for a
    loopback target, not loopback)."""
    may_call = is_loopback if target.is_loopback else is_public
    found = resolved(target.host, target.port, deadline)
    if not found or not all(may_call(address) for address in found):
        raise AddressRefused
    return found


class Line(HTTPConnection):
    """HTTP over a line to one of ``addresses``, with the target's own name in SNI and ``Host``. Nothing is looked up
    again, and nothing of the environment (proxies, passwords) is read."""

    def __init__(self, target: Target, addresses: Sequence[str], deadline: Deadline, tls: ssl.SSLContext) -> None:
        super().__init__(target.authority)
        self._target = target
        self._addresses = addresses
        self._deadline = deadline
        self._tls = tls
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        self._wire = connected(self._addresses, self._target.port, self._deadline)
        if self._target.is_tls:
            self._wire = self._tls.wrap_socket(self._wire, server_hostname=self._target.host)
        self.sock = _TimedSocket(self._wire, self._deadline)

    def hang_up(self) -> None:
        """``close`` is what ``http.client`` calls before the answer is read."""
        self.close()
        if self._wire is not None:
            self._wire.close()


class _TimedSocket:
    """What ``http.client`` uses of a socket, each piece within what is left of the deadline."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def sendall(self, octets: bytes) -> None:
        self._line.settimeout(self._deadline.left_s())
        self._line.sendall(octets)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(TimedReader(self._line, self._deadline))

    def close(self) -> None:
        """The line stays until it is hung up: the answer is still to be read from it."""
