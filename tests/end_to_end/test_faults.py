"""Banks that are down, slow, rude or forgetful: kept, told, and settled by asking."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator

import pytest
import requests
from dbos import DBOSClient

from scenebank.risk.documents import digest_of
from scenebank.seed.story import story
from tests.support.shopper import Shopper
from tests.support.stack import Stack


def number(word: str = "") -> str:
    return f"F-{uuid.uuid4().hex[:8]}{word}"


@pytest.fixture(autouse=True)
def well_behaved(stack: Stack) -> Iterator[None]:
    yield
    stack.bank.behave(down=False, deduplicate=True, slow_s=4.0)


def webhook_statuses(stack: Stack, market: str, application: str) -> list[str]:
    """What the shop is told, in order."""
    found, after = [], "0"
    while after is not None:
        page = stack.api(market, "GET", "/v1/events", params={"after": after, "limit": "100"}).json()
        found += [one["type"] for one in page["data"] if one["data"].get("application") == application]
        after = page["next"]
    return [one.removeprefix("application.") for one in found]


def asked_by_callback(stack: Stack, application: str) -> int:
    """How often the bank was asked because it had called back, not because it was time to."""
    client = DBOSClient(system_database_url=stack.config.database_url)
    try:
        return len(client.list_workflows(workflow_id_prefix=f"ask:{application}:callback-"))
    finally:
        client.destroy()


@pytest.mark.parametrize("down", [True, "refuse"], ids=["says that it is closed", "hangs up"])
def test_a_bank_that_is_down(stack: Stack, down: object) -> None:
    """Offers still show, applying says so and is kept, goes out when the bank is back, and all hear of it."""
    stack.bank.behave(down=down)
    shopper = Shopper(stack, "cn", number(), 300000)
    shopper.enter()
    assert shopper.text.count('class="offer"') == 3
    shopper.submit()
    assert shopper.code == 200
    words = "cannot be reached" if down is True else "don’t apply again"
    for _turn in range(100):
        shopper.look()
        if words in shopper.text:
            break
        time.sleep(0.1)
    assert words in shopper.text, shopper.text
    application = shopper.application_id
    assert shopper.order not in str([stack.bank.records(key)[0]["claims"]["ord"] for key in stack.bank.booked()])
    stack.bank.behave(down=False)
    shopper.wait("action_required")
    assert webhook_statuses(stack, "cn", application)[-1] == "action_required"
    shopper.sign()
    shopper.wait("accepted")


@pytest.mark.parametrize("word", ["-drop", "-echo", "-busy", "-slow"])
def test_a_rude_bank_books_once(stack: Stack, word: str) -> None:
    stack.bank.behave(slow_s=1.0)
    shopper = Shopper(stack, "cn", number(word), 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required")
    (key,) = (one for one in stack.bank.booked() if stack.bank.records(one)[0]["claims"]["ord"] == shopper.order)
    assert stack.bank.booked()[key] == 1
    shopper.sign()
    shopper.wait("accepted")


def test_a_lost_answer_is_never_sent_twice_to_a_bank_that_forgets(stack: Stack) -> None:
    stack.bank.behave(deduplicate=False)
    shopper = Shopper(stack, "cn", number("-drop"), 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required")
    (key,) = (one for one in stack.bank.booked() if stack.bank.records(one)[0]["claims"]["ord"] == shopper.order)
    booked = [call for call in stack.bank.calls(clientReference=key) if call["booked"]]
    assert len(booked) == stack.bank.booked()[key] == 1


@pytest.mark.parametrize(
    ("word", "status", "says"),
    [
        ("-decline", "rejected", "income"),
        ("-documents", "action_required", "income"),
        ("-review", "in_review", ""),
    ],
)
def test_what_the_bank_decides_is_shown(stack: Stack, word: str, status: str, says: str) -> None:
    shopper = Shopper(stack, "cn", number(word), 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait(status)
    assert says in shopper.text
    if word == "-review":
        shopper.wait("action_required")
        assert asked_by_callback(stack, shopper.application_id) == 1


def test_a_counter_offer_is_agreed_to_in_the_frame_in_the_eu(stack: Stack) -> None:
    shopper = Shopper(stack, "eu", number("-counter"), 123400)
    shopper.enter()
    shopper.submit()
    shopper.wait("offered")
    shopper.post("accept-offer", {})
    shopper.wait("action_required")
    shopper.sign()
    shopper.wait("accepted")
    found = stack.api("eu", "GET", f"/v1/applications/{shopper.application_id}").json()
    assert found["approved"] == {"amount": "98700", "currency": "EUR"}


def test_withdrawn_in_one_step(stack: Stack) -> None:
    shopper = Shopper(stack, "cn", number(), 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required")
    shopper.post("withdraw", {})
    shopper.wait("withdrawn")


def test_a_consent_is_withdrawn_in_one_step(stack: Stack) -> None:
    shopper = Shopper(stack, "cn", number(), 300000)
    shopper.enter()
    shopper.submit()
    shopper.wait("action_required")
    shopper.post("withdraw-consent", {})
    shopper.wait("withdrawn")


def test_signals_travel_with_their_consent_only(stack: Stack) -> None:
    signed = {"orders_12m": 6, "tenure_months": 24}
    told = Shopper(stack, "cn", number(), 300000, signals=signed)
    silent = Shopper(stack, "cn", number(), 300000, signals=signed, agreed=False)
    records = []
    for shopper in (told, silent):
        shopper.enter()
        shopper.submit("harbour/")
        shopper.wait("action_required")
        (record,) = [
            stack.bank.records(key)[0] for key in stack.bank.booked()
            if stack.bank.records(key)[0]["claims"]["ord"] == shopper.order
        ]  # fmt: skip
        records.append(record["claims"])
    assert records[0]["sig"]["version"] == "2026-10"
    assert records[0]["sig"]["orders_12m"] == 6
    assert records[0]["rsk"] == {
        "card": "harbour-shops", "version": "2026-11", "band": "B", "reasons": ["refund_ratio_12m"],
        "digest": digest_of(next(one["scorecard"] for one in story()["banks"] if one["bank_id"] == "harbour")),
    }  # fmt: skip
    assert not {"sig", "rsk"} & set(records[1])


def test_the_first_view_is_cached_briefly_and_says_nothing_personal(stack: Stack) -> None:
    query = {"key": stack.accounts["cn"]["publishable_key"], "amount": "300000", "currency": "CNY"}
    page = requests.get(f"{stack.scenebank_url}/w/instalments", params=query, timeout=10)
    kept = re.fullmatch(r"public, max-age=(\d+)", page.headers["Cache-Control"])
    assert kept and int(kept[1]) <= 60
    assert "HX-Request" in page.headers["Vary"]
    assert "Set-Cookie" not in page.headers
    assert 'name="session"' not in page.text
