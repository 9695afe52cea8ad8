"""The budgets of an embedded widget, measured with the snippet of the documentation on a plain page."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.browsers import chromium
from tests.support.budgets import Cost, measure_cost
from tests.support.plain_page import plain_page
from tests.support.stack import Stack

_EMBED = Path(__file__).parents[1] / "docs/embed.md"
_WIDTHS = (360, 768, 1280)
LIMITS: dict[str, float] = {
    "loader_bytes": 1500, "first_view_bytes": 8000, "requests": 2, "other_requests": 0, "layout_shift": 0,
    "cookies": 0, "stored": 0, "complaints": 0, "script_ms": 40,
}  # fmt: skip


def measure(stack: Stack) -> list[Cost]:
    """By width."""
    account = stack.accounts["eu"]
    found = re.search(r"^```html\n(.*?)^```", _EMBED.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise RuntimeError(f"{_EMBED} has no snippet")
    snippet = found.group(1).replace("https://HOST", stack.scenebank_url)
    snippet = snippet.replace("bis_pk_test_…", account["publishable_key"])
    costs = []
    for width in _WIDTHS:
        with plain_page() as page, chromium(width=width) as window:
            stack.api("eu", "POST", "/v1/origins", json={"origin": page.origin}).raise_for_status()
            costs.append(measure_cost(window, page, stack.scenebank_url, snippet))
    return costs


def table(costs: list[Cost]) -> str:
    """Each budget, its limit, and what was measured at each width."""
    lines = [f"{'':18} {'limit':>7} " + " ".join(f"{f'{width} px':>9}" for width in _WIDTHS)]
    for name, limit in LIMITS.items():
        measured = " ".join(f"{getattr(cost, name):9.3f}".replace(".000", "    ") for cost in costs)
        lines.append(f"{name.replace('_', ' '):18} {limit:7g} {measured}")
    return "\n".join(lines)
