"""Merchants and what their keys prove."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """Test and live share no row."""

    TEST = "test"
    LIVE = "live"


@dataclass(frozen=True)
class Merchant:
    """A shop in one market."""

    id: str
    name: str
    market: str


@dataclass(frozen=True)
class Door:
    """A merchant as one key lets it in: every lookup behind a door stays inside ``merchant`` and ``mode``.

    ``origins`` are the exact origins registered for that mode."""

    merchant: Merchant
    mode: Mode
    origins: tuple[str, ...]
    publishable_key: str
