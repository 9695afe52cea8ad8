"""Which tests share a worker: a file's do, all who need the running stack share one stack (even idle, its processes ask
for work), and what plays the same scenarios plays them once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

STACK = "the stack"
_ROOT = Path(__file__).parents[2]
_TOGETHER = "tests/contracts/scenarios/"
_NEEDS_STACK = re.compile(r"\b(?:stack: Stack|shop: ShopPage)\b")
_HAS_ITS_OWN = "def stack("


class Sharing(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """xdist's scheduling by files, with groups of files."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])


@cache
def group_of(file: str) -> str:
    """By the path of a test's file below the root."""
    if file.startswith(_TOGETHER):
        return _TOGETHER
    text = (_ROOT / file).read_text("utf-8")
    return STACK if _NEEDS_STACK.search(text) and _HAS_ITS_OWN not in text else file
