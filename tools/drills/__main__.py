"""``python -m tools.drills simulation --seeds 20000`` and ``python -m tools.drills crashes --each 500``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.end_to_end.crash_points import POINTS
from tests.end_to_end.crashes import crash
from tests.simulation.seeds import play_many, words_of
from tools.drills.progress import Progress, load, save

_SEEDS_A_PIECE = 20
_KILLS_A_PIECE = 5


def main(arguments: list[str] | None = None) -> int:
    """1 where something does not hold."""
    asked = _asked(arguments)
    until = time.monotonic() + asked.minutes * 60
    path = asked.state or Path("build") / f"{asked.drill}.json"
    progress = load(path) if asked.first == 0 else Progress()
    if asked.drill == "simulation":
        _simulate(asked, path, progress, until)
        print(progress.table(f"simulation: seeds {asked.first} to {asked.first + progress.done - 1}"))
    else:
        _crash(asked, path, progress, until)
        print(progress.table(f"crashes: {progress.done} of {asked.each} at every point"))
    return 1 if progress.failed else 0


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.drills", description=__doc__)
    parser.add_argument("drill", choices=("simulation", "crashes"))
    parser.add_argument("--seeds", type=int, default=20_000, help="how many seeds in all")
    parser.add_argument("--first", type=int, default=0, help="the first seed; another than 0 is kept nowhere")
    parser.add_argument("--each", type=int, default=500, help="how many kills at every point in all")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin nothing new after so long")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="of a simulation")
    parser.add_argument("--state", type=Path, help="where it is kept how far it came; build/<drill>.json")
    return parser.parse_args(arguments)


def _simulate(asked: argparse.Namespace, path: Path, progress: Progress, until: float) -> None:
    with ProcessPoolExecutor(asked.processes) as pool:
        while progress.done < asked.seeds and time.monotonic() < until:
            begin, left = asked.first + progress.done, asked.seeds - progress.done
            sizes = [min(_SEEDS_A_PIECE, left - at) for at in range(0, left, _SEEDS_A_PIECE)][: asked.processes]
            starts = [begin + sum(sizes[:number]) for number in range(len(sizes))]
            for size, (counts, failed) in zip(sizes, pool.map(_some_seeds, starts, sizes), strict=True):
                progress.add(size, counts, failed)
            if asked.first == 0:
                save(path, progress)
            print(f"{progress.done} of {asked.seeds} seeds, {len(progress.failed)} failed", file=sys.stderr, flush=True)


def _some_seeds(first: int, count: int) -> tuple[Counter[str], list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        counts, failed = play_many(range(first, first + count), Path(folder))
    return counts, words_of(failed).splitlines()


def _crash(asked: argparse.Namespace, path: Path, progress: Progress, until: float) -> None:
    while progress.done < asked.each and time.monotonic() < until:
        size = min(_KILLS_A_PIECE, asked.each - progress.done)
        with tempfile.TemporaryDirectory() as folder:
            kills, failed = crash(Path(folder), str(progress.done), size)
        progress.add(size, Counter({f"{number} {name}": kills[name] for number, name in enumerate(POINTS, 1)}), failed)
        save(path, progress)
        print(f"{progress.done} of {asked.each} a point, {len(failed)} failed", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
