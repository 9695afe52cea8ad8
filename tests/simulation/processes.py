"""Two processes of the house over one database, each of which can die at any moment; and the queue between them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, event

import scenebank.wiring
from scenebank.applications.links import ApplicationLinks
from scenebank.banks.port import BankPort
from scenebank.clock import Clock
from scenebank.config import load_config
from scenebank.engine.queue import Link
from scenebank.merchants.expiry import ExpiryLinks
from scenebank.store.database import Database
from scenebank.store.tables import metadata
from scenebank.webhooks.delivery import Sender
from scenebank.webhooks.links import WebhookLinks
from scenebank.wiring import Wired, build_services
from tests.simulation.faults import Faults


class ProcessDied(BaseException):
    """Nothing of this process goes on; what was committed is there."""


@dataclass(frozen=True)
class Work:
    """One piece of durable work; ``due`` as the clock shows it."""

    due: float
    work_id: str
    link: str
    arguments: tuple[str, ...]


class DurableQueue:
    """The engine's promises: enqueued with the caller's transaction or not at all, each id once, run at least once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[int, list[Work]] = {}
        self._hurried: dict[int, set[str]] = {}
        self._seen: set[str] = set()
        self.waiting: list[Work] = []

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        work = Work(self._clock.now().timestamp() + delay_s, work_id, link.name, arguments)
        self._open.setdefault(id(connection), []).append(work)

    def hurry(self, connection: Connection, *work_ids: str) -> None:
        self._hurried.setdefault(id(connection), set()).update(work_ids)

    def committed(self, connection: Connection) -> None:
        for work in self._open.pop(id(connection), []):
            if work.work_id not in self._seen:
                self._seen.add(work.work_id)
                self.waiting.append(work)
        hurried, now = self._hurried.pop(id(connection), set()), self._clock.now().timestamp()
        self.waiting = [
            replace(work, due=min(work.due, now)) if work.work_id in hurried else work for work in self.waiting
        ]

    def rolled_back(self, connection: Connection) -> None:
        self._open.pop(id(connection), None)
        self._hurried.pop(id(connection), None)

    def due(self) -> list[Work]:
        now = self._clock.now().timestamp()
        return [work for work in self.waiting if work.due <= now]


class SimulatedDatabase(Database):
    """One file for all seeds of a test process; its owner says when a transaction is the last one of its process. What
    would survive a power cut is not asked here, so nothing waits for the disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder / 'simulated.sqlite3'}")
        event.listen(self.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        metadata.create_all(self.engine)
        event.listen(self.engine, "commit", lambda connection: self.queue.committed(connection))
        event.listen(self.engine, "rollback", lambda connection: self.queue.rolled_back(connection))
        self.queue: DurableQueue
        self.faults: Faults
        self.process = "web"

    def clear(self, queue: DurableQueue, faults: Faults) -> None:
        """As new, for the next seed."""
        self.queue, self.faults, quiet = queue, faults, faults.on
        faults.on = False
        with self.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        faults.on = quiet

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as connection:
            yield connection
            self._may_die("in a transaction")
        self._may_die("after a commit")

    def _may_die(self, when: str) -> None:
        if self.faults.strikes(f"{self.process} dies {when}"):
            raise ProcessDied


class House:
    """``web`` and ``links`` are built anew when their process has died."""

    def __init__(
        self, database: SimulatedDatabase, folder: Path, clock: Clock, sender: Sender, bank: Callable[[str], BankPort]
    ) -> None:
        self.database = database
        self._config = load_config({"DATA_DIR": str(folder), "DATABASE_URL": database.url})
        self._clock = clock
        self._sender = sender
        self._bank = bank
        self.web = self._build()
        self.worker = self._build()
        self.links = self._links()

    def restart(self) -> None:
        """The process that has just died."""
        if self.database.process == "worker":
            self.worker = self._build()
            self.links = self._links()
        else:
            self.web = self._build()

    @contextmanager
    def in_process(self, name: str) -> Iterator[None]:
        before, self.database.process = self.database.process, name
        try:
            yield
        finally:
            self.database.process = before

    def _build(self) -> Wired:
        with _database_is(self.database):
            return build_services(self._config, self._clock, self.database.queue)

    def _links(self) -> Mapping[str, Callable[..., None]]:
        wired = self.worker
        applications = ApplicationLinks(
            wired.database, wired.queue, self._clock, wired.webhooks, wired.merchants, self._bank,
            wired.config.public_url,
        )  # fmt: skip
        seal = wired.keys.derive("webhook-seal")
        webhooks = WebhookLinks(wired.database, wired.queue, self._clock, seal, self._sender, lambda _reason: None)
        expiry = ExpiryLinks(wired.database, self._clock, wired.webhooks.record)
        return {**applications.registered(), **webhooks.registered(), **expiry.registered()}


@contextlib.contextmanager
def _database_is(database: Database) -> Iterator[None]:
    """What the wiring would open; statements stay compiled over many seeds."""
    real = vars(scenebank.wiring)["Database"]
    vars(scenebank.wiring)["Database"] = lambda _url: database
    try:
        yield
    finally:
        vars(scenebank.wiring)["Database"] = real
