"""How high the first view of a widget is, as Scenebank publishes it: a style sheet that keeps its place."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort

from demo_shop.scenebank import Scenebank, ScenebankDown, ScenebankRefused
from demo_shop.texts import LOCALES
from demo_shop.visit import Counter, here

_LIFE_S = 600.0
_ASK_AGAIN_S = 30.0
_HIGHER = "1.5"  # px for each that is missing in width
_MOST = 10_000  # px


@dataclass(frozen=True)
class Height:
    """Of the first view of one widget in a place that is at least ``from_width`` wide; both in px."""

    widget: str
    shape: str
    locale: str
    from_width: int
    height: int


class Heights:
    """What one Scenebank publishes, asked for anew every ten minutes, and after half a minute when it was silent."""

    def __init__(self, bank: Scenebank) -> None:
        self._bank = bank
        self._lock = threading.Lock()
        self._known: list[Height] = []
        self._until = 0.0

    def now(self) -> list[Height]:
        """Those that were heard of last."""
        with self._lock:
            if time.monotonic() >= self._until:
                try:
                    self._known, life_s = read_heights(self._bank.heights()), _LIFE_S
                except (ScenebankDown, ScenebankRefused):
                    life_s = _ASK_AGAIN_S
                self._until = time.monotonic() + life_s
            return self._known


def install(pages: Blueprint, counter: Counter) -> None:
    by_shop = {key: Heights(bank) for key, bank in counter.banks.items()}

    @pages.get("/heights/<locale>.css")
    def scene_heights(locale: str) -> Response:
        found = by_shop.get(here().shop.key)
        if found is None or locale not in LOCALES:
            abort(404)
        known = found.now()
        answer = Response(style_sheet(known, locale), mimetype="text/css")
        if known:
            answer.headers["Cache-Control"] = f"private, max-age={_LIFE_S:.0f}"
        return answer


def read_heights(published: Sequence[Any]) -> list[Height]:
    """Those of the documented shape. Whatever else comes is left out: it would stand in our own style sheet."""
    return [found for one in published if (found := _read(one)) is not None]


def _read(one: Any) -> Height | None:
    if not isinstance(one, dict):
        return None
    names = [one.get(name) for name in ("widget", "shape", "locale")]
    sizes = [one.get(name) for name in ("from_width", "height")]
    if not all(isinstance(name, str) and re.fullmatch(r"[a-zA-Z-]{1,40}", name) for name in names):
        return None
    if not all(type(size) is int and 0 <= size <= _MOST for size in sizes):
        return None
    return Height(*names, *sizes)  # type: ignore[arg-type]  # as was just asked


def style_sheet(heights: Sequence[Height], locale: str) -> str:
    """For what stands in ``.place``, by the width it has there."""
    own = sorted((one for one in heights if one.locale == locale), key=lambda one: one.from_width)
    rules: list[str] = []
    begun: set[str] = set()
    for one in own:
        name, width, height = f"{one.widget}-{one.shape}", one.from_width, f"{one.height}px"
        if name not in begun:
            begun.add(name)
            # Narrower than any that is published, lines break more often.
            height, width = f"calc({height} + {_HIGHER}*max(0px,{width}px - 100cqi))", 0
        rules.append(f"@container place (min-width:{width}px){{.place[data-scene={name}]>*{{--height:{height}}}}}")
    return "\n".join(rules) + "\n"
