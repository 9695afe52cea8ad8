"""Work played by hand, one due piece at a time: for previews and tests, where nothing else may run beside."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from scenebank.clock import Clock
from scenebank.engine.queue import Link


@dataclass(frozen=True)
class _Work:
    due: float
    work_id: str
    name: str
    arguments: tuple[str, ...]


class InlineQueue:
    """The same promises as the engine's queue, in memory: each id once, nothing before it is due."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: set[str] = set()
        self._waiting: list[_Work] = []

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        if work_id not in self._seen:
            self._seen.add(work_id)
            due = self._clock.now().timestamp() + delay_s
            self._waiting.append(_Work(due, work_id, link.name, arguments))

    def hurry(self, connection: Connection, *work_ids: str) -> None:
        now = self._clock.now().timestamp()
        self._waiting = [
            replace(work, due=min(work.due, now)) if work.work_id in work_ids else work for work in self._waiting
        ]

    def clear(self) -> None:
        """Forget everything, as if nothing had ever been asked for."""
        self._seen.clear()
        self._waiting.clear()

    def run_due(self, links: Mapping[str, Callable[..., None]], most: int = sys.maxsize) -> int:
        """Run what is due now, in the order of its time, also what that enqueues; the number of pieces run."""
        count = 0
        while count < most and (work := self._next()) is not None:
            self._waiting.remove(work)
            links[work.name](*work.arguments)
            count += 1
        return count

    def seconds_to_next(self) -> float | None:
        """How long until something is due; None when nothing waits."""
        due = min((work.due for work in self._waiting), default=None)
        return None if due is None else max(0.0, due - self._clock.now().timestamp())

    def _next(self) -> _Work | None:
        now = self._clock.now().timestamp()
        return min((work for work in self._waiting if work.due <= now), key=lambda work: work.due, default=None)
