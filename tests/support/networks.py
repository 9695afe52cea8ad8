"""The network as a test decides it: what names resolve to, and every address a socket is asked to connect to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock


@dataclass
class Network:
    """``answers`` are given one by one, the last again and again, for every name but ``localhost``. ``behind`` is the
    loopback port that stands for the whole public Internet; 0 is an Internet where nobody answers. ``connected`` is
    counted at the socket: every address and port anything of this process wanted, ``looked_up`` every name."""

    answers: Sequence[Sequence[str]] = ()
    behind: int = 0
    connected: list[tuple[str, int]] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int, *_arguments: Any, **_options: Any) -> list[Any]:
        self.looked_up.append(host)
        given = self.answers[min(len(self.looked_up), len(self.answers)) - 1] if self.answers else ()
        if not given:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in given
        ]

    @property
    def inside(self) -> list[str]:
        """Addresses that are not of the public Internet and that somebody connected to."""
        return [address for address, _port in self.connected if not leads_outside(address)]


def leads_outside(text: str) -> bool:
    """By the standard library's judgement, not by ours; an IPv6 address that holds one of IPv4 leads to that."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        in_nat64 = address in ipaddress.ip_network("64:ff9b::/96")
        address = address.ipv4_mapped or (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if in_nat64 else address)
    return address.is_global and not address.is_multicast


@contextmanager
def network(answers: Sequence[Sequence[str]] = (), behind: int = 0) -> Iterator[Network]:
    """Until the end of the block. Nothing of the test itself may open a connection meanwhile."""
    found = Network(answers, behind)
    connect = socket.socket.connect

    def counted(line: socket.socket, address: Any) -> None:
        found.connected.append((address[0], address[1]))
        if not found.behind or found.inside:
            raise ConnectionRefusedError
        connect(line, ("127.0.0.1", found.behind))

    with (
        mock.patch.object(socket.socket, "connect", counted),
        mock.patch.object(socket, "getaddrinfo", found.resolve),
    ):
        yield found
