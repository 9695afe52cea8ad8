"""The refusal to show what a rule forbids."""

from __future__ import annotations

from scenebank.errors import ScenebankError


class NotAvailableHere(ScenebankError):
    """A rule of the market forbids to show it."""

    code = "not_available_here"
    status = 451
