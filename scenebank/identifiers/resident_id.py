"""公民身份号码: the identity number of residents of China (GB 11643)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.cn import ric

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True)
class ResidentId:
    """``check_character`` is the one the number should end with; ``known_place_and_birth`` warns only: counties come
    and go, and one that is missing from a list may be real."""

    check_character: str
    check_holds: bool
    known_place_and_birth: bool


def read_resident_id(number: str) -> ResidentId | None:
    """None for what has not the shape. Source: GB 11643-1999, check character by ISO 7064 MOD 11-2."""
    if not _SHAPE.fullmatch(number):
        return None
    check = ric.calc_check_digit(number)
    return ResidentId(check, number[-1] == check, ric.is_valid(f"{number[:-1]}{check}"))
