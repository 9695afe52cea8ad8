"""A widget's template written otherwise, for one test."""

from __future__ import annotations

import pytest
from jinja2 import ChoiceLoader, DictLoader

from scenebank.web.embed import rendering


def rewrite(patch: pytest.MonkeyPatch, template: str, *changes: tuple[str, str]) -> None:
    """Each text of the template that is named, in another way; what is not there is a mistake of the test."""
    whole = rendering.environment()
    assert whole.loader is not None
    source = whole.loader.get_source(whole, template)[0]
    for old, new in changes:
        assert old in source, f"{template} has no {old}"
        source = source.replace(old, new)
    other = whole.overlay(loader=ChoiceLoader([DictLoader({template: source}), whole.loader]))
    patch.setattr(rendering, "environment", lambda: other)
