"""Whether an investor may be offered a wealth product."""

from __future__ import annotations

import re


def is_suitable(investor: str, product: str) -> bool:
    """An investor of level C1 to C5 is offered products of risk R1 to that number only; C1, the lowest, R1 alone.

    Source: 金融机构产品适当性管理办法 (National Financial Regulatory Administration, order 2025 no. 7, from
    2026-02-01), with the five levels banks and funds use. ``ValueError`` for any other level."""
    return _level("C", investor) >= _level("R", product)


def _level(letter: str, level: str) -> int:
    if not re.fullmatch(f"{letter}[1-5]", level, re.ASCII):
        raise ValueError(f"{level!r} is none of {letter}1 to {letter}5")
    return int(level[1])
