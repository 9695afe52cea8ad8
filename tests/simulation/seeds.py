"""A seed from its first visit until all is quiet."""

from __future__ import annotations

import gc
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from tests.simulation.checker import Checker
from tests.simulation.clients import Clients
from tests.simulation.processes import SimulatedDatabase
from tests.simulation.world import World, seeded_secrets

OPERATIONS = 200
_PAUSES = (0.0, 0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 15.0)
_QUIET_S = 3600 + 600  # longer than the longest wait between two questions to a bank that has agreed
# A key is taken over half a minute after it was taken, by a clock that somebody may have set back meanwhile.
_PATIENCE = 100
_OPEN = (
    "SELECT count(*) FROM applications WHERE status NOT IN ('rejected', 'withdrawn', 'expired', 'failed', 'closed')"
    " GROUP BY merchant_id, mode, order_id HAVING count(*) > 1"
)
_UNTIL_DEAD_S = 4 * 24 * 3600  # longer than a webhook is tried


@dataclass(frozen=True)
class Outcome:
    """``digest`` is of all that clients did and were told: the same seed has the same."""

    seed: int
    digest: str
    operations: int
    faults: list[str]


def play(seed: int, database: SimulatedDatabase, folder: Path, counts: Counter[str]) -> Outcome:
    """``counts`` gains what went wrong on purpose, and the situations that were reached."""
    logging.disable(logging.CRITICAL)
    gc.disable()  # a seed is small and soon over
    try:
        with seeded_secrets(seed):
            world = World(seed, database, folder, counts)
            clients = Clients(world)
            world.act = clients.act
            while clients.acts < OPERATIONS:
                clients.act()
                world.work(world.chance.randrange(4))
                world.wait(world.chance.choice(_PAUSES))
                world.jump()
                if clients.acts % 4 == 0:
                    _count_open(world)
            _quieten(world, clients)
            faults = Checker(world).faults()
    finally:
        gc.enable()
        logging.disable(logging.NOTSET)
    _count(world, counts)
    digest = hashlib.sha256(json.dumps(world.history, sort_keys=True, default=str).encode()).hexdigest()
    return Outcome(seed, digest, clients.acts, faults)


def _quieten(world: World, clients: Clients) -> None:
    """Faults stop; everybody asks again until there is an answer; what waits is done in its time."""
    world.faults.on = False
    for _half_minute in range(_PATIENCE):
        clients.asking.all_again()
        world.wait(31)
        if not clients.asking.unanswered:
            break
    if world.faults.may("callback lost"):  # some banks never tell: we ask
        world.books.news.clear()
    while world.books.news:
        clients.shops.tell_news()
    _run_until(world, _QUIET_S, "")
    world.post.arrive()
    _run_until(world, _UNTIL_DEAD_S, "webhooks.")
    world.seal()
    while True:
        known = [len(shop.feed) for shop in world.shops]
        clients.shops.read_feeds()
        if known == [len(shop.feed) for shop in world.shops]:
            return


def _run_until(world: World, seconds: float, links: str) -> None:
    """All work of links of this name that is due within so many seconds, each at its time."""
    end = world.clock.now().timestamp() + seconds
    while True:
        waiting = [work for work in world.queue.waiting if work.link.startswith(links)]
        following = min(waiting, key=lambda work: work.due, default=None)
        if following is None or following.due > end:
            return
        world.wait(max(0.0, following.due - world.clock.now().timestamp()))
        world.run(following)


def _count_open(world: World) -> None:
    with world.database.read() as connection:
        world.open_at_once += [row[0] for row in connection.exec_driver_sql(_OPEN)]


def _count(world: World, counts: Counter[str]) -> None:
    """What was reached, so that nobody has to believe it was."""
    with world.database.read() as connection:
        for status, number in connection.execute(
            text("SELECT to_status, count(*) FROM application_moves GROUP BY to_status")
        ):
            counts[f"reached {status}"] += number
        for operation, status, number in connection.execute(
            text("SELECT operation, status, count(*) FROM operations GROUP BY operation, status")
        ):
            counts[f"{operation} {status}"] += number
    counts["bank forgets keys"] += world.books.forgets_keys


def play_many(seeds: Iterable[int], folder: Path) -> tuple[Counter[str], list[Outcome]]:
    """The counts of all, and those where something does not hold."""
    counts: Counter[str] = Counter()
    database = SimulatedDatabase(folder)
    try:
        played = [play(seed, database, folder, counts) for seed in seeds]
    finally:
        database.dispose()
    counts["operations"] += sum(one.operations for one in played)
    return counts, [one for one in played if one.faults]


def words_of(failed: list[Outcome]) -> str:
    """Each with the command that plays it again."""
    return "\n".join(
        f"seed {one.seed} (python -m tools.drills simulation --first {one.seed} --seeds 1): {'; '.join(one.faults[:5])}"
        for one in failed
    )
