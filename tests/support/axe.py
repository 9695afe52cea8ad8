"""What axe finds wrong for people who see, hear or move otherwise."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

# What was found to be right is told with all its places too, and takes longer than the looking.
_OPTIONS = {"resultTypes": ["violations"]}


def violations(place: Page | Frame) -> list[str]:
    """As ``rule: where``; empty where there is nothing."""
    found = Axe().run(place, options=_OPTIONS)
    return [f"{one['id']}: {node['target']}" for one in found.response["violations"] for node in one["nodes"]]
