"""Where a webhook may go: never into our own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from scenebank.errors import InvalidInput

# Not global in truth, whatever a table says: IPv4-compatible, site-local, local NAT64, the 6to4 relay.
_NEVER = tuple(
    ipaddress.ip_network(network) for network in ("::/96", "fec0::/10", "64:ff9b:1::/48", "192.88.99.0/24")
)
_LOOPBACK_NAMES = ("localhost", "127.0.0.1")


def check_address(url: str, allow_loopback: bool) -> str:
    """The address of an endpoint, or :class:`InvalidInput`: https on port 443, a host name, no user, no fragment.
    Loopback over http only where this installation allows it (a development machine)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput.one("/url", "webhook_url") from None
    host = parts.hostname or ""
    readable = len(url) <= 500 and url.isascii() and url.isprintable() and " " not in url
    if not readable or parts.username or parts.password or parts.fragment or not host:
        raise InvalidInput.one("/url", "webhook_url")
    if allow_loopback and host in _LOOPBACK_NAMES and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https" or port not in (None, 443) or _is_literal(host) or "." not in host:
        raise InvalidInput.one("/url", "webhook_url")
    return url


def public_address(host: str, port: int, allow_loopback: bool) -> str | None:
    """One address of the host, resolved now; None when there is none or **any** of them is not public."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return None
    if allow_loopback and host in _LOOPBACK_NAMES:
        return sorted(found)[0]
    return sorted(found)[0] if found and all(_is_public(address) for address in found) else None


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit() or host.startswith("0x")
    return True


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast
