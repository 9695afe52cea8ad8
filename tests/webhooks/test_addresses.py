"""A webhook never goes into our own network: counted at the socket, over the list of all known ways."""

from __future__ import annotations

import ipaddress
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scenebank.errors import InvalidInput
from scenebank.webhooks.addresses import check_address
from scenebank.webhooks.delivery import Sender
from tests.support.authority import Authority
from tests.support.canned_bank import canned_bank
from tests.support.hostile_strings import folder
from tests.support.networks import leads_outside, network

PUBLIC = "93.184.215.14"
INSIDE = (
    "127.0.0.1", "10.0.0.5", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.0.8",
    "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00::1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:5db8:d822::1",
    "2001:0:7f00:1::", "2001:0:5db8:d822::", "2001:db8::1", "3fff::1", "100::1", "ff02::1", "5f00::1",
    "2606:4700::200:5efe:a00:1", "2606:4700::5efe:a00:1",
)  # fmt: skip
OUTSIDE = (PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14")


def targets() -> dict[str, Any]:
    where = folder()
    return json.loads((where / "ssrf_webhook_targets.json").read_text("utf-8")) if where else {}


TARGETS = targets()
listed = pytest.mark.skipif(not TARGETS, reason="SCENEBANK_SHARED_DATA names no folder with security/strings")


@cache
def sender(allow_loopback: bool = False, ca_file: str | None = None) -> Sender:
    return Sender(allow_loopback, ca_file=ca_file)


def send(url: str, ca_file: str | None = None) -> str:
    """The word of the log."""
    return sender(ca_file=ca_file).post(url, b"{}", {}, is_live=True).reason


@listed
def test_the_list_is_whole() -> None:
    assert [len(TARGETS[kind]) for kind in ("hosts", "urls", "rebind", "redirect_targets")] == [49, 22, 6, 4]


@listed
@pytest.mark.parametrize("host", TARGETS.get("hosts", ()))
def test_no_host_of_the_list_is_registered_or_called(host: str) -> None:
    for url in (f"https://{host}/hook", f"https://{host}", f"https://{host}:443/hook", f"http://{host}/hook"):
        with pytest.raises(InvalidInput):
            check_address(url, allow_loopback=False)
        with network([[host.strip("[]")], [PUBLIC]]) as seen:
            assert send(url) == "address_refused"
        assert seen.connected == []


@listed
@pytest.mark.parametrize("url", TARGETS.get("urls", ()), ids=lambda url: url[:40])
def test_no_url_of_the_list_is_registered_or_called(url: str) -> None:
    for allow_loopback in (False, True):
        with pytest.raises(InvalidInput):
            check_address(url, allow_loopback)
    with network([[PUBLIC]]) as seen:
        assert send(url) == "address_refused"
    assert seen.connected == []


@listed
@pytest.mark.parametrize("script", TARGETS.get("rebind", ()), ids=lambda script: script["name"])
def test_a_resolver_that_changes_its_word_leads_nowhere_inside(script: dict[str, Any]) -> None:
    with network(script["answers"]) as seen:
        told = [send("https://shop.example/hook") for _try in range(len(script["answers"]) + 1)]
    assert seen.inside == []
    assert told[-1] == "address_refused"
    assert len(seen.looked_up) == len(told)


@listed
@pytest.mark.parametrize("location", TARGETS.get("redirect_targets", ()))
def test_a_redirect_is_an_answer_and_leads_nowhere(location: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with canned_bank(authority.server_context("shop.example")) as shop:
        shop.behave(307, Location=location.removesuffix(" (same host)"))
        with network([[PUBLIC], ["127.0.0.1"]], behind=int(shop.url.rpartition(":")[2])) as seen:
            assert send("https://shop.example/hook", ca_file=str(authority.ca_file)) == "refused"
        assert seen.connected == [(PUBLIC, 443)]
        assert [(one.path, one.headers["Host"]) for one in shop.asked] == [("/hook", "shop.example")]


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with canned_bank(authority.server_context("other.example")) as shop:
        with network([[PUBLIC]], behind=int(shop.url.rpartition(":")[2])):
            assert send("https://shop.example/hook", ca_file=str(authority.ca_file)) == "tls_failed"
        assert shop.asked == []


@pytest.mark.parametrize("address", INSIDE)
def test_one_inner_address_among_public_ones_is_enough_to_refuse(address: str) -> None:
    with network([[PUBLIC, address]]) as seen:
        assert send("https://shop.example/hook") == "address_refused"
    assert seen.connected == []


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_called(address: str) -> None:
    with network([[address]]) as seen:
        assert send("https://shop.example/hook") == "connection_failed"
    assert seen.connected == [(address, 443)]


def test_where_one_address_does_not_answer_the_next_is_called() -> None:
    with network([["2606:4700:4700::1111", PUBLIC]]) as seen:
        assert send("https://shop.example/hook") == "connection_failed"
    assert seen.connected == [("2606:4700:4700::1111", 443), (PUBLIC, 443)]


def test_random_addresses_are_public_for_us_only_where_they_are_for_others(chance: random.Random, flips: int) -> None:
    """What the standard library takes for inside is never public for us."""
    refused = 0
    for _turn in range(flips):
        text = chance.choice((*INSIDE, *OUTSIDE)).partition("%")[0]
        address = ipaddress.ip_address(text)
        flipped = type(address)(int(address) ^ 1 << chance.randrange(address.max_prefixlen))
        refused += not leads_outside(str(flipped))
        with network([[PUBLIC], [str(flipped)]]) as seen:
            send("https://shop.example/hook")
            send("https://shop.example/hook")
        assert seen.inside == []
    assert refused > flips // 10


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20261125)


@pytest.fixture(params=[100, pytest.param(1000, marks=pytest.mark.long)])
def flips(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook", "https://shop.example:8443/hook", "https://10.0.0.1/hook", "https://localhost/hook",
        "https://user@shop.example/", "https://shop.example/#x", "https://2130706433/", "file:///etc/passwd", "",
        "https://Shop.example/", "https://shop.example./", "https://shop.example:0443/", "https://shop.example:/",
        "https://shop.example/%", "https://shop.example/%0a", "https://shop.example/%7f", "https://shop.example/\\x",
        "https://shop.example?x y", "https://shop.example/?\"", "https://shop.1/", "https://shop_1.example/",
        "https://shop.local/", "https://db.internal/", "https://a.localhost/", "https://" + "a.b" * 100 + ".example/",
        " https://shop.example/", "https://shop.example/\n", "HTTPS://shop.example/", "https:\\\\shop.example/",
    ],
)  # fmt: skip
def test_addresses_that_are_no_endpoint(url: str) -> None:
    for allow_loopback in (False, True):
        if not (allow_loopback and "//localhost/" in url):
            with pytest.raises(InvalidInput):
                check_address(url, allow_loopback)


