"""Who stands first of those that are exactly alike: banks take turns by day (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby
from typing import TypeVar

from scenebank.offers.model import ProductKey, Tie

_One = TypeVar("_One")


def in_turn(tied: Iterable[_One], day: date, key: Callable[[_One], ProductKey]) -> list[tuple[_One, Tie]]:
    """Round by round, and in each round by today's turn of the bank."""
    by_bank = [list(own) for _bank, own in groupby(sorted(tied, key=key), key=lambda one: key(one)[0])]
    found = []
    for index, own in enumerate(by_bank):
        turn = (index - day.toordinal()) % len(by_bank)
        # The bank's own turn comes every so many days: its products take turns at it.
        start = day.toordinal() // len(by_bank) % len(own)
        for number, one in enumerate(own[start:] + own[:start], start=1):
            found.append((one, Tie(len(by_bank), index, turn + 1, number)))
    return sorted(found, key=lambda pair: (pair[1].round, pair[1].turn))
