"""An import, as it is typed, never goes into our own network: not by the address given, not by what its name leads to,
and not by where a bank points."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

import certifi
import pytest
from flask import Flask

from app import create_app
from scenebank.config import load_config
from scenebank.store.database import Database
from tests.support.authority import Authority
from tests.support.canned_bank import CannedBank, canned_bank
from tests.support.databases import sqlite_url
from tests.support.networks import Network, network
from tests.support.new_tables import create_tables

OUTSIDE = "93.184.215.14"
URL = "https://api.bank.example/cds-au/v1"
INSIDE = ("127.0.0.1", "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
          "::ffff:10.0.0.1", "fd00::1", "fe80::1", "64:ff9b::a9fe:a9fe")  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Flask:
    """As it runs for everybody, no loopback allowed; it believes our own authority in place of the public ones."""
    folder = tmp_path_factory.mktemp("house")
    database = Database(sqlite_url(folder))
    create_tables(database)
    database.dispose()
    with mock.patch.object(certifi, "where", lambda: str(authority.ca_file)):
        return create_app(load_config({"DATA_DIR": str(folder), "DATABASE_URL": sqlite_url(folder)}))


@contextmanager
def public_bank(authority: Authority, *answers: Sequence[str]) -> Iterator[tuple[CannedBank, Network]]:
    """A bank of the public Internet with a certificate that is believed; ``answers`` are what its name leads to."""
    bank_side = authority.server_context("api.bank.example")
    with canned_bank(bank_side) as bank, network(answers, behind=int(bank.url.rpartition(":")[2])) as seen:
        yield bank, seen


def refused(house: Flask, url: str) -> list[str]:
    """The codes of what the command says."""
    done = house.test_cli_runner().invoke(args=["catalogue", "import", url, "--bank", "example", "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, {one["outcome"] for one in told}) == (1, {"refused"})
    return [one["reasons"][0]["code"] for one in told]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f.0.0.1", "localhost."])
def test_no_server_of_this_machine_is_asked(house: Flask, host: str) -> None:
    with canned_bank() as inner:
        port = inner.url.rpartition(":")[2]
        for url in (f"http://{host}:{port}", f"https://{host}:{port}", f"http://user@{host}:{port}/cds-au/v1"):
            assert refused(house, url) == ["address_refused"], url
        assert inner.asked == []


@pytest.mark.parametrize("address", INSIDE)
def test_no_name_leads_inside(house: Flask, address: str) -> None:
    for answers in ([address], [OUTSIDE, address]):
        with network([answers]) as seen:
            assert refused(house, URL) == ["address_refused"]
        assert (seen.looked_up, seen.connected) == (["api.bank.example"], [])


def test_a_name_is_judged_anew_with_each_call(house: Flask, authority: Authority) -> None:
    with public_bank(authority, [OUTSIDE], ["127.0.0.1"]) as (bank, seen):
        bank.body = b'{"data": {"products": [{"productId": "loan-1"}]}, "links": {}, "meta": {}}'
        assert refused(house, URL) == ["address_refused"]
    assert (seen.connected, len(bank.asked)) == ([(OUTSIDE, 443)], 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(house: Flask, authority: Authority, status: int) -> None:
    with canned_bank() as inner, public_bank(authority, [OUTSIDE], ["127.0.0.1"]) as (bank, seen):
        for location in (inner.url, "https://10.0.0.5/", "https://inner.bank.example/", "//localhost/"):
            bank.behave(status, Location=location)
            seen.connected.clear()
            seen.looked_up.clear()
            assert refused(house, URL) == ["refused_status"]
            assert (seen.connected, seen.looked_up) == ([(OUTSIDE, 443)], ["api.bank.example"])
        assert inner.asked == []


def test_no_page_of_a_list_leads_inside(house: Flask, authority: Authority) -> None:
    with canned_bank() as inner, public_bank(authority, [OUTSIDE]) as (bank, seen):
        link = f"{inner.url}/cds-au/v1/banking/products?page=2"
        bank.body = json.dumps({"data": {"products": []}, "links": {"next": link}, "meta": {}}).encode()
        assert refused(house, URL) == ["list_odd"]
        assert (seen.connected, inner.asked) == ([(OUTSIDE, 443)], [])
