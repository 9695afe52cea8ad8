"""One deadline for everything that is done on a line: a socket's own timeout is for each piece, and whoever sends one
octet at a time can stretch it for hours."""

from __future__ import annotations

import io
import socket
import time


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
