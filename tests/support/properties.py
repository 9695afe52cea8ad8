"""Properties over made-up values: the same ones each time, few in the short run and many in the long one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Verbosity, given, settings
from hypothesis.strategies import SearchStrategy

FEW_AND_MANY = pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.long)])


def for_all(count: int, check: Callable[..., None], **values: SearchStrategy[Any]) -> None:
    """``check`` for ``count`` draws of its arguments."""
    drawn = 0

    def counted(**arguments: Any) -> None:
        nonlocal drawn
        drawn += 1
        check(**arguments)

    few = settings(
        max_examples=count, derandomize=True, database=None, deadline=None, verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    few(given(**values)(counted))()
    assert drawn >= count // 2
    print(f"{check.__name__}: planned {count}, run {drawn}")
