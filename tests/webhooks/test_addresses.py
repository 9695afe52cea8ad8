"""A webhook never goes into our own network."""

from __future__ import annotations

import socket

import pytest

from scenebank.errors import InvalidInput
from scenebank.webhooks.addresses import check_address, public_address


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "192.88.99.1", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fec0::1", "fd00::1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_one_inner_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolves_to(monkeypatch, "93.184.216.34", address)
    assert public_address("shop.example", 443, allow_loopback=False) is None


def test_a_public_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "93.184.216.34")
    assert public_address("shop.example", 443, allow_loopback=False) == "93.184.216.34"


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook", "https://shop.example:8443/hook", "https://10.0.0.1/hook", "https://localhost/hook",
        "https://user@shop.example/", "https://shop.example/#x", "https://2130706433/", "file:///etc/passwd", "",
    ],
)  # fmt: skip
def test_addresses_that_are_no_endpoint(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_address(url, allow_loopback=False)
