"""Applications under load while processes are killed, and what must hold afterwards."""

from __future__ import annotations

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests
from sqlalchemy import create_engine, text

from tests.support.shopper import Shopper
from tests.support.stack import Stack

VICTIMS = ("web", "worker", "bank")
SETTLED = ("action_required", "accepted")
_LOST = (requests.RequestException, AssertionError, KeyError, IndexError, ValueError)


@dataclass
class Figures:
    """What was planned and what happened; ``acknowledged`` is the client's own log: order by application."""

    planned_applications: int
    planned_kills: int
    seed: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    kills_in_call: int = 0
    lost: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    booked_twice: list[str] = field(default_factory=list)
    never_booked: list[str] = field(default_factory=list)
    backwards: list[str] = field(default_factory=list)
    raw_calls: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        killed = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"applications acknowledged {len(self.acknowledged)} of {self.planned_applications}; "
            f"kills {sum(self.kills.values())} of {self.planned_kills} ({killed}), between attempt and answer "
            f"{self.kills_in_call}; raw bank calls {self.raw_calls}; lost {len(self.lost)}, unfinished "
            f"{len(self.unfinished)}, booked twice {len(self.booked_twice)}, never booked {len(self.never_booked)}, "
            f"backwards {len(self.backwards)}; seed {self.seed}, {self.seconds:.0f} s"
        )


class Drill:
    """``applications`` are sent by four shoppers at a time; ``kills`` fall at seeded random moments, half of them while
    a call to the bank is on its way."""

    def __init__(self, stack: Stack, applications: int, kills: int, seed: int) -> None:
        self._stack = stack
        self._random = random.Random(seed)
        self._engine = create_engine(stack.config.database_url)
        self._lock = threading.Lock()
        self._sending = True
        self._killed = 0
        self.figures = Figures(applications, kills, seed)

    def run(self) -> Figures:
        started = time.monotonic()
        self._stack.bank.behave(deduplicate=False, delay_s=0.25)
        crowd = threading.Thread(target=self._apply_all)
        crowd.start()
        self._kill_all()  # here: what a thread starts ends with that thread
        crowd.join()
        self._wait_settled()
        self._judge()
        self.figures.seconds = time.monotonic() - started
        return self.figures

    def _apply_all(self) -> None:
        with ThreadPoolExecutor(4) as shoppers:
            list(shoppers.map(self._apply, range(self.figures.planned_applications)))
        self._sending = False

    def _apply(self, number: int) -> None:
        """Until somebody says that it was taken; the shopper presses again when nobody answers. Some are left for
        every kill."""
        while number * self.figures.planned_kills > (self._killed + 1) * self.figures.planned_applications:
            time.sleep(0.02)
        order = f"K-{self.figures.seed}-{number}"
        while True:
            try:
                shopper = Shopper(self._stack, "cn", order, 300000 + number * 100)
                shopper.enter()
                if "app_" not in shopper.text:
                    shopper.submit()
                if shopper.code == 200 and shopper.page.status:
                    with self._lock:
                        self.figures.acknowledged[order] = shopper.application_id
                    return
            except _LOST:
                time.sleep(0.1)

    def _kill_all(self) -> None:
        for number in range(self.figures.planned_kills):
            aimed = number % 2 == 0
            if aimed:
                self._kill_in_call(self._random.choice(("worker", "bank")))
            else:
                time.sleep(self._random.uniform(0.05, 0.5))
                self._kill(self._random.choice(VICTIMS))

    def _kill_in_call(self, name: str) -> None:
        """While an attempt is on record and its answer not: it is still so when the process is gone."""
        for _turn in range(1500):
            before = self._unanswered()
            if before:
                time.sleep(self._random.uniform(0, 0.15))
                if not before & self._unanswered():
                    continue
                self._stack.kill(name)
                if before & self._unanswered():
                    self.figures.kills_in_call += 1
                self._revive(name)
                return
            if not self._sending:
                break
            time.sleep(0.01)
        self._kill(name)

    def _kill(self, name: str) -> None:
        self._stack.kill(name)
        self._revive(name)

    def _revive(self, name: str) -> None:
        self.figures.kills[name] = self.figures.kills.get(name, 0) + 1
        self._stack.start(name)
        self._killed += 1

    def _unanswered(self) -> set[int]:
        query = text("SELECT id FROM bank_attempts WHERE answered_at IS NULL AND operation = 'apply'")
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def _wait_settled(self) -> None:
        query = text("SELECT count(*) FROM applications WHERE status NOT IN ('action_required', 'accepted')")
        for _turn in range(2400):
            with self._engine.connect() as connection:
                if connection.execute(query).scalar_one() == 0:
                    return
            time.sleep(0.1)

    def _judge(self) -> None:
        figures = self.figures
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT id, status, submission_key, bank_ref FROM applications")).all()
            moves = connection.execute(
                text("SELECT application_id, from_status, to_status FROM application_moves ORDER BY sequence")
            ).all()
        known = {row.id: row for row in rows}
        booked = self._stack.bank.booked()
        figures.raw_calls = len(self._stack.bank.calls())
        figures.lost = [one for one in figures.acknowledged.values() if one not in known]
        figures.unfinished = [row.id for row in rows if row.status not in SETTLED or row.bank_ref is None]
        keys = {row.submission_key for row in rows}
        figures.booked_twice = [key for key, count in booked.items() if count > 1 or key not in keys]
        figures.never_booked = [row.id for row in rows if booked.get(row.submission_key, 0) < 1]
        reached: dict[str, list[str]] = {}
        for move in moves:
            path = reached.setdefault(move.application_id, [move.from_status])
            if path[-1] != move.from_status or (set(path) & set(SETTLED) and move.to_status not in SETTLED):
                figures.backwards.append(json.dumps([*path, move.to_status]))
            path.append(move.to_status)
