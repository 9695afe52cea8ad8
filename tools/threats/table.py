"""The rows of the threat table in docs/security.md."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """``tests`` are pytest's names: ``path::function``."""

    number: int
    attack: str
    defence: str
    tests: tuple[str, ...]


def read_rows(document: str) -> list[Row]:
    return [
        Row(int(number), attack, defence, tuple(one.strip() for one in tests.split(", ")))
        for number, attack, defence, tests in _ROW.findall(document)
    ]
