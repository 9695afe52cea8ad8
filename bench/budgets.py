"""The budgets of an embedded widget, measured with the snippet of the documentation on a plain page."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

from tests.support.browsers import chromium
from tests.support.budgets import Cost, measure_cost, script_ms
from tests.support.plain_page import plain_page
from tests.support.stack import Stack

_EMBED = Path(__file__).parents[1] / "docs/embed.md"
_WIDTHS = (360, 768, 1280)
LIMITS: dict[str, float] = {
    "loader_bytes": 1500, "first_view_bytes": 8000, "requests": 2, "other_requests": 0, "layout_shift": 0,
    "cookies": 0, "stored": 0, "complaints": 0,
}  # fmt: skip
SCRIPT_MS = 40
_SCRIPT_RUNS = 9


def _snippet(stack: Stack) -> str:
    found = re.search(r"^```html\n(.*?)^```", _EMBED.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise RuntimeError(f"{_EMBED} has no snippet")
    snippet = found.group(1).replace("https://HOST", stack.scenebank_url)
    return snippet.replace("bis_pk_test_…", stack.accounts["eu"]["publishable_key"])


def measure(stack: Stack) -> list[Cost]:
    """By width."""
    costs = []
    for width in _WIDTHS:
        with plain_page() as page, chromium(width=width) as window:
            stack.api("eu", "POST", "/v1/origins", json={"origin": page.origin}).raise_for_status()
            costs.append(measure_cost(window, page, stack.scenebank_url, _snippet(stack)))
    return costs


def measure_script(stack: Stack) -> list[float]:
    """Milliseconds at 4x throttle, run by run, on the narrowest page."""
    found = []
    for _run in range(_SCRIPT_RUNS):
        with plain_page() as page, chromium(width=_WIDTHS[0]) as window:
            stack.api("eu", "POST", "/v1/origins", json={"origin": page.origin}).raise_for_status()
            found.append(script_ms(window, page, _snippet(stack)))
    return found


def table(costs: list[Cost]) -> str:
    """Each budget, its limit, and what was measured at each width."""
    lines = [f"{'':18} {'limit':>7} " + " ".join(f"{f'{width} px':>9}" for width in _WIDTHS)]
    for name, limit in LIMITS.items():
        measured = " ".join(f"{getattr(cost, name):9.3f}".replace(".000", "    ") for cost in costs)
        lines.append(f"{name.replace('_', ' '):18} {limit:7g} {measured}")
    return "\n".join(lines)


def script_line(found: list[float]) -> str:
    """The middle run against the limit, and the others."""
    runs = " ".join(f"{one:.0f}" for one in sorted(found))
    return f"script at 4x throttle: {median(found):.1f} ms of {SCRIPT_MS} (middle of {runs})"
