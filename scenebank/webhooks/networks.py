"""Which network addresses are public: everything that leads inside, or may, is not."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IANA special-purpose registries (RFC 6890 and its successors), multicast and what is reserved.
_INSIDE_4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Only this of IPv6 is given out to the public Internet; inside it: protocol assignments with Teredo (2001::/23),
# documentation, and 6to4, whose relays lead to any IPv4 address.
_GIVEN_OUT = IPv6Network("2000::/3")
_INSIDE_6 = tuple(IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: the interface part names an IPv4 address of the site


def is_public(text: str) -> bool:
    """Whether an address, as a resolver wrote it, stands in the public Internet. IPv4 inside IPv6 (mapped, NAT64)
    counts as what it leads to."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        inner = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
        if inner is None:
            return _is_public_6(address)
        address = inner
    return not any(address in network for network in _INSIDE_4)


def is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


def _is_public_6(address: IPv6Address) -> bool:
    if address not in _GIVEN_OUT or any(address in network for network in _INSIDE_6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP
