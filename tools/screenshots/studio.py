"""A browser that is shown played documents: they come with their own headers, so policy and script hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route

from scenebank.preview import DEVICES, Played, Preview
from scenebank.preview.launches import SHOP
from scenebank.preview.player import HOST
from tests.support.browsers.chromium import chromium_browser
from tools.screenshots.host_page import address, host_page

_WHAT_STAYS = {"content-type", "content-security-policy", "cache-control", "access-control-allow-origin"}
_LOWEST, _TALLEST = 200, 6000
# A plain iframe does not follow its document, and a refusal framed by nobody tells nobody its height.
_FIT = """height => {
  const scene = document.querySelector("bank-scene");
  const frame = (scene ? scene.shadowRoot : document).querySelector("iframe");
  frame.style.blockSize = height + "px";
}"""


class Studio:
    """``show`` puts a document before the reader. Nothing leaves this machine: everything else is refused."""

    def __init__(self, browser: Browser, preview: Preview) -> None:
        self._browser, self._preview = browser, preview
        self._pages: dict[tuple[str, str], Page] = {}
        self._played: Played | None = None
        self.complaints: list[str] = []

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()

    def show(self, played: Played) -> Frame:
        """The frame that holds the document, once it is settled."""
        scenario = played.scenario
        page = self._page(scenario.device, scenario.theme)
        self._played = played
        page.set_viewport_size({"width": DEVICES[scenario.device].window, "height": 900})
        page.goto(address(played))
        if scenario.mode == "page":
            return page.main_frame
        holder = page.wait_for_selector("bank-scene >> iframe" if scenario.mode == "script" else "iframe")
        frame = holder.content_frame() if holder else None
        if frame is None:
            raise LookupError(f"no frame for {scenario}")
        origins = frame.wait_for_selector("main", state="attached")
        if scenario.mode == "script" and origins and SHOP in (origins.get_attribute("data-origins") or ""):
            page.wait_for_selector("html[data-ready]", state="attached")
        height = min(_TALLEST, int(frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")))
        page.evaluate(_FIT, height)
        return frame

    def picture(self, path: str) -> None:
        """What is shown now, all of it: the frame in the width it has in the shop's page, or the whole page."""
        played = self._played
        if played is None:
            raise LookupError("nothing is shown")
        page = self._page(played.scenario.device, played.scenario.theme)
        width = DEVICES[played.scenario.device].window
        page.set_viewport_size({"width": width, "height": _LOWEST})  # no document is lower than its window
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": min(_TALLEST, height)})
        if played.scenario.mode == "page":
            page.screenshot(path=path)
        else:
            page.locator("main").first.screenshot(path=path)

    def _page(self, device: str, theme: str) -> Page:
        if (device, theme) not in self._pages:
            context = self._browser.new_context(
                viewport={"width": DEVICES[device].window, "height": 900}, color_scheme=theme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )  # fmt: skip
            self._pages[device, theme] = self._open(context)
        return self._pages[device, theme]

    def _open(self, context: BrowserContext) -> Page:
        context.route("**/*", self._answer)
        page = context.new_page()
        page.on("console", lambda one: self._complain(one.type, one.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _complain(self, kind: str, text: str) -> None:
        """That a refusal has the status of one is no complaint."""
        if kind == "error" and "the server responded with a status of" not in text:
            self.complaints.append(text)

    def _answer(self, route: Route) -> None:
        played, url = self._played, route.request.url
        if played is None:
            route.abort()
        elif url.startswith(f"{SHOP}/"):
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=host_page(played))
        elif url.startswith(f"{HOST}/w/") and route.request.method == "GET":
            headers = {name.lower(): value for name, value in played.document.headers.items()}
            kept = {name: value for name, value in headers.items() if name in _WHAT_STAYS}
            route.fulfill(status=played.document.status, headers=kept, body=played.document.html)
        elif url.startswith(f"{HOST}/w/"):
            route.fulfill(status=204)  # a look by itself: nothing has changed
        elif url.startswith(f"{HOST}/v1/"):
            answer = self._preview.fetch(url.removeprefix(HOST))
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)
        else:
            route.abort()


@contextmanager
def studio(preview: Preview) -> Iterator[Studio]:
    made = Studio(chromium_browser(), preview)
    try:
        yield made
    finally:
        made.close()
