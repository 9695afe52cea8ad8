"""One deadline for everything that is done on a line: a socket's own timeout is for each piece, and whoever sends one
octet at a time can stretch it for hours."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterable, Sequence

_CONNECT_S = 3.0  # to each of a host's addresses


class Deadline:
    """``seconds`` from now, on a clock that only goes forwards."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left_s(self) -> float:
        """What is left; :class:`TimeoutError` when nothing is."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class TimedReader(io.RawIOBase):
    """Reads from ``line``, each piece within what is left; :class:`TimeoutError` afterwards."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._line.settimeout(self._deadline.left_s())
        return self._line.recv_into(buffer)


def resolved(host: str, port: int, deadline: Deadline) -> Sequence[str]:
    """The host's addresses, none where it has none; :class:`TimeoutError`. Asked for in a thread of its own, because a
    resolver knows no deadline."""
    found: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(deadline.left_s())
    deadline.left_s()
    return found


def connected(addresses: Iterable[str], port: int, deadline: Deadline) -> socket.socket:
    """A line to the first address that answers: many hosts have an IPv6 address that not everybody reaches. What is
    left is its timeout; ``OSError`` where none answers."""
    last: OSError = OSError("no address")
    for address in addresses:
        line = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            line.settimeout(min(_CONNECT_S, deadline.left_s()))
            line.connect((address, port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(deadline.left_s())
        except OSError as error:
            line.close()
            last = error
        else:
            return line
    raise last
