"""Exact web origins, as browsers write them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scenebank.errors import InvalidInput
from scenebank.fields import Spelt
from scenebank.merchants.model import Mode

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_LONGEST = 255
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PORT = "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}))?"
_HOST_TEXT = "[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?"
_SPELT = rf"https://{_HOST_TEXT}{_PORT}|http://(localhost|127[.]0[.]0[.]1|{_HOST_TEXT}[.]localhost){_PORT}"


def check_origin(text: str, mode: Mode, pointer: str = "/origin") -> str:
    """The origin, or :class:`InvalidInput`: https (http only for this machine, in test mode), lower case, no path,
    no default port, no wildcard."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise InvalidInput.one(pointer, "origin_malformed", origin=text[:100]) from None
    host = parts.hostname or ""
    expected = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    spelt = text == expected and len(text) <= _LONGEST and _HOST.fullmatch(host)
    if not spelt or port == _DEFAULT_PORTS.get(parts.scheme):
        raise InvalidInput.one(pointer, "origin_malformed", origin=text[:100])
    local = host in ("localhost", "127.0.0.1") or host.endswith(".localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local and mode is Mode.TEST):
        raise InvalidInput.one(pointer, "origin_not_https", origin=text[:100])
    return text


def origin_of(url: str) -> str:
    """The origin of an address (no check)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


ORIGIN = Spelt(
    "text", _SPELT, longest=_LONGEST, sample="https://shop.example",
    about="scheme, host and port as browsers write them; http only for localhost, in test mode",
)  # fmt: skip
