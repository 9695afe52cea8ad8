"""How the bank misbehaves: by the order's words, by its amount, or switched for all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sandbox_bank.database import Books

WORDS = ("decline", "documents", "counter", "slow", "drop", "review", "twice", "disorder", "echo", "busy")


@dataclass(frozen=True)
class Behaviour:
    """``slow_s`` how long a slow answer takes; ``delay_s`` how long every booking takes before it books."""

    deduplicate: bool = True
    down: bool = False
    slow_s: float = 4.0
    delay_s: float = 0.0


def magic_of(order: str, amount: int) -> str:
    """The first magic word in the order's reference, else the one the last two digits of the amount stand for."""
    lower = order.lower()
    for word in WORDS:
        if word in lower:
            return word
    ending = amount % 100
    return WORDS[ending - 1] if 1 <= ending <= len(WORDS) else ""


def read_behaviour(books: Books) -> Behaviour:
    with books.reading() as connection:
        row = connection.execute("SELECT document FROM behaviour").fetchone()
    return Behaviour(**json.loads(row["document"])) if row else Behaviour()


def write_behaviour(books: Books, changes: dict[str, Any]) -> Behaviour:
    """Change what is named; ``ValueError`` for a name there is not."""
    present = asdict(read_behaviour(books))
    if not set(changes) <= set(present):
        raise ValueError(f"unknown: {sorted(set(changes) - set(present))}")
    changed = Behaviour(**(present | changes))
    with books.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO behaviour VALUES (1, ?)", (json.dumps(asdict(changed)),))
    return changed
