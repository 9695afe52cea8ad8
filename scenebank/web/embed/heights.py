"""Heights of first views, so that a page can keep their place before they load. Measured in a browser by
``make heights`` on the fullest first view there is; a test measures again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, jsonify

from scenebank.exact_json import read_json
from scenebank.web.contract.operation import describes
from scenebank.web.embed.operations import HEIGHTS
from widgets import WIDGETS

_WIDGETS = Path(__file__).parents[3] / "widgets"


@dataclass(frozen=True)
class Height:
    """``height`` in px of one first view in a container at least ``from_width`` px wide."""

    widget: str
    shape: str
    locale: str
    from_width: int
    height: int


@lru_cache(maxsize=1)
def heights() -> tuple[Height, ...]:
    """Of every widget, from its own ``heights.json``: ``{shape: {locale: {from_width: height}}}``."""
    found = []
    for widget in WIDGETS:
        shapes = read_json((_WIDGETS / widget / "heights.json").read_text("utf-8"))
        for shape, locales in shapes.items():
            for locale, classes in locales.items():
                found += [Height(widget, shape, locale, int(width), px) for width, px in classes.items()]
    return tuple(found)


def published_height(widget: str, shape: str, locale: str, width: int) -> int:
    """For a container of ``width`` px; of the narrowest class where it is narrower still."""
    classes = [one for one in heights() if (one.widget, one.shape, one.locale) == (widget, shape, locale)]
    fitting = [one for one in classes if one.from_width <= width] or [min(classes, key=lambda one: one.from_width)]
    return max(fitting, key=lambda one: one.from_width).height


def add_heights(blueprint: Blueprint) -> None:
    """``/v1/heights.json``, for anybody's script."""

    @blueprint.get("/v1/heights.json")
    @describes(HEIGHTS)
    def all_heights() -> Response:
        answer = jsonify(heights=[asdict(one) for one in heights()])
        answer.headers["Cache-Control"] = "public, max-age=600"
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer
