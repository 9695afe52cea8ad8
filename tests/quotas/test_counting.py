"""Counting, in memory and in a real Redis."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from pathlib import Path

import pytest

from scenebank.config import BadConfig, Quota, load_config
from scenebank.quotas import counting
from scenebank.quotas.counting import Quotas
from scenebank.quotas.model import Standing
from scenebank.quotas.networks import NOWHERE, network_of
from tests.support.redis_server import RedisServer, redis_server

POLICIES = {"network": Quota(5, 60), "guess": Quota(2, 60)}


@pytest.fixture(params=["memory", "redis"])
def quotas(request: pytest.FixtureRequest) -> Quotas:
    """With a secret of its own, so that nobody else's counts are met."""
    url = request.getfixturevalue("redis").url if request.param == "redis" else ""
    return Quotas(POLICIES, secrets.token_bytes(32), url)


def test_what_is_taken_is_gone_and_more_is_refused(quotas: Quotas) -> None:
    taken = [quotas.take("network", "192.0.2.1/32") for _turn in range(7)]
    assert [(one.remaining, one.spent) for one in taken] == [
        (4, False), (3, False), (2, False), (1, False), (0, False), (0, True), (0, True)
    ]  # fmt: skip
    assert {(one.policy, one.most, one.window_s) for one in taken} == {("network", 5, 60)}
    assert all(1 <= one.reset_s <= 60 for one in taken)


def test_nobody_pays_for_another(quotas: Quotas) -> None:
    for _turn in range(6):
        quotas.take("guess", "192.0.2.1/32")
    assert quotas.take("guess", "192.0.2.2/32").remaining == 1
    assert quotas.take("network", "192.0.2.1/32").remaining == 4


def test_what_costs_more_and_what_only_looks(quotas: Quotas) -> None:
    assert quotas.take("network", "a", 4).remaining == 1
    assert [quotas.look("network", "a") for _turn in range(3)][-1].spent is False
    assert quotas.take("network", "a").remaining == 0
    assert quotas.look("network", "a").spent


def test_sixteen_threads_get_no_more_than_there_is(quotas: Quotas) -> None:
    got: list[Standing] = []
    threads = [threading.Thread(target=lambda: got.append(quotas.take("network", "many"))) for _one in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.spent for one in got) == [False] * 5 + [True] * 11


def test_the_next_window_is_full_again(monkeypatch: pytest.MonkeyPatch) -> None:
    quotas = Quotas(POLICIES, b"secret")
    assert quotas.take("guess", "a", 3).spent
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert quotas.take("guess", "a").remaining == 1


def test_redis_holds_no_address_and_nothing_for_ever(redis: RedisServer) -> None:
    before = set(redis.all_keys())
    Quotas(POLICIES, secrets.token_bytes(32), redis.url).take("network", "203.0.113.77/32")
    (key,) = set(redis.all_keys()) - before
    assert "203.0.113.77" not in key
    assert 0 < redis.seconds_left(key) <= 60


def test_two_processes_count_together(redis: RedisServer) -> None:
    secret = secrets.token_bytes(32)
    one, other = (Quotas(POLICIES, secret, redis.url) for _turn in range(2))
    assert [one.take("guess", "a").spent, other.take("guess", "a").spent, one.take("guess", "a").spent] == [
        False, False, True
    ]  # fmt: skip


def test_redis_that_is_away_costs_nobody_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lost: list[int] = []
    with redis_server(tmp_path / "redis") as server:
        quotas = Quotas(POLICIES, secrets.token_bytes(32), server.url, lambda: lost.append(1))
        assert quotas.take("guess", "a", 3).spent
        server.stop()
        with caplog.at_level(logging.WARNING):
            assert [quotas.take("guess", "a").spent for _turn in range(3)] == [False, False, True]  # each for itself
        assert len(lost) == 1  # and is not asked at every request
        assert [one.message for one in caplog.records] == [
            "Redis does not answer (ConnectionError): each process counts for itself"
        ]
        server.start()
        monkeypatch.setattr(quotas, "_not_before", 0.0)
        assert quotas.take("guess", "b").remaining == 1
        assert any(key.startswith("scenebank:") for key in server.all_keys())


def test_a_network_is_an_address_or_the_64_of_one() -> None:
    assert network_of("192.0.2.7") == "192.0.2.7/32"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.7") == "192.0.2.7/32"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert {network_of(one) for one in (None, "", "unix:", "192.0.2.7, 1.1.1.1", "x" * 99)} == {NOWHERE}


@pytest.mark.parametrize(
    ("name", "value"),
    [("REDIS_URL", "http://127.0.0.1"), ("TRUSTED_PROXIES", "-1"), ("TRUSTED_PROXIES", "many"),
     ("QUOTA_NETWORK", "0/60"), ("QUOTA_NETWORK", "100"), ("QUOTA_REPORT", "5/0"), ("QUOTA_KEY", "1e3/60")],
)  # fmt: skip
def test_a_bad_setting_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(BadConfig, match=name):
        load_config({name: value})


def test_settings_change_a_quota() -> None:
    config = load_config({"QUOTA_GUESS": "7/30", "REDIS_URL": "redis://:secret@127.0.0.1:6379/0"})
    assert config.quotas["guess"] == Quota(7, 30)
    assert config.quotas["network"] == load_config({}).quotas["network"]
    assert "secret" not in repr(config)


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_MOST_KNOWN", 3)
    quotas = Quotas(POLICIES, b"secret")
    for key in ("a", "b", "a", "c", "d"):
        quotas.remember(key)
    assert [quotas.knows(key) for key in "abcd"] == [True, False, True, True]
