"""An event reaches the shop signed, again and again until it was taken, and nobody else's shop ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from demo_shop.webhooks import verify
from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.engine.inline import InlineQueue
from scenebank.merchants.model import Mode
from scenebank.store.tables import metadata, webhook_deliveries
from scenebank.webhooks.model import WAITS
from scenebank.wiring import build_services
from tests.support.canned_bank import CannedBank, canned_bank

FACTS = {"application": "app_1", "status": "accepted"}


class Post:
    """One merchant with one endpoint, and the worker's webhooks played by hand."""

    def __init__(self, database_url: str, folder: Path, shop: CannedBank) -> None:
        self.clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.queue = InlineQueue(self.clock)
        environ = {"DATA_DIR": str(folder), "DATABASE_URL": database_url}
        self.wired = build_services(load_config(environ | {"ALLOW_LOOPBACK_WEBHOOKS": "1"}), self.clock, self.queue)
        self.strict = build_services(load_config(environ), self.clock, self.queue)
        metadata.create_all(self.wired.database.engine)
        self.merchant = self.wired.merchants.create("青禾", ["https://shop.example"], "CN", Mode.TEST).id
        self.endpoint, self.secret = self.wired.webhooks.add_endpoint(self.merchant, Mode.TEST, f"{shop.url}/hook")

    def tell(self, merchant: str | None = None, mode: Mode = Mode.TEST) -> None:
        with self.wired.database.begin() as connection:
            self.wired.webhooks.record(connection, merchant or self.merchant, mode, "application.accepted", FACTS)

    def after(self, seconds: float) -> None:
        self.clock.move(seconds)
        self.queue.run_due(self.wired.all_links())

    def to_the_end(self) -> list[float]:
        """Every try at its time; the seconds between them."""
        self.after(0)
        waits = []
        while (wait := self.queue.seconds_to_next()) is not None:
            self.after(wait + 0.001)
            waits.append(wait)
        return waits

    def delivery(self) -> tuple[str, int, int | None, str | None]:
        """The one there is: status, tries, last code and reason."""
        table = webhook_deliveries
        columns = (table.c.status, table.c.attempts, table.c.last_code, table.c.last_reason)
        with self.wired.database.read() as connection:
            status, tries, code, reason = connection.execute(select(*columns)).one()
        return status, tries, code, reason


@pytest.fixture
def shop() -> Iterator[CannedBank]:
    """A shop that answers alike whatever comes."""
    with canned_bank() as found:
        yield found


@pytest.fixture
def post(database_url: str, tmp_path: Path, shop: CannedBank) -> Post:
    return Post(database_url, tmp_path, shop)


def test_what_arrives_is_signed_and_the_same_at_every_try(post: Post, shop: CannedBank) -> None:
    shop.behave(500)
    post.tell()
    post.after(0)
    post.after(WAITS[0] * 2)
    first, second = shop.asked
    ids = [
        verify(post.secret, {name.lower(): value for name, value in one.headers.items()}, one.body, now)
        for one, now in ((first, 1_795_478_400), (second, 1_795_478_400 + WAITS[0] * 2))
    ]
    assert ids[0] == ids[1] == json.loads(first.body)["id"]
    assert first.body == second.body
    said = json.loads(first.body)
    assert (said["type"], said["created_at"], said["data"]) == (
        "application.accepted", "2026-11-24T00:00:00.000Z", FACTS
    )  # fmt: skip
    assert first.headers["Host"] == shop.url.removeprefix("http://")


def test_taken_once_is_not_sent_again(post: Post, shop: CannedBank) -> None:
    post.tell()
    for _day in range(12):
        post.after(WAITS[-1] * 1.2)
    assert len(shop.asked) == 1
    assert post.delivery() == ("delivered", 1, 200, "ok")


def test_ten_tries_over_three_days_then_it_is_dead(post: Post, shop: CannedBank) -> None:
    """75 h 35 min, each wait a fifth more or less."""
    shop.behave(500)
    post.tell()
    waits = post.to_the_end()
    assert len(shop.asked) == 10
    assert post.delivery() == ("dead", 10, 500, "refused")
    assert sum(WAITS) == 75 * 3600 + 35 * 60 + 5
    for waited, wait in zip(waits, WAITS, strict=True):
        assert wait * 0.8 <= waited <= wait * 1.2
        assert waited != wait


def test_a_shop_that_asks_for_time_gets_it(post: Post, shop: CannedBank) -> None:
    shop.behave(503, Retry_After="3600")
    post.tell()
    post.after(0)
    post.after(3599)
    assert len(shop.asked) == 1
    post.after(1)
    assert len(shop.asked) == 2


def test_an_endpoint_that_is_gone_is_called_no_more(post: Post, shop: CannedBank) -> None:
    shop.behave(410)
    post.tell()
    post.after(0)
    shop.behave(200)
    post.tell()
    post.after(WAITS[-1] * 2)
    assert shop.asked == []
    assert [one.enabled for one in post.wired.webhooks.endpoints(post.merchant, Mode.TEST)] == [False]


def test_no_answer_leads_anywhere_else(post: Post, shop: CannedBank) -> None:
    shop.behave(302, Location=f"{shop.url}/elsewhere")
    post.tell()
    post.after(0)
    assert [one.path for one in shop.asked] == ["/hook"]
    assert post.delivery() == ("pending", 1, 302, "refused")


def test_the_address_is_checked_again_when_it_is_called(post: Post, shop: CannedBank) -> None:
    post.tell()
    post.queue.run_due(post.strict.all_links())
    assert shop.asked == []
    assert post.delivery() == ("pending", 1, None, "address_refused")


def test_another_merchants_or_modes_events_go_elsewhere(post: Post, shop: CannedBank) -> None:
    other = post.wired.merchants.create("Other", [], "CN", Mode.TEST).id
    post.tell(other)
    post.tell(mode=Mode.LIVE)
    post.after(0)
    assert shop.asked == []
    assert post.wired.webhooks.feed(post.merchant, Mode.TEST, 0, 10) == []
