"""An event reaches the shop signed, again and again until it was taken, and nobody else's shop ever."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from demo_shop.webhooks import verify
from scenebank.merchants.model import Mode
from scenebank.webhooks.model import DISABLED_EVENT, WAITS, retry_after_s
from tests.support.canned_bank import CannedBank
from tests.support.post import FACTS, Post


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
    post.links = post.strict.all_links()
    post.after(0)
    assert shop.asked == []
    assert post.delivery() == ("pending", 1, None, "address_refused")


def test_another_merchants_or_modes_events_go_elsewhere(post: Post, shop: CannedBank) -> None:
    other = post.wired.merchants.create("Other", [], "CN", Mode.TEST).id
    post.tell(other)
    post.tell(mode=Mode.LIVE)
    post.after(0)
    assert shop.asked == []
    assert post.wired.webhooks.feed(post.merchant, Mode.TEST, 0, 10) == []


def test_a_shop_that_names_a_date_gets_it(post: Post, shop: CannedBank) -> None:
    shop.behave(503, Retry_After="Tue, 24 Nov 2026 02:00:00 GMT")
    post.tell()
    post.after(0)
    post.after(7199)
    assert len(shop.asked) == 1
    post.after(1)
    assert len(shop.asked) == 2


def test_nobody_gets_more_than_a_day(post: Post, shop: CannedBank) -> None:
    shop.behave(503, Retry_After="Tue, 24 Nov 2099 02:00:00 GMT")
    post.tell()
    post.after(0)
    assert post.queue.seconds_to_next() == 86_400


@pytest.mark.parametrize("odd", ["", "soon", "-5", "1.5", "9" * 400, "Tue, 24 Nov 1999 02:00:00 GMT", "٣٦٠٠"])
def test_what_is_no_time_is_no_wish(odd: str) -> None:
    assert retry_after_s(odd, datetime(2026, 11, 24, tzinfo=UTC)) == 0


def test_five_days_of_only_failures_disable_the_endpoint_and_the_feed_tells(post: Post, shop: CannedBank) -> None:
    shop.behave(500)
    for _day in range(5):
        post.tell()
        post.after(0)
        post.after(86_399)
    assert post.of_endpoint("GET", "", 200)["enabled"]
    post.tell()
    post.after(10)
    assert post.of_endpoint("GET", "", 200) | {"url": ""} == {
        "id": post.endpoint, "url": "", "enabled": False, "disabled_reason": "failing", "events": ["*"],
        "signatures": ["v1"], "public_key": None,
    }  # fmt: skip
    last = post.call("GET", "/events", 200)["data"][-1]
    assert (last["type"], last["data"]) == (
        "webhook_endpoint.disabled", {"endpoint": post.endpoint, "reason": "failing"}
    )  # fmt: skip
    shop.behave(200)
    post.to_the_end()
    assert shop.asked == []


def test_one_success_ends_the_row_of_failures(post: Post, shop: CannedBank) -> None:
    for day in range(9):
        shop.behave(200 if day == 4 else 500)
        post.tell()
        post.after(0)
        post.after(86_399)
    assert post.of_endpoint("GET", "", 200)["enabled"]


def test_failures_far_apart_are_no_row(post: Post, shop: CannedBank) -> None:
    """An endpoint that hears little is not disabled for two bad moments in a month."""
    shop.behave(500)
    post.tell()
    post.to_the_end()
    post.after(20 * 86_400)
    post.tell()
    post.after(10)
    assert post.of_endpoint("GET", "", 200)["enabled"]


def test_gone_is_told_to_the_other_endpoints_and_can_be_taken_back(post: Post, shop: CannedBank) -> None:
    post.call("POST", "/webhook_endpoints", 201, json={"url": f"{shop.url}/other", "events": [DISABLED_EVENT]})
    shop.behave(410)
    post.of_endpoint("POST", "/test", 202)
    shop.then = [200]
    post.after(0)
    _gone, told = shop.asked
    assert (told.path, json.loads(told.body)["data"]) == ("/other", {"endpoint": post.endpoint, "reason": "gone"})
    assert post.of_endpoint("GET", "", 200)["disabled_reason"] == "gone"
    assert post.of_endpoint("PATCH", "", 200, json={"enabled": True})["disabled_reason"] is None
    post.tell()
    post.after(0)
    assert [one.path for one in shop.asked] == ["/hook", "/other", "/hook"]
