"""An application makes the builders of its rules' addresses when it first needs one: most of what making one costs,
and each test that has one of its own calls few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


@contextmanager
def rules_built_late() -> Iterator[None]:
    """While the block runs."""
    real: Callable[[Rule, bool], _Builder] = vars(Rule)["_compile_builder"]

    def compile_late(rule: Rule, append_unknown: bool = True) -> _Builder:
        made: list[_Builder] = []

        def build(itself: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(real(rule, append_unknown))
            return made[0](itself, **values)

        return build

    type.__setattr__(Rule, "_compile_builder", compile_late)
    try:
        yield
    finally:
        type.__setattr__(Rule, "_compile_builder", real)
