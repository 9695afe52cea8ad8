"""What an embedded widget costs the page it stands on, measured in Chromium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.browsers.browser import until
from tests.support.browsers.chromium import Chromium
from tests.support.plain_page import PlainPage

RECORD_SHIFTS = (
    "window.shifts = []; new PerformanceObserver(list => list.getEntries().forEach(one => shifts.push(one.value)))"
    ".observe({type: 'layout-shift', buffered: true})"
)


@dataclass(frozen=True)
class Cost:
    """Bytes are of compressed bodies."""

    loader_bytes: int
    first_view_bytes: int
    requests: int
    other_requests: int
    layout_shift: float
    cookies: int
    stored: int
    complaints: int


def measure_cost(window: Chromium, page: PlainPage, ours: str, snippet: str) -> Cost:
    """Open a page with the snippet and nothing else, until the widget has its height; ``ours`` is our origin."""
    page.body = f"<h1>A shop</h1>{snippet}<p id=below>Below</p>"
    sizes: dict[str, int] = {}
    window.page.on("requestfinished", lambda one: sizes.update({one.url: one.sizes()["responseBodySize"]}))
    window.page.add_init_script(RECORD_SHIFTS)
    window.open(page.origin)
    window.text(".offers", "bank-scene")
    kept = window.page.evaluate("document.querySelector('bank-scene').clientHeight")
    until("the frame has its height", lambda: window.attribute("bank-scene iframe", "height") not in ("", str(kept)))
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
    )


def script_ms(window: Chromium, page: PlainPage, snippet: str) -> float:
    """What the loader's script takes of the page's thread at 4x throttle, frame creation included, as Chromium's own
    trace has it: of the thread's time only, as what else this machine does is not the loader's."""
    page.body = f"<h1>A shop</h1>{snippet}<p id=below>Below</p>"
    browser = window.context.browser
    assert browser is not None
    tracing = browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    tracing.on("Tracing.dataCollected", lambda one: events.extend(one["value"]))
    tracing.on("Tracing.tracingComplete", lambda one: ended.append(one))
    window.context.new_cdp_session(window.page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    chosen = {"includedCategories": ["devtools.timeline"]}
    tracing.send("Tracing.start", {"traceConfig": chosen, "transferMode": "ReportEvents"})
    window.open(page.origin)
    window.page.wait_for_timeout(2500)  # nothing is asked of the page meanwhile: that would be script too
    tracing.send("Tracing.end")
    while not ended:
        window.page.wait_for_timeout(20)
    spent: list[float] = [
        one["tdur"] / 1000
        for one in events
        if one["name"] in ("EvaluateScript", "FunctionCall") and "tdur" in one
        and one.get("args", {}).get("data", {}).get("url", "").endswith("/v1/scene.js")
    ]  # fmt: skip
    if not spent:
        raise AssertionError("the loader never ran")
    return sum(spent)
