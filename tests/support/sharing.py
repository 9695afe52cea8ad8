"""Which tests share a worker: a file's do, all who need the running stack share two (even idle, a stack's processes ask
for work, and one alone would be the last to end), and what plays the same scenarios plays them once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

STACK = "a stack"
_STACKS = 2
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
    return f"{STACK} {_on_stacks().index(file) % _STACKS}" if file in _on_stacks() else file


@cache
def _on_stacks() -> list[str]:
    """The files whose tests take the running stack and have none of their own."""
    files = sorted((_ROOT / "tests").rglob("test_*.py"))
    texts = {file.relative_to(_ROOT).as_posix(): file.read_text("utf-8") for file in files}
    return [name for name, text in texts.items() if _NEEDS_STACK.search(text) and _HAS_ITS_OWN not in text]
