"""How far a drill has come, in a file that is never half written."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Progress:
    """``done`` of what was asked for; ``counts`` of everything that is counted; ``failed`` in words."""

    done: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, done: int, counts: Counter[str], failed: list[str]) -> None:
        self.done += done
        self.counts = dict(Counter(self.counts) + counts)
        self.failed += failed

    def table(self, title: str) -> str:
        """One line a count, and what does not hold."""
        width = max((len(name) for name in self.counts), default=0)
        lines = [title, *(f"  {name:<{width}}  {count:>10}" for name, count in sorted(self.counts.items()))]
        return "\n".join([*lines, f"  {'does not hold':<{width}}  {len(self.failed):>10}", *self.failed[:20]])


def load(path: Path) -> Progress:
    return Progress(**json.loads(path.read_text("utf-8"))) if path.exists() else Progress()


def save(path: Path, progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(asdict(progress), indent=1), "utf-8")
    scratch.replace(path)
