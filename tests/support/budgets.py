"""What an embedded widget costs the page it stands on, measured in Chromium."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.plain_page import PlainPage

RECORD_SHIFTS = (
    "window.shifts = []; new PerformanceObserver(list => list.getEntries().forEach(one => shifts.push(one.value)))"
    ".observe({type: 'layout-shift', buffered: true})"
)


@dataclass(frozen=True)
class Cost:
    """Bytes are of compressed bodies; ``script_ms`` is the script time of the shop's page at 4x throttle."""

    loader_bytes: int
    first_view_bytes: int
    requests: int
    other_requests: int
    layout_shift: float
    cookies: int
    stored: int
    complaints: int
    script_ms: float


def measure_cost(window: Chromium, page: PlainPage, ours: str, snippet: str) -> Cost:
    """Open a page with the snippet and nothing else, until the widget has its height; ``ours`` is our origin."""
    page.body = f"<h1>A shop</h1>{snippet}<p id=below>Below</p>"
    sizes: dict[str, int] = {}
    window.page.on("requestfinished", lambda one: sizes.update({one.url: one.sizes()["responseBodySize"]}))
    window.page.add_init_script(RECORD_SHIFTS)
    devtools = window.context.new_cdp_session(window.page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    devtools.send("Performance.enable")
    window.open(page.origin)
    window.text(".offers", "bank-scene")
    kept = window.page.evaluate("document.querySelector('bank-scene').clientHeight")
    until("the frame has its height", lambda: window.attribute("bank-scene iframe", "height") not in ("", str(kept)))
    metrics = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    theirs = {url: size for url, size in sizes.items() if not url.startswith(page.origin)}
    return Cost(
        loader_bytes=sum(size for url, size in theirs.items() if url.endswith("/v1/scene.js")),
        first_view_bytes=sum(theirs.values()),
        requests=len(theirs),
        other_requests=sum(1 for url in theirs if not url.startswith(ours)),
        layout_shift=sum(window.page.evaluate("shifts")),
        cookies=len(window.context.cookies()),
        stored=sum(window.page.evaluate("[localStorage.length, sessionStorage.length]")),
        complaints=len(window.complaints),
        script_ms=metrics["ScriptDuration"] * 1000,
    )
