"""The scene of a question about offers, read as a widget reads it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from scenebank.catalogue.model import Kind
from scenebank.errors import FieldError, InvalidInput
from scenebank.fields import Object, OneOf, Whole, maybe, needed
from scenebank.markets.model import Market
from widgets import WIDGETS
from widgets.base import Scene
from widgets.scene import SCENE, parse_scene

_WIDGET = OneOf(sorted(WIDGETS), "unknown_widget", {"widgets": ", ".join(sorted(WIDGETS))})
_TERM = Object({"term": maybe(Whole(1, 480, "term_shape", about="months: only plans of this term", sample=12))})
OFFER_SCENE = Object({"widget": needed(_WIDGET, None), **SCENE.fields, **_TERM.fields})


@dataclass(frozen=True)
class AskedFor:
    """What a shop asks about; ``term`` None: any."""

    market: Market
    kind: Kind
    scene: Scene
    term: int | None


def read_scene(market: Market) -> AskedFor:
    """Of the request's query; :class:`InvalidInput` names every field that is wrong."""
    errors: list[FieldError] = []
    scene, term, widget = None, None, _WIDGET.read("widget", request.args.get("widget"), errors)
    try:
        term = _TERM.read_query({name: value for name, value in request.args.items() if value})["term"]
    except InvalidInput as wrong:
        errors += wrong.errors
    try:
        scene = parse_scene(request.args, market)
    except InvalidInput as wrong:
        errors += wrong.errors
    if scene is None or errors:
        raise InvalidInput(errors)
    return AskedFor(market, WIDGETS[widget].kind, scene, term)
