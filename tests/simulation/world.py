"""One seed: shoppers, shops, banks and the house, on one clock, in one thread, with everything that may go wrong."""

from __future__ import annotations

import contextlib
import logging
import random
import secrets
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from sandbox_bank.applications import Application as AtBank
from scenebank.clock import HandClock
from scenebank.engine.queue import TryAgain
from scenebank.merchants.model import Mode
from tests.simulation.bank import BankBooks
from tests.simulation.faults import Faults
from tests.simulation.line import Line, LinedBank
from tests.simulation.post import BadPost
from tests.simulation.processes import DurableQueue, House, ProcessDied, SimulatedDatabase, Work
from tests.support.catalogue import product, publish

SHOP = "https://shop.example"
BANKS = {"harbour": "hb-instal-cny", "lantern": "lt-instal-cny"}
START = datetime(2026, 11, 24, tzinfo=UTC)
_JUMP_S = 300
_DEEP = 2
_TRIES = 9  # of a link, as the executor has it


@dataclass
class Shop:
    """One merchant; ``secrets`` are its keys with the moment they end at, the newest last."""

    id: str
    publishable_key: str
    secrets: list[tuple[str, float | None]]
    feed: list[tuple[int, str]] = field(default_factory=list)


class World:
    """``history`` is what clients saw and were told, in order. Everything else is read from the parts at the end."""

    def __init__(self, seed: int, database: SimulatedDatabase, folder: Path, counts: Counter[str]) -> None:
        (folder / "keys.json").unlink(missing_ok=True)
        self.chance = random.Random(seed)
        self.faults = Faults(self.chance, counts)
        self.clock = HandClock(START)
        self.queue = DurableQueue(self.clock)
        self.passed_s = 0.0
        self.books = BankBooks(self.faults.bank_forgets_keys, self.faults)
        self.post = BadPost(self.faults, self.meanwhile, self._die)
        line = Line(self.books, self.faults, self.meanwhile, self.wait, self._die, lambda: self.passed_s)
        self.database = database
        database.clear(self.queue, self.faults)
        banks = {bank_id: LinedBank(bank_id, line) for bank_id in BANKS}
        self.house = House(database, folder, self.clock, self.post, banks.__getitem__)
        self.history: list[dict[str, Any]] = []
        self.broken: list[str] = []
        self.open_at_once: list[int] = []
        self.act: Callable[[], None] = lambda: None  # what a client does next: set by whoever drives this world
        self._depth = 0
        self._failures: Counter[str] = Counter()
        with self.calm():
            self.shops = [self._open_shop(number) for number in range(2)]

    @contextmanager
    def calm(self) -> Iterator[None]:
        before, self.faults.on = self.faults.on, False
        try:
            yield
        finally:
            self.faults.on = before

    def say(self, act: str, **facts: object) -> None:
        self.history.append({"at": round(self.clock.now().timestamp(), 3), "act": act, **facts})

    def wait(self, seconds: float) -> None:
        """Time passes; what is on its way arrives."""
        self.clock.move(seconds)
        self.passed_s += seconds
        arrived = [one for one in self.books.in_flight if one[0] <= self.passed_s]
        self.books.in_flight = [one for one in self.books.in_flight if one[0] > self.passed_s]
        for _at, request in arrived:
            self.books.handle(request)

    def jump(self) -> None:
        """Somebody sets the clock. Where a bank forgets keys, not forwards while a call may still be under way: that
        such a call is over is all we can go by."""
        unheard = self.books.forgets_keys and self.books.in_flight
        if self._depth == 0 and not unheard and self.faults.strikes("clock forward"):
            self.clock.move(self.chance.uniform(1, _JUMP_S))
        if self._depth == 0 and self.faults.strikes("clock back"):
            self.clock.move(-self.chance.uniform(1, _JUMP_S))

    def meanwhile(self) -> None:
        """While a call is on its way others act: clients, and the worker's other threads."""
        if self._depth >= _DEEP or not self.faults.strikes("something else meanwhile"):
            return
        self._depth += 1
        try:
            if self.chance.random() < 0.5:
                self.act()
            else:
                self.work(1)
        finally:
            self._depth -= 1

    def work(self, most: int) -> None:
        """The worker does some of what is due, in any order."""
        for _one in range(most):
            due = self.queue.due()
            if not due:
                return
            self.run(self.chance.choice(due))

    def as_web(self, act: Callable[[], Any]) -> Any:
        """What the web process answers; :class:`ProcessDied` when nobody does."""
        with self.house.in_process("web"):
            try:
                return act()
            except ProcessDied:
                self.house.restart()
                raise

    def seal(self) -> None:
        with self.house.in_process("worker"), contextlib.suppress(ProcessDied):
            self.house.worker.receipts.seal()

    def shopper_acts_at_bank(self, change: Callable[[AtBank], AtBank], among: Sequence[AtBank]) -> None:
        if among:
            found = self.chance.choice(list(among))
            self.books.change(found, change(found))

    def run(self, work: Work) -> None:
        """In the worker, which may die of it."""
        self.queue.waiting.remove(work)
        self._depth += 1
        try:
            with self.house.in_process("worker"):
                self._run_link(work)
        finally:
            self._depth -= 1

    def _run_link(self, work: Work) -> None:
        try:
            self.house.links[work.link](*work.arguments)
        except ProcessDied:  # the next worker finds it begun and not done
            self.queue.waiting.append(work)
            if self._depth > 1:
                raise
            self.house.restart()
        except (TryAgain, SQLAlchemyError) as error:
            self._failures[work.work_id] += 1
            if self._failures[work.work_id] >= _TRIES:
                self.broken.append(f"dead letter: {work.work_id} {error!r}")
            else:
                self.queue.waiting.append(work)
        except Exception as error:  # no link may fail so: nobody would try again
            self.broken.append(f"dead letter: {work.work_id} {error!r}")
        else:
            if self.faults.strikes("work run twice"):
                self.queue.waiting.append(work)

    def _die(self, when: str) -> None:
        if self.faults.strikes(f"worker dies {when}"):
            raise ProcessDied

    def _open_shop(self, number: int) -> Shop:
        web = self.house.web
        if number == 0:
            publish(web.catalogue, *(product(bank_id, one) for bank_id, one in BANKS.items()))
        made = web.merchants.create(f"shop {number}", [SHOP], "CN", Mode.TEST)
        web.webhooks.add_endpoint(made.id, Mode.TEST, f"{SHOP}/hook-{number}")
        return Shop(made.id, made.publishable_key, [(made.secret_key, None)])


@contextmanager
def seeded_secrets(seed: int) -> Iterator[None]:
    """What would be random comes from the seed, so that a seed plays the same again."""
    chance = random.Random(f"secrets of {seed}")
    alphabet = string.ascii_letters + string.digits + "-_"
    instead: dict[str, Any] = {
        "token_bytes": lambda size=32: chance.randbytes(size),
        "token_hex": lambda size=32: chance.randbytes(size).hex(),
        "token_urlsafe": lambda size=32: "".join(chance.choice(alphabet) for _ in range(size * 4 // 3 + 1)),
        "choice": chance.choice,
        "randbelow": chance.randrange,
    }
    real, state = {name: vars(secrets)[name] for name in instead}, random.getstate()
    vars(secrets).update(instead)
    random.seed(seed)
    try:
        yield
    finally:
        vars(secrets).update(real)
        random.setstate(state)
        logging.disable(logging.NOTSET)
