"""What became of each event, try by try, and sending it again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scenebank.merchants.model import Mode
from scenebank.webhooks import deliveries
from scenebank.webhooks.model import WAITS
from tests.support.canned_bank import CannedBank
from tests.support.post import Post

WHOLE = {"from": "2026-11-24T00:00:00Z", "to": "2026-12-24T00:00:00Z"}


def kept(post: Post, query: str = "") -> list[dict[str, Any]]:
    return list(post.of_endpoint("GET", f"/deliveries{query}", 200)["data"])


def test_every_try_is_kept(post: Post, shop: CannedBank) -> None:
    shop.behave(500, "verwählt".encode())
    post.tell()
    post.after(0)
    (one,) = kept(post)
    assert one["status"] == "pending"
    assert "2026-11-24T00:00:04" <= one["next_attempt_at"] <= "2026-11-24T00:00:06"
    shop.behave(200)
    post.to_the_end()
    (one,) = kept(post)
    (event,) = post.call("GET", "/events", 200)["data"]
    assert one["event"] == {name: event[name] for name in ("id", "type", "created_at")}
    assert (one["status"], one["next_attempt_at"]) == ("delivered", None)
    told = [(tried["code"], tried["reason"], tried["answer"]) for tried in one["attempts"]]
    assert told == [(500, "refused", "verwählt"), (200, "ok", "{}")]
    assert one["attempts"][0]["at"] == "2026-11-24T00:00:00.000Z"
    assert all(0 <= tried["duration_ms"] < 15_000 for tried in one["attempts"])


def test_pages_hold_every_delivery_once_the_newest_first(post: Post, shop: CannedBank) -> None:
    for number in range(7):
        shop.behave(500 if number % 2 else 200)
        post.tell(facts={"application": str(number)})
        post.after(0)
    met, path = [], "/deliveries?limit=3"
    while path:
        page = post.of_endpoint("GET", path, 200)
        met += [one["event"]["id"] for one in page["data"]]
        path = page["next"] and f"/deliveries?limit=3&after={page['next']}"
    feed = [one["id"] for one in post.call("GET", "/events", 200)["data"]]
    assert met == feed[::-1]
    assert [one["event"]["id"] for one in kept(post, "?status=pending")] == feed[5::-2]
    assert len(kept(post, "?status=delivered")) == 4


def test_a_replay_keeps_the_id_and_renews_time_and_signature(post: Post, shop: CannedBank) -> None:
    post.tell()
    post.after(0)
    post.clock.move(86_400)
    (event,) = kept(post)
    path = f"/deliveries/{event['event']['id']}/replay"
    answers = [post.of_endpoint("POST", path, 202, headers={"Idempotency-Key": "k" * 20}) for _turn in "12"]
    assert answers == [{"replayed": 1, "next": None}] * 2
    post.after(0)
    first, second = shop.asked
    assert first.body == second.body
    assert post.believed(second) == first.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) == int(first.headers["webhook-timestamp"]) + 86_400
    (one,) = kept(post)
    assert (one["status"], len(one["attempts"])) == ("delivered", 2)


def test_a_dead_one_is_tried_ten_times_more(post: Post, shop: CannedBank) -> None:
    shop.behave(500)
    post.tell()
    post.to_the_end()
    (one,) = kept(post, "?status=dead")
    post.clock.move(3 * 86_400)
    post.of_endpoint("POST", f"/deliveries/{one['event']['id']}/replay", 202)
    assert len(post.to_the_end()) == len(WAITS)
    assert len(shop.asked) == 20
    (one,) = kept(post, "?status=dead")
    assert len(one["attempts"]) == 20


def test_a_replay_overtakes_the_try_that_waits(post: Post, shop: CannedBank) -> None:
    shop.behave(500)
    post.tell()
    post.after(0)
    shop.behave(200)
    (one,) = kept(post)
    post.of_endpoint("POST", f"/deliveries/{one['event']['id']}/replay", 202)
    post.to_the_end()
    assert len(shop.asked) == 1
    assert kept(post)[0]["status"] == "delivered"


def test_the_same_work_run_twice_sends_and_counts_once(post: Post, shop: CannedBank) -> None:
    shop.behave(500)
    post.tell()
    post.after(0)
    (one,) = kept(post)
    post.links["webhooks.deliver"](one["event"]["id"], post.endpoint, "0")
    assert len(shop.asked) == 1
    assert len(kept(post)[0]["attempts"]) == 1


def test_a_window_is_sent_again(post: Post, shop: CannedBank) -> None:
    for hour in range(4):
        post.tell(facts={"application": str(hour)})
        post.after(3600)
    post.of_endpoint("POST", "/test", 202)
    post.after(0)
    shop.asked.clear()
    window = {"from": "2026-11-24T01:00:00Z", "to": "2026-11-24T11:00:00.000+08:00"}
    assert post.of_endpoint("POST", "/replay", 202, json=window) == {"replayed": 2, "next": None}
    post.after(0)
    assert [json.loads(one.body)["data"]["application"] for one in shop.asked] == ["1", "2"]


def test_only_what_was_not_taken_is_sent_again(post: Post, shop: CannedBank) -> None:
    for code in (200, 500, 200):
        shop.behave(code)
        post.tell(facts={"application": str(code)})
        post.to_the_end()
    shop.behave(200)
    assert post.of_endpoint("POST", "/replay", 202, json=WHOLE | {"status": "dead"})["replayed"] == 1
    post.after(0)
    assert [json.loads(one.body)["data"]["application"] for one in shop.asked] == ["500"]


def test_a_new_endpoint_can_hear_what_was_before_it(post: Post, shop: CannedBank) -> None:
    post.tell()
    post.after(0)
    made = post.call("POST", "/webhook_endpoints", 201, json={"url": f"{shop.url}/new"})
    shop.asked.clear()
    assert post.call("POST", f"/webhook_endpoints/{made['id']}/replay", 202, json=WHOLE)["replayed"] == 1
    post.after(0)
    assert [one.path for one in shop.asked] == ["/new"]


def test_behind_the_largest_number_there_is_nothing(post: Post) -> None:
    post.tell()
    last = "9" * 15
    page = post.call("GET", f"/events?after={last}", 200)
    assert (page["data"], page["next"], page["cursor"]) == ([], None, last)
    assert post.of_endpoint("POST", "/replay", 202, json=WHOLE | {"after": last}) == {"replayed": 0, "next": None}


def test_a_large_window_is_sent_in_pieces(post: Post, shop: CannedBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "_MOST_AT_ONCE", 3)
    for number in range(7):
        post.tell(facts={"application": str(number)})
    post.after(0)
    shop.asked.clear()
    counts: list[int] = []
    more: dict[str, str] | None = {}
    while more is not None:
        told = post.of_endpoint("POST", "/replay", 202, json=WHOLE | more)
        counts.append(told["replayed"])
        more = told["next"] and {"after": told["next"]}
    post.after(0)
    assert counts == [3, 3, 1]
    assert [json.loads(one.body)["data"]["application"] for one in shop.asked] == list("0123456")


def test_a_test_event_goes_to_one_endpoint_and_stands_in_the_feed(post: Post, shop: CannedBank) -> None:
    post.call("POST", "/webhook_endpoints", 201, json={"url": f"{shop.url}/other"})
    post.of_endpoint("PATCH", "", 200, json={"events": ["application.active"]})
    event = post.of_endpoint("POST", "/test", 202)
    post.after(0)
    (one,) = shop.asked
    assert (one.path, json.loads(one.body)) == ("/hook", event)
    assert (event["type"], event["data"]) == ("webhook.test", {"endpoint": post.endpoint})
    assert post.call("GET", "/events", 200)["data"] == [event]


def test_nothing_goes_to_a_disabled_endpoint(post: Post, shop: CannedBank) -> None:
    post.tell()
    (event,) = post.call("GET", "/events", 200)["data"]
    post.of_endpoint("PATCH", "", 200, json={"enabled": False})
    post.after(0)
    assert shop.asked == []
    assert kept(post, "?status=stopped")[0]["attempts"] == []
    for path, body in (("/test", {}), (f"/deliveries/{event['id']}/replay", {}), ("/replay", WHOLE)):
        assert post.of_endpoint("POST", path, 409, json=body)["code"] == "endpoint_disabled"
    post.of_endpoint("PATCH", "", 200, json={"enabled": True})
    post.of_endpoint("POST", f"/deliveries/{event['id']}/replay", 202)
    post.after(0)
    assert len(shop.asked) == 1


def test_another_shops_and_modes_events_are_nobodys(post: Post) -> None:
    post.tell()
    (event,) = post.call("GET", "/events", 200)["data"]
    other = post.wired.merchants.create("Other", [], "CN", Mode.TEST)
    theirs, _secret = post.wired.webhooks.add_endpoint(other.id, Mode.TEST, "https://shop.example/hook")
    path = f"/webhook_endpoints/{theirs}/deliveries/{event['id']}/replay"
    post.call("POST", path, 404, other.secret_key)
    post.call("POST", f"/webhook_endpoints/{post.endpoint}/deliveries/{event['id']}/replay", 404, other.secret_key)
    post.call("GET", f"/webhook_endpoints/{post.endpoint}/deliveries", 404, other.secret_key)
    told = post.call("POST", f"/webhook_endpoints/{theirs}/replay", 202, other.secret_key, json=WHOLE)
    assert told["replayed"] == 0