@pytest.mark.parametrize(
    "url",
    ["https://shop.example", "https://shop.example/", "https://shop.example:443/a/b?c=d&e=%20f", "https://xn--bcher-kva.example/?x"],
)  # fmt: skip
def test_addresses_that_are_one(url: str) -> None:
    assert check_address(url, allow_loopback=False) == url


def test_loopback_is_for_tests_on_a_machine_that_allows_it() -> None:
    for url in ("http://127.0.0.1:8001/hook", "http://localhost:8001/hook", "https://localhost/hook"):
        assert check_address(url, allow_loopback=True) == url
        for allowed, live in ((False, False), (False, True), (True, True)):
            with network([["127.0.0.1"]]) as seen:
                assert sender(allowed).post(url, b"", {}, live).reason == "address_refused"
            assert seen.connected == []
    for url in ("http://127.0.0.2/", "http://[::1]/", "http://0.0.0.0/", "http://localhost:70000/", "http://127.1/"):
        with pytest.raises(InvalidInput):
            check_address(url, allow_loopback=True)


def test_localhost_that_leads_elsewhere_is_refused() -> None:
    with network([["127.0.0.1", "10.0.0.1"]]) as seen:
        assert sender(True).post("http://localhost:8001/", b"", {}, False).reason == "address_refused"
    assert seen.connected == []
