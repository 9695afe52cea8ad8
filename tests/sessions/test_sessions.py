"""One launch token, one session; a session token has one spelling, one widget and an end."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import Connection

from scenebank.clock import HandClock
from scenebank.engine.inline import InlineQueue
from scenebank.errors import NotFound
from scenebank.merchants.model import Door, Mode
from scenebank.merchants.service import MerchantService
from scenebank.money.model import Money
from scenebank.sessions.model import Launch, LaunchRefused, SessionRefused
from scenebank.sessions.requests import SessionRequest
from scenebank.sessions.service import SessionService
from scenebank.sessions.taken_back import refuse_taken_back
from scenebank.sessions.tokens import SessionTokens
from scenebank.store.database import Database
from scenebank.webhooks.service import WebhookService
from tests.support.new_tables import create_tables

SHOP = "https://shop.example"
WANTED = SessionRequest(("loan",), SHOP, "u_1", "ord_1", Money(129900, "CNY"), None, None, 300)


class House:
    """One shop and its sessions on a real database, with a clock moved by hand."""

    def __init__(self, url: str, migrate: bool = True) -> None:
        self.database = Database(url)
        if migrate:
            create_tables(self.database)
        self.clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.merchants = MerchantService(self.database, self.clock, b"p" * 32)
        self.queue = InlineQueue(self.clock)
        self.webhooks = WebhookService(self.database, self.queue, self.clock, b"w" * 32)
        self.ring = [b"s" * 32]
        self.sessions = SessionService(
            self.database, self.clock, self.merchants, self.webhooks, lambda: self.ring, "https://bank.example"
        )
        if migrate:
            self.door = self.new_door()

    def new_door(self) -> Door:
        made = self.merchants.create("Shop", [SHOP], "CN", Mode.TEST)
        return self.merchants.door_by_publishable_key(made.publishable_key)

    def token(self) -> str:
        return self.sessions.create(self.door, WANTED).launch_token

    def launch(self, token: str, nonce: str = "n1", widget: str = "loan", frame: str | None = SHOP) -> tuple[str, str]:
        session, text = self.sessions.launch(self.door, widget, token, nonce, frame, "1")
        return session.id, text


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.database.dispose()


def refusal(house: House, token: str, **other: str) -> str:
    with pytest.raises(LaunchRefused) as caught:
        house.launch(token, **other)
    return caught.value.code


def test_the_facts_of_a_session_are_those_the_shop_sent(house: House) -> None:
    _, text = house.launch(house.token())
    session, again = house.sessions.load(house.door, "loan", text)
    assert (session.shopper_ref, session.order_id, session.amount) == ("u_1", "ord_1", Money(129900, "CNY"))
    assert again == text


def test_a_retry_is_the_same_session_and_a_replay_is_refused(house: House) -> None:
    token = house.token()
    first, _ = house.launch(token)
    assert house.launch(token)[0] == first
    assert refusal(house, token, nonce="n2") == "launch_used"
    house.clock.move(31)
    assert refusal(house, token) == "launch_used"


def test_many_frames_at_once_and_one_session(house: House) -> None:
    token = house.token()

    def attempt(number: int) -> str:
        try:
            return house.launch(token, nonce=f"n{number}")[0]
        except LaunchRefused as refused:
            return refused.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(16)))
    assert answers.count("launch_used") == 15


def test_a_launch_token_is_for_its_origin_widget_shop_and_time(house: House) -> None:
    token = house.token()
    assert refusal(house, token, frame="https://evil.example") == "origin_not_registered"
    house.merchants.add_origin(house.door.merchant.id, Mode.TEST, "https://www.shop.example")
    house.door = house.merchants.door_by_publishable_key(house.door.publishable_key)
    assert refusal(house, token, frame="https://www.shop.example") == "origin_mismatch"
    assert refusal(house, token, widget="instalments") == "launch_invalid"
    with pytest.raises(LaunchRefused):
        house.sessions.launch(house.new_door(), "loan", token, "n1", SHOP, "1")
    house.clock.move(300)
    assert refusal(house, token) == "launch_expired"


def test_no_other_spelling_of_a_session_token_is_taken(house: House) -> None:
    _, text = house.launch(house.token())
    others = [text + tail for tail in ("=", "==", "\n", "!!!!", ".", " ")]
    others += [text[:n] + ("A" if text[n] != "A" else "B") + text[n + 1 :] for n in range(len(text))]
    others += [text[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    for other in others:
        if other != text:
            with pytest.raises(SessionRefused):
                house.sessions.load(house.door, "loan", other)


def test_what_would_have_to_be_unpacked_is_no_session_token(house: House) -> None:
    """A megabyte in a kilobyte, rightly signed, as itsdangerous itself would write and read it."""
    session, _ = house.sessions.load(house.door, "loan", house.launch(house.token())[1])
    end = int(session.expires_at.timestamp())
    facts = {"v": 1, "s": session.id, "m": session.merchant_id, "o": "o", "l": 0, "g": 1, "x": end, "w": "loan" * 9_000}
    hmac = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    tokens = SessionTokens(lambda: house.ring, house.clock)
    packed = URLSafeTimedSerializer(house.ring, salt="session.v1", signer=clocked(house.clock), signer_kwargs=hmac)
    token = str(packed.dumps(facts))
    assert (token[0], len(token) < 500) == (".", True)
    assert packed.loads(token) == facts
    with pytest.raises(SessionRefused, match="session_invalid"):
        tokens.read(token)


def clocked(clock: HandClock) -> type[TimestampSigner]:
    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock.now().timestamp())

    return Signer


def test_a_session_token_is_renewed_after_five_minutes_and_idle_after_fifteen(house: House) -> None:
    _, text = house.launch(house.token())
    house.clock.move(301)
    _, fresh = house.sessions.load(house.door, "loan", text)
    assert fresh != text
    house.clock.move(600)
    with pytest.raises(SessionRefused):
        house.sessions.load(house.door, "loan", text)
    assert house.sessions.load(house.door, "loan", fresh)


def test_a_session_is_for_its_shop_and_widget(house: House) -> None:
    _, text = house.launch(house.token())
    for door, widget in ((house.new_door(), "loan"), (house.door, "instalments")):
        with pytest.raises(SessionRefused):
            house.sessions.load(door, widget, text)


def test_a_replay_is_told_to_the_shop_once(house: House) -> None:
    token = house.token()
    session, _ = house.launch(token)
    for _time in range(3):
        assert refusal(house, token, nonce="n2") == "launch_used"
    told = house.webhooks.feed(house.door.merchant.id, Mode.TEST, 0, 10)
    assert [(one.type, one.data) for one in told] == [("launch.replayed", {"session": session, "origin": SHOP})]


def test_a_frame_loaded_anew_goes_on_and_the_one_before_is_dead(house: House) -> None:
    _, text = house.launch(house.token())
    session, _ = house.sessions.load(house.door, "loan", text)
    resume = house.sessions.resume_token(session)
    following, fresh = house.sessions.resume(house.door, "loan", resume)
    assert (following.id, following.generation, following.amount) == (session.id, 2, session.amount)
    assert house.sessions.load(house.door, "loan", fresh)[0] == following
    with pytest.raises(SessionRefused):
        house.sessions.load(house.door, "loan", text)
    with pytest.raises(SessionRefused):
        house.sessions.resume(house.door, "loan", resume)
    late = house.sessions.resume_token(following)
    house.clock.move(901)
    with pytest.raises(SessionRefused, match="session_expired"):
        house.sessions.resume(house.door, "loan", late)


def test_a_resume_token_is_no_session_token_nor_the_other_way(house: House) -> None:
    _, text = house.launch(house.token())
    session, _ = house.sessions.load(house.door, "loan", text)
    with pytest.raises(SessionRefused):
        house.sessions.load(house.door, "loan", house.sessions.resume_token(session))
    with pytest.raises(SessionRefused):
        house.sessions.resume(house.door, "loan", text)


def test_many_frames_resume_at_once_and_one_does(house: House) -> None:
    session, _ = house.sessions.load(house.door, "loan", house.launch(house.token())[1])
    resume = house.sessions.resume_token(session)

    def attempt(_number: int) -> bool:
        try:
            return bool(house.sessions.resume(house.door, "loan", resume))
        except SessionRefused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(attempt, range(16))).count(True) == 1


def test_a_shop_ends_a_session_or_all_of_a_shopper(house: House) -> None:
    first, text = house.launch(house.token())
    _, other = house.launch(house.token())
    with pytest.raises(NotFound):
        house.sessions.revoke(house.new_door(), first)
    house.sessions.revoke(house.door, first)
    house.sessions.revoke(house.door, first)  # ended is ended
    with pytest.raises(SessionRefused):
        house.sessions.load(house.door, "loan", text)
    assert house.sessions.load(house.door, "loan", other)
    waiting = house.token()
    assert house.sessions.log_out(house.new_door(), "u_1") == 0
    assert house.sessions.log_out(house.door, "somebody") == 0
    assert house.sessions.log_out(house.door, "u_1") == 1
    with pytest.raises(SessionRefused):
        house.sessions.load(house.door, "loan", other)
    assert refusal(house, waiting) == "launch_revoked"
    house.clock.move(1)
    assert house.launch(house.token())
    assert house.sessions.log_out(house.door, "u_1") == 1
    assert refusal(house, house.token()) == "launch_revoked"


def test_a_session_that_is_ended_before_it_begins_never_does(house: House) -> None:
    made, other = (house.sessions.create(house.door, WANTED) for _turn in "12")
    with pytest.raises(NotFound):
        house.sessions.revoke(house.new_door(), made.id)
    assert house.launch(house.token())  # another's revocation took nothing away
    for _turn in "12":
        house.sessions.revoke(house.door, made.id)
    assert refusal(house, made.launch_token) == "launch_revoked"
    assert house.launch(other.launch_token)


def test_ending_and_beginning_at_once_leaves_no_session(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop ends it between the look at the token and the session: it waits, and finds that session."""
    made = house.sessions.create(house.door, WANTED)
    looked, ended = threading.Event(), threading.Event()

    def look(connection: Connection, launch: Launch) -> None:
        refuse_taken_back(connection, launch)
        looked.set()
        ended.wait(0.5)  # in vain: the token is held

    def end() -> None:
        assert looked.wait(10)
        house.sessions.revoke(house.door, made.id)
        ended.set()

    monkeypatch.setattr("scenebank.sessions.service.refuse_taken_back", look)
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(end)
        _, text = house.launch(made.launch_token)
        ending.result(10)
    with pytest.raises(SessionRefused):
        house.sessions.load(house.door, "loan", text)


def test_a_removed_origin_ends_its_sessions(house: House) -> None:
    _, text = house.launch(house.token())
    elsewhere = replace(house.door, origins=("https://other.example",))
    with pytest.raises(SessionRefused, match="session_expired"):
        house.sessions.load(elsewhere, "loan", text)


@pytest.mark.parametrize(
    ("ahead_s", "taken"), [(-61, True), (-11, True), (-9, True), (0, True), (9, True), (11, False), (61, False)]
)
def test_a_session_token_signed_by_another_clock(house: House, ahead_s: int, taken: bool) -> None:
    """Another process's clock goes ``ahead_s`` before ours: ten seconds are forgiven."""
    house.clock.move(ahead_s)
    _, text = house.launch(house.token())
    house.clock.move(-ahead_s)
    if taken:
        assert house.sessions.load(house.door, "loan", text)
    else:
        with pytest.raises(SessionRefused, match="session_invalid"):
            house.sessions.load(house.door, "loan", text)
