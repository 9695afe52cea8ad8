"""The feed is the source of truth: whoever follows it meets every event once, in the order of the commits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from scenebank.merchants.model import Mode
from tests.support.canned_bank import CannedBank
from tests.support.databases import fresh_postgresql
from tests.support.post import Post

WRITERS, EACH = 6, 20


class Reader:
    """A merchant's server that goes on from where it was."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._cursor = "0"
        self.met: list[str] = []

    def read(self) -> None:
        """All there is now."""
        while True:
            page = self._post.call("GET", f"/events?limit=7&after={self._cursor}", 200)
            self.met += [one["data"]["application"] for one in page["data"]]
            self._cursor = page["cursor"]
            if page["next"] is None:
                return
            assert page["next"] == page["cursor"]


@pytest.fixture
def on_postgresql(postgresql: str, tmp_path: Path, shop: CannedBank) -> Iterator[Post]:
    made = Post(fresh_postgresql(postgresql), tmp_path, shop)
    yield made
    made.wired.database.dispose()


def tell(post: Post, name: str, merchant: str | None = None) -> None:
    post.tell(merchant, facts={"application": name})


def is_waiting(post: Post) -> bool:
    """Whether a writer waits for another's transaction."""
    with post.wired.database.read() as connection:
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                       " AND wait_event_type = 'Lock'")  # fmt: skip
        return bool(connection.execute(waiting).scalar_one())


def test_an_event_that_commits_late_is_not_skipped(on_postgresql: Post) -> None:
    """One transaction stands open with its event while another writes and commits: by now, or as soon as it may."""
    post, reader = on_postgresql, Reader(on_postgresql)
    late = post.wired.database.engine.connect()
    with late.begin():
        post.wired.webhooks.record(late, post.merchant, Mode.TEST, "application.accepted", {"application": "late"})
        with ThreadPoolExecutor(1) as pool:
            quick = pool.submit(tell, post, "quick")
            while not quick.done() and not is_waiting(post):
                pass
            reader.read()
            late.commit()
            quick.result(30)
    late.close()
    reader.read()
    assert sorted(reader.met) == ["late", "quick"]


def test_another_merchants_open_transaction_holds_nobody_up(on_postgresql: Post) -> None:
    post, reader = on_postgresql, Reader(on_postgresql)
    other = post.wired.merchants.create("Other", [], "CN", Mode.TEST).id
    with post.wired.database.begin() as late:
        post.wired.webhooks.record(late, other, Mode.TEST, "application.accepted", {"application": "late"})
        tell(post, "quick")
        reader.read()
        assert reader.met == ["quick"]


def test_a_transaction_that_fails_leaves_nothing(post: Post) -> None:
    reader = Reader(post)
    with pytest.raises(ZeroDivisionError), post.wired.database.begin() as connection:
        post.wired.webhooks.record(connection, post.merchant, Mode.TEST, "application.accepted", {"application": "x"})
        raise ZeroDivisionError
    tell(post, "after")
    reader.read()
    assert reader.met == ["after"]


def written_by(writer: int) -> list[list[str]]:
    """The names of each of a writer's transactions."""
    chance = random.Random(writer)
    return [[f"{writer}-{turn}-{part}" for part in range(chance.randint(1, 3))] for turn in range(EACH)]


def test_many_writers_and_one_reader(post: Post) -> None:
    reader = Reader(post)

    def write(writer: int) -> None:
        for names in written_by(writer):
            with post.wired.database.begin() as connection:
                for name in names:
                    facts = {"application": name}
                    post.wired.webhooks.record(connection, post.merchant, Mode.TEST, "application.accepted", facts)

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        while not all(one.done() for one in writing):
            reader.read()
        for one in writing:
            one.result()
    reader.read()
    for writer in range(WRITERS):
        met = [one for one in reader.met if one.startswith(f"{writer}-")]
        assert met == [name for names in written_by(writer) for name in names]
