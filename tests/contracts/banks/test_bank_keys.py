"""A bank's keys are fetched by one at a time, seldom, and not again and again where its host does not answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from itertools import islice
from typing import Any

import pytest
from joserfc.jwk import ECKey

from scenebank.banks.origination.bank_keys import BankKeySet
from scenebank.banks.port import Unavailable
from scenebank.jose.verification_keys import UnfitKey

OLD, NEW = ({"keys": [ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False)]} for kid in ("old", "new"))


class Host:
    """The bank's key host: counts who asks; ``hang`` makes them wait until ``go``."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys: dict[str, Any] | None = OLD
        self.now = 1000.0
        self._open = threading.Event()
        self._open.set()
        self.reached = threading.Event()

    def hang(self) -> None:
        self.reached.clear()
        self._open.clear()

    def go(self) -> None:
        self._open.set()

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        self.reached.set()
        assert self._open.wait(30)
        if self.keys is None:
            raise Unavailable("nobody answers")
        return self.keys


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def keys(host: Host) -> BankKeySet:
    return BankKeySet(host.fetch, lambda: host.now)


Ask = Callable[..., Future[Any]]


@pytest.fixture
def ask(host: Host, keys: BankKeySet) -> Iterator[Ask]:
    """Asks for a key in a thread of its own."""
    with ThreadPoolExecutor(40) as threads:
        yield lambda kid, **options: threads.submit(keys.jwk, kid, **options)
        host.go()


def test_a_host_that_does_not_answer_is_left_alone_for_a_while(host: Host, keys: BankKeySet) -> None:
    host.keys = None
    for _forged in range(50):
        with pytest.raises(Unavailable):
            keys.jwk("old")
    assert host.asked == 1
    host.now += 16
    host.keys = OLD
    assert keys.jwk("old")["kid"] == "old"
    assert host.asked == 2


def test_a_host_that_hangs_holds_three_of_many(host: Host, ask: Ask) -> None:
    host.hang()
    first = ask("old")
    assert host.reached.wait(10)
    others = [ask("old") for _forged in range(30)]
    told = list(islice(as_completed(others, 10), 28))  # the host still hangs: two wait with the one who asks
    assert {type(one.exception()) for one in told} == {Unavailable}
    host.go()
    waited = [one for one in others if one not in told]
    assert [one.result(10)["kid"] for one in (first, *waited)] == ["old"] * 3
    assert host.asked == 1


def test_who_can_wait_does(host: Host, ask: Ask) -> None:
    host.hang()
    asking = [ask("old", patient=True) for _answer in range(12)]
    assert host.reached.wait(10)
    host.go()
    assert [one.result(10)["kid"] for one in asking] == ["old"] * 12
    assert host.asked == 1


def test_keys_that_are_known_serve_while_new_ones_are_fetched(host: Host, keys: BankKeySet, ask: Ask) -> None:
    assert keys.jwk("old")
    host.now += 301
    host.hang()
    fetching = ask("old")
    assert host.reached.wait(10)
    assert keys.jwk("old")["kid"] == "old"
    assert not fetching.done()
    host.go()
    assert fetching.result(10)["kid"] == "old"
    assert host.asked == 2


def test_keys_that_are_known_serve_ten_minutes_where_the_host_is_down(host: Host, keys: BankKeySet) -> None:
    assert keys.jwk("old")
    host.keys = None
    host.now += 301
    assert keys.jwk("old")["kid"] == "old"
    host.now += 300
    with pytest.raises(Unavailable):
        keys.jwk("old")


def test_a_key_taken_back_is_none_after_five_minutes(host: Host, keys: BankKeySet) -> None:
    assert keys.jwk("old")
    host.keys = NEW
    host.now += 299
    assert keys.jwk("old")["kid"] == "old"
    host.now += 2
    with pytest.raises(UnfitKey):
        keys.jwk("old")
    assert keys.jwk("new")["kid"] == "new"


def test_a_new_name_is_looked_up_at_once_and_strange_ones_not_often(host: Host, keys: BankKeySet) -> None:
    assert keys.jwk("old")
    host.keys = NEW
    host.now += 3
    assert keys.jwk("new")["kid"] == "new"
    host.now += 1
    for number in range(20):
        with pytest.raises(UnfitKey):
            keys.jwk(f"strange {number}")
    assert host.asked == 2


def test_a_new_name_is_nobodys_fault_where_the_host_is_down(host: Host, keys: BankKeySet) -> None:
    """The bank may have changed its keys: it shall send again, and those it has not changed go on."""
    assert keys.jwk("old")
    host.keys = None
    host.now += 3
    for _time in range(5):
        with pytest.raises(Unavailable):
            keys.jwk("new")
    assert keys.jwk("old")["kid"] == "old"
    assert host.asked == 2
