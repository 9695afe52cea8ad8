"""Which scenarios there are: all of them, and a set in which every two values that can meet do meet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as every

from scenebank.preview.model import DEVICES, THEMES, Scenario
from scenebank.preview.recorded import State, states_of
from widgets.texts import LOCALES

__all__ = ["pairwise", "product", "states_of"]


def product(widget: str) -> Iterator[Scenario]:
    """Every state × context × device × theme × locale."""
    for state in states_of(widget).values():
        for context, device, theme, locale in every(state.contexts, DEVICES, THEMES, LOCALES):
            yield _scenario(widget, state, context, device, theme, locale)


def pairwise(widget: str) -> Iterator[Scenario]:
    """Every state twice, the second time with each other value changed; over the states the values take turns."""
    devices = tuple(DEVICES)
    for number, state in enumerate(states_of(widget).values()):
        for turn in (0, 1):
            flip = [(number >> place & 1) ^ turn for place in range(3)]
            context = state.contexts[(number // 8 + turn) % len(state.contexts)]
            yield _scenario(widget, state, context, devices[flip[0]], THEMES[flip[1]], LOCALES[flip[2]])


def _scenario(widget: str, state: State, context: str, device: str, theme: str, locale: str) -> Scenario:
    return Scenario(
        widget=widget, step=state.step, state=state.name, device=device, theme=theme, locale=locale, context=context,
        params=state.params, mode=state.mode, catalogue=state.catalogue,
    )  # fmt: skip
