"""The clock is a port: real time in production, a hand-driven one in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol, overload


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, UTC."""


class SystemClock:
    """Real time, moved by a fixed offset when one is configured."""

    def __init__(self, offset_s: int = 0) -> None:
        self._offset = timedelta(seconds=offset_s)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset


class HandClock:
    """Stands still until moved."""

    def __init__(self, start: datetime) -> None:
        self.current = start

    def now(self) -> datetime:
        return self.current

    def move(self, seconds: float) -> None:
        self.current += timedelta(seconds=seconds)


def milliseconds(moment: datetime) -> int:
    """Since 1970, as tables keep times."""
    return int(moment.timestamp() * 1000)


def moment_of(number: int) -> datetime:
    """The instant of so many milliseconds since 1970, aware, UTC."""
    return datetime.fromtimestamp(number / 1000, UTC)


def rfc3339(moment: datetime) -> str:
    """``2026-11-24T08:15:30.123Z``: UTC, milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@overload
def instant(number: int) -> str: ...
@overload
def instant(number: None) -> None: ...
@overload
def instant(number: int | None) -> str | None: ...
def instant(number: int | None) -> str | None:
    """So many milliseconds since 1970 as RFC 3339; None where there was no such time."""
    return None if number is None else rfc3339(moment_of(number))
