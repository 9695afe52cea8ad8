"""What may go wrong in one seed, how often it does, and the count of every time it did."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

# The most often anything happens, as a share of the times it could; each seed draws its own rate below that.
RANGES: Mapping[str, float] = {
    "bank cannot be reached": 0.30,
    "request lost": 0.10,
    "request late": 0.20,
    "request twice": 0.50,
    "answer lost": 0.10,
    "answer late": 0.30,
    "bank busy": 0.10,
    "bank closed": 0.10,
    "bank error after booking": 0.10,
    "answer to another order": 0.05,
    "callback lost": 0.30,
    "callback twice": 0.50,
    "callback late": 0.50,
    "webhook refused": 0.30,
    "webhook taken, answer lost": 0.30,
    "webhook twice": 0.50,
    "webhook late": 0.30,
    "worker dies in a transaction": 0.02,
    "worker dies after a commit": 0.05,
    "worker dies before a call": 0.05,
    "worker dies after a call": 0.05,
    "work run twice": 0.10,
    "web dies in a transaction": 0.03,
    "web dies after a commit": 0.10,
    "clock forward": 0.05,
    "clock back": 0.05,
    "something else meanwhile": 0.50,
}


class Faults:
    """``counts`` goes on over many seeds. ``on`` False: nothing goes wrong any more."""

    def __init__(self, chance: random.Random, counts: Counter[str]) -> None:
        self.chance = chance
        self.counts = counts
        self.on = True
        # Half of the faults of a seed are off: what many faults together hide, a few may show.
        self._rates = {name: chance.choice((0.0, most)) * chance.random() for name, most in RANGES.items()}
        self.bank_forgets_keys = chance.random() < 0.5
        if self.bank_forgets_keys:
            self._rates["request twice"] = 0.0  # a network that repeats and a bank that forgets: nobody could help

    def may(self, name: str) -> bool:
        """Whether it is one of this seed's faults."""
        return self._rates[name] > 0

    def strikes(self, name: str) -> bool:
        if not self.on or self.chance.random() >= self._rates[name]:
            return False
        self.counts[name] += 1
        return True
