"""Everything that goes wrong at once, from a seed: shops and banks agree with us in the end, whatever happened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.faults import RANGES
from tests.simulation.processes import SimulatedDatabase
from tests.simulation.seeds import OPERATIONS, play, play_many, words_of

_REACHED = (
    "reached unknown", "reached in_review", "reached action_required", "reached offered", "reached accepted",
    "reached fulfilling", "reached active", "reached closed", "reached rejected", "reached withdrawn",
    "reached expired", "accept_offer done", "fulfil done", "cancel done", "refund done", "withdraw done",
    "bank forgets keys",
)  # fmt: skip


def test_some_seeds(tmp_path: Path) -> None:
    counts, failed = play_many(range(50), tmp_path)
    assert not failed, words_of(failed)
    assert counts["operations"] >= 50 * OPERATIONS
    assert {name for name in (*RANGES, *_REACHED) if counts[name] == 0} == set()


def test_a_seed_plays_the_same_again(tmp_path: Path) -> None:
    database, counts = SimulatedDatabase(tmp_path), Counter[str]()
    first, other, again = (play(seed, database, tmp_path, counts) for seed in (7, 8, 7))
    assert first.digest == again.digest
    assert first.digest != other.digest


@pytest.mark.long
def test_many_seeds(tmp_path: Path) -> None:
    counts, failed = play_many(range(1000), tmp_path)
    print(f"\n{counts['operations']} operations in 1000 seeds, {len(failed)} failed")
    print("\n".join(f"{counts[name]:8} {name}" for name in (*RANGES, *_REACHED)))
    assert not failed, words_of(failed)
    assert {name for name in RANGES if counts[name] < 100} == set()
    assert {name for name in _REACHED if counts[name] == 0} == set()
