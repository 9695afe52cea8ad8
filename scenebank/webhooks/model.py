"""Events, endpoints and deliveries as values, and the times of the tries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

TEST_EVENT = "webhook.test"
DISABLED_EVENT = "webhook_endpoint.disabled"
ROTATION_S = 24 * 3600
# Seconds before the next try, as Standard Webhooks recommends (75 h 35 min in all); each with a fifth more or less.
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
FAILING_MS = 5 * 24 * 3600 * 1000
# Failures further apart than any two tries of one event do not belong together.
_APART_MS = 2 * 24 * 3600 * 1000
_LONGEST_RETRY_S = 24 * 3600


class DeliveryStatus(StrEnum):
    """``stopped``: the endpoint was disabled before the event was taken."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    STOPPED = "stopped"


class DisabledReason(StrEnum):
    """``gone``: it answered 410. ``failing``: nothing but failures for five days."""

    GONE = "gone"
    FAILING = "failing"
    MERCHANT = "merchant"


@dataclass(frozen=True)
class Event:
    """One event; ``number`` is its place in the feed."""

    number: int
    id: str
    type: str
    data: Mapping[str, Any]
    created_at_ms: int


@dataclass(frozen=True)
class Endpoint:
    """Where a merchant's events go. ``events`` are the types it wants, ``()`` for all; ``public_key`` (``whpk_…``) is
    there where it is signed for with ``v1a`` too."""

    id: str
    url: str
    enabled: bool
    events: tuple[str, ...] = ()
    public_key: str | None = None
    disabled_reason: str | None = None

    def wants(self, event_type: str) -> bool:
        return not self.events or event_type in self.events


@dataclass(frozen=True)
class Attempt:
    """One try: ``code`` is the HTTP status where there was one, ``answer`` the first 4 KiB of what the shop said."""

    at_ms: int
    code: int | None
    reason: str
    duration_ms: int
    answer: str


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint, with every try so far."""

    event: Event
    status: DeliveryStatus
    next_at_ms: int | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Window:
    """Events of a time, from ``from_ms`` on and before ``to_ms``, behind the number ``after``; only those whose
    delivery has ``status``, where one is given."""

    from_ms: int
    to_ms: int
    after: int = 0
    status: DeliveryStatus | None = None


def retry_after_s(header: str, now: datetime) -> float:
    """What ``Retry-After`` asks for, in seconds or as an HTTP date; at most a day, 0 for none or nonsense."""
    if header.isascii() and header.isdigit() and len(header) <= 10:
        return float(min(int(header), _LONGEST_RETRY_S))
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    longest = now + timedelta(seconds=_LONGEST_RETRY_S)
    return max(0.0, (min(until, longest) - now).total_seconds())


def failing_since(began_ms: int | None, last_ms: int | None, now_ms: int) -> int:
    """When the present row of failures began, with one that happens now."""
    if began_ms is None or last_ms is None or now_ms - last_ms > _APART_MS:
        return now_ms
    return began_ms
