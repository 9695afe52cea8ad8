"""Two publishers at once: one wins, the other is told why, and nothing else has changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from scenebank.catalogue.publishing.model import Revision
from scenebank.errors import ScenebankError
from scenebank.store.tables import catalogue_audit
from tests.support.publishing import Office

ROUNDS = [pytest.param(10, id="few"), pytest.param(500, marks=pytest.mark.long, id="whole")]


def race(desk: Office, pool: ThreadPoolExecutor, *revisions: Revision) -> list[str]:
    """Each published in the same moment, by pat and by ada."""
    together = Barrier(len(revisions))

    def publish(who: str, revision: Revision) -> str:
        together.wait(30)
        try:
            return desk.publishing.publish(who, revision.id).state.value
        except ScenebankError as error:
            return error.code

    return sorted(pool.map(publish, ("pat", "ada"), revisions))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_wins(both: Office, rounds: int) -> None:
    """Half of them race with the same revision, half with two of one product; on both kinds of database the whole is
    1,000."""
    product_id = both.on_sale()
    with ThreadPoolExecutor(2) as pool:
        for number in range(rounds):
            rates = (f"0.06{number % 90 + 1:02d}", f"0.05{number % 90 + 1:02d}")
            first = both.approved(product_id, rates[0], reason="a race")
            second = both.approved(product_id, rates[1], reason="a race") if number % 2 else first
            before = both.catalogue.version()
            loser = "live_moved" if number % 2 else "revision_state"
            assert race(both, pool, first, second) == ["live", loser]
            assert int(both.catalogue.version()[1:]) == int(before[1:]) + 1
            states = [both.records.get("ada", one.id).state.value for one in (first, second)]
            assert sorted(states) == (["approved", "live"] if number % 2 else ["live", "live"])
    with both.database.read() as connection:
        acts = list(connection.execute(select(catalogue_audit.c.act)).scalars())
    assert (acts.count("publish"), acts.count("supersede")) == (rounds, rounds)
    assert both.bad() == ()


def test_two_schedules_start_once(both: Office) -> None:
    """Two workers find the same revision due in the same moment."""
    product_id = both.on_sale()
    revision = both.publishing.schedule("pat", both.approved(product_id).id, both.now_ms + 1000)
    both.clock.move(1)
    with ThreadPoolExecutor(4) as pool:
        started = sum(pool.map(lambda _worker: both.clockwork.run_due(), range(8)))
    assert started == 1
    assert both.records.get("ada", revision.id).state.value == "live"
    assert both.bad() == ()
