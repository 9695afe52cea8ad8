"""Sessions: who the shopper is to the shop, and what the order is. Facts come from the row only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scenebank.errors import Unauthenticated
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.risk.signals import Signal


class LaunchRefused(Unauthenticated):
    """A launch token is not good. ``code`` launch_invalid, launch_expired, launch_clock, launch_used,
    launch_revoked, mode_mismatch, origin_not_registered, origin_mismatch. The widget falls back to anonymous;
    ``detail`` is a word for the log, and never the token."""

    code = "launch_invalid"

    def __init__(self, code: str, detail: str, status: int = 401, **params: str) -> None:
        super().__init__(detail, **params)
        self.code = code
        self.status = status


class SessionRefused(Unauthenticated):
    """A session token is not good: ``session_invalid`` or ``session_expired``."""

    code = "session_invalid"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Signals:
    """What the shop says of its shopper, only with the shopper's consent to that version."""

    values: Mapping[str, Signal]
    consent_version: str


@dataclass(frozen=True)
class Launch:
    """The verified content of a launch token, way A or B."""

    token_id: str
    merchant_id: str
    mode: Mode
    widgets: tuple[str, ...]
    origin: str
    shopper_ref: str
    order_id: str | None
    amount: Money | None
    signals: Signals | None
    return_url: str | None
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Session:
    """One shopper in one frame."""

    id: str
    merchant_id: str
    mode: Mode
    widget: str
    origin: str
    shopper_ref: str
    order_id: str | None
    amount: Money | None
    signals: Signals | None
    return_url: str | None
    catalogue_version: str
    generation: int
    expires_at: datetime
