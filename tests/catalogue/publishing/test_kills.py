"""A process dies while it publishes: what shoppers see is the old or the new, and the audit says which."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from scenebank.catalogue.publishing.model import Revision, State
from scenebank.catalogue.publishing.service import PublishingService
from scenebank.store.database import Database
from tests.support.publishing import Office

KILLS = [pytest.param(4, id="few"), pytest.param(100, marks=pytest.mark.long, id="whole")]
FIRST_S = 0.03  # about as long as it takes; nearer with every kill


def killed_while_publishing(desk: Office, revision: Revision, delay_s: float) -> None:
    """The child says when it begins, and is killed ``delay_s`` later; it has a connection of its own."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            database = Database(desk.database.url)
            with database.read():
                pass
            service = PublishingService(database, desk.clock, desk.chain)
            os.write(tell, b".")
            service.publish("pat", revision.id)
            time.sleep(60)
        finally:
            os._exit(1)
    try:
        assert os.read(told, 1) == b"."
        time.sleep(delay_s)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
        os.close(tell)


@pytest.mark.parametrize("kills", KILLS)
def test_old_or_new(both: Office, kills: int) -> None:
    """On both kinds of database the whole is 200."""
    moments, product_id = random.Random(7), both.on_sale()
    new, longest_s = 0, FIRST_S
    for number in range(kills):
        before, rate = both.live_rate(product_id), f"0.0{601 + number % 299}"
        revision = both.approved(product_id, rate, reason="a drill")
        both.database.dispose()  # the child shares nothing with us
        killed_while_publishing(both, revision, moments.uniform(0, longest_s))
        after = both.live_rate(product_id)
        assert after in (before, rate)
        assert both.bad() == ()
        assert both.records.get("ada", revision.id).state is (State.LIVE if after == rate else State.APPROVED)
        new += after == rate
        longest_s *= 0.8 if after == rate else 1.3
        if after == before:
            both.publishing.publish("pat", revision.id)  # nothing stands in the way of doing it again
    print(f"{kills} kills on {both.database.engine.dialect.name}: {new} new, {kills - new} old")
    assert kills < 100 or 0 < new < kills
    assert both.bad() == ()


def test_what_was_scheduled_survives_a_process(both: Office) -> None:
    """Nothing waits in a process: another one, which knows only the database, starts what is due."""
    product_id = both.on_sale()
    both.publishing.schedule("pat", both.approved(product_id).id, both.now_ms + 1000)
    other = Office(Database(both.database.url), both.clock)
    assert other.clockwork.run_due() == 0
    both.clock.move(1)
    assert other.clockwork.run_due() == 1
    assert other.clockwork.run_due() == 0
    assert both.live_rate(product_id) == "0.0580"
    other.database.dispose()
