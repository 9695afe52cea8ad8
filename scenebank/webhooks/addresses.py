"""How an endpoint's address is spelt: strictly, so that what we check is what we call."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scenebank.errors import InvalidInput
from scenebank.fields import Spelt

_MOST = 500
# RFC 3986 characters of path and query; an escape of a control character is none of an address.
_ESCAPE = "%(?:[2-689A-Fa-f][0-9A-Fa-f]|7[0-9A-Ea-e])"
_REST = rf"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|{_ESCAPE})*)?(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|{_ESCAPE})*)?"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])"
_PUBLIC = re.compile(rf"https://(?P<host>{_NAME})(?::443)?(?P<rest>{_REST})")
_LOOPBACK = re.compile(
    rf"(?P<scheme>https?)://(?P<host>localhost|127\.0\.0\.1)(?::(?P<port>[1-9][0-9]{{0,4}}))?(?P<rest>{_REST})"
)
# Names that mean something inside a network only (RFC 6761, 6762, 7686, 8375, and ICANN's .internal).
_INSIDE = ("localhost", "local", "internal", "home.arpa", "onion")
ADDRESS = Spelt(
    "webhook_url", f"https://{_NAME}(?::443)?{_REST}", longest=_MOST, sample="https://shop.example/hooks",
    about="https on the public internet, a host name in lower case, no user, no fragment",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """An address taken apart. ``path`` has the query; ``authority`` is what stands in ``Host``."""

    is_tls: bool
    host: str
    port: int
    path: str
    is_loopback: bool

    @property
    def authority(self) -> str:
        return self.host if self.port == (443 if self.is_tls else 80) else f"{self.host}:{self.port}"


def check_address(url: str, allow_loopback: bool) -> str:
    """The address of an endpoint as it came, or :class:`InvalidInput`: https on port 443, a public host name in lower
    case, no user, no fragment. Loopback (``localhost`` or ``127.0.0.1``, any port, also http) only where allowed."""
    if read_address(url, allow_loopback) is None:
        raise InvalidInput.one("/url", "webhook_url")
    return url


def read_address(url: str, allow_loopback: bool) -> Target | None:
    """None for an address we do not call."""
    if len(url) > _MOST:
        return None
    found = _PUBLIC.fullmatch(url)
    if found:
        host = found["host"]
        if len(host) > 253 or any(host == name or host.endswith(f".{name}") for name in _INSIDE):
            return None
        return Target(True, host, 443, _path(found["rest"]), False)
    found = _LOOPBACK.fullmatch(url) if allow_loopback else None
    if found is None or int(found["port"] or 1) > 65_535:
        return None
    is_tls = found["scheme"] == "https"
    return Target(is_tls, found["host"], int(found["port"] or (443 if is_tls else 80)), _path(found["rest"]), True)


def _path(rest: str) -> str:
    return rest if rest.startswith("/") else f"/{rest}"
