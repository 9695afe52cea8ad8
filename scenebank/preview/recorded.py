"""The recorded states: of every widget (``states/`` here), and of each widget's own folders (``scenarios/``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from scenebank.preview.acts import Act, read_act
from scenebank.preview.model import MODES
from widgets import WIDGETS

_COMMON = Path(__file__).parent / "states"
_WIDGETS = Path(__file__).parents[2] / "widgets"
_FIELDS = {"after", "acts", "contexts", "params", "catalogue", "mode", "covers"}
# The shops of the story, in which a state plays where it names no other; and one where lenders only state their rates.
IN_STORY = ("cn", "eu")
CONTEXTS = (*IN_STORY, "au")
CATALOGUES = ("story", "empty")


@dataclass(frozen=True)
class State:
    """``acts`` lead to what is shown, from the beginning. ``covers`` names the rows of bad input it answers."""

    name: str
    acts: tuple[Act, ...]
    contexts: tuple[str, ...]
    params: Mapping[str, str]
    catalogue: str
    mode: str
    covers: tuple[str, ...]

    @property
    def step(self) -> str:
        """The widget's step it ends at."""
        return next((act.step for act in reversed(self.acts) if act.step is not None), "")


@lru_cache(maxsize=64)
def states_of(widget: str) -> Mapping[str, State]:
    """The states this widget can be in, by their names; a widget's own come before those it shares."""
    found = WIDGETS[widget]
    folders = [_COMMON, *(_WIDGETS / folder / "scenarios" for folder in reversed(found.folders))]
    documents: dict[str, dict[str, Any]] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.json"))):
        documents |= json.loads(path.read_text("utf-8"))
    states = {name: _state(name, documents) for name in documents}
    known = {*found.steps, "bank", "nothing"}
    return {name: one for name, one in states.items() if all(act.step is None or act.step in known for act in one.acts)}


def _state(name: str, documents: Mapping[str, dict[str, Any]]) -> State:
    document = documents[name]
    if not set(document) <= _FIELDS:
        raise ValueError(f"{name}: unknown {sorted(set(document) - _FIELDS)}")
    before = _state(document["after"], documents) if "after" in document else None
    acts = tuple(read_act(one) for one in document["acts"])
    state = State(
        name=name,
        acts=(*before.acts, *acts) if before else acts,
        contexts=tuple(document.get("contexts", before.contexts if before else IN_STORY)),
        params=document.get("params", before.params if before else {}),
        catalogue=document.get("catalogue", before.catalogue if before else "story"),
        mode=document.get("mode", before.mode if before else "script"),
        covers=tuple(document.get("covers", ())),
    )
    if not set(state.contexts) <= set(CONTEXTS) or state.catalogue not in CATALOGUES or state.mode not in MODES:
        raise ValueError(f"{name}: no such context, catalogue or mode")
    return state
