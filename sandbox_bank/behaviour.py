"""How the bank misbehaves: by the order's words, by its amount, or switched for all."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

from sandbox_bank.database import Books
from sandbox_bank.products import HOUSES

WORDS = ("decline", "documents", "counter", "slow", "drop", "review", "twice", "disorder", "echo", "busy")


@dataclass(frozen=True)
class Behaviour:
    """``down`` True answers 503, ``"refuse"`` hangs up; ``slow_s`` how long a slow answer takes; ``delay_s`` how long
    every booking takes before it books; ``fault_rate`` the share of POSTs that end badly though nobody asked for it;
    ``review_s`` how long a review takes; ``offer_life_s`` how long a shopper may leave something undone. By ``seed``:
    ``busy_rate`` the share of all calls that are to be made again in a second, ``wait_most_s`` the longest of the times
    that calls have to wait, ``twice_rate`` and ``disorder_rate`` the shares of news told twice, or behind what came
    after it. ``message_signatures`` the banks that sign answers and news by HTTP headers (RFC 9421)."""

    deduplicate: bool = True
    down: bool | str = False
    slow_s: float = 4.0
    delay_s: float = 0.0
    fault_rate: float = 0.0
    review_s: float = 2.0
    offer_life_s: float = 7 * 86400.0
    seed: int = 0
    busy_rate: float = 0.0
    wait_most_s: float = 0.0
    twice_rate: float = 0.0
    disorder_rate: float = 0.0
    message_signatures: tuple[str, ...] = ()


def magic_of(order: str, amount: int) -> str:
    """The first magic word in the order's reference, else the one the last two digits of the amount stand for."""
    lower = order.lower()
    for word in WORDS:
        if word in lower:
            return word
    ending = amount % 100
    return WORDS[ending - 1] if 1 <= ending <= len(WORDS) else ""


def fault_of(behaviour: Behaviour, key: str, call: int) -> str:
    """``drop``, ``echo`` or ``busy`` for the share of calls that is to go wrong, the same for the same call."""
    draw = hashlib.sha256(f"{key}\n{call}".encode()).digest()
    if int.from_bytes(draw[:4], "big") / 2**32 >= behaviour.fault_rate:
        return ""
    return ("drop", "echo", "busy")[draw[4] % 3]


def rude(seed: int, wait_most_s: float) -> dict[str, Any]:
    """As real banks are on a bad day."""
    return {
        "seed": seed, "busy_rate": 0.05, "wait_most_s": wait_most_s, "twice_rate": 0.02, "disorder_rate": 0.02,
    }  # fmt: skip


def drawn(behaviour: Behaviour, what: str, subject: object) -> float:
    """From 0 to 1, the same for the same seed and subject."""
    draw = hashlib.sha256(f"{behaviour.seed}\n{what}\n{subject}".encode()).digest()
    return int.from_bytes(draw[:4], "big") / 2**32


def read_behaviour(connection: sqlite3.Connection) -> Behaviour:
    row = connection.execute("SELECT document FROM behaviour").fetchone()
    return Behaviour(**json.loads(row["document"])) if row else Behaviour()


def write_behaviour(books: Books, changes: dict[str, Any]) -> Behaviour:
    """Change what is named; ``ValueError`` for a name there is not, or a value that makes no sense."""
    with books.writing() as connection:
        present = asdict(read_behaviour(connection))
        if not set(changes) <= set(present):
            raise ValueError(f"unknown: {sorted(set(changes) - set(present))}")
        for name, value in changes.items():
            _check(name, value)
        changed = Behaviour(**(present | changes))
        connection.execute("INSERT OR REPLACE INTO behaviour VALUES (1, ?)", (json.dumps(asdict(changed)),))
    return changed


def _check(name: str, value: Any) -> None:
    if name == "down":
        good = isinstance(value, bool) or value == "refuse"
    elif name == "deduplicate":
        good = isinstance(value, bool)
    elif name == "message_signatures":
        good = isinstance(value, list) and all(bank_id in HOUSES for bank_id in value)
    else:
        good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if not good:
        raise ValueError(f"{name} cannot be {value!r}")
