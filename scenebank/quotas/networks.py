"""Who is counted as one where nobody has a name."""

from __future__ import annotations

import ipaddress

_PREFIXES = {4: 32, 6: 64}  # a household or a server is given a whole /64
NOWHERE = "nowhere"


def network_of(address: str | None) -> str:
    """The network of a client's address: an IPv4 address itself, the /64 of an IPv6 address. What is no address (a
    local socket, a proxy that sends nonsense) counts as one network, so that nobody gets away by sending it."""
    try:
        found = ipaddress.ip_address((address or "").strip())
    except ValueError:
        return NOWHERE
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    bare = found if isinstance(found, ipaddress.IPv4Address) else ipaddress.IPv6Address(int(found))  # without a zone
    return str(ipaddress.ip_network((bare, _PREFIXES[bare.version]), strict=False))
