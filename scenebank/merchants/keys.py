"""The shapes of keys, merchants' and team members'. A secret one ends in a checksum, so that scanners find leaked ones
offline."""

from __future__ import annotations

import re
import secrets
import string
import zlib

from scenebank.merchants.model import KeyKind, Mode

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PUBLISHABLE = re.compile(r"bis_pk_(test|live)_[0-9A-Za-z]{22}")
_SECRET = re.compile(r"(bis_(sk|rk|ls)_(test|live)_[0-9A-Za-z]{43})([0-9A-Za-z]{6})")
_TEAM = re.compile(r"(bis_tk_[0-9A-Za-z]{43})([0-9A-Za-z]{6})")
_PREFIXES = {KeyKind.SECRET: "sk", KeyKind.RESTRICTED: "rk", KeyKind.LAUNCH_SECRET: "ls"}
_KINDS = {prefix: kind for kind, prefix in _PREFIXES.items()}


def new_publishable_key(mode: Mode) -> str:
    return f"bis_pk_{mode.value}_{_random(22)}"


def new_secret_key(mode: Mode, kind: KeyKind = KeyKind.SECRET) -> str:
    """Of a kind that has a secret: 43 characters of 62 are 256 bits."""
    body = f"bis_{_PREFIXES[kind]}_{mode.value}_{_random(43)}"
    return body + _checksum(body)


def new_team_key() -> str:
    """Of somebody who works on the catalogue."""
    body = f"bis_tk_{_random(43)}"
    return body + _checksum(body)


def is_team_key(text: str) -> bool:
    """Whether it is well formed, checksum and all."""
    found = _TEAM.fullmatch(text)
    return found is not None and found[2] == _checksum(found[1])


def is_publishable_key(text: str) -> bool:
    return _PUBLISHABLE.fullmatch(text) is not None


def secret_kind(text: str) -> KeyKind | None:
    """The kind of a well-formed secret, checksum and all; whether it is anybody's is the store's to say."""
    found = _SECRET.fullmatch(text)
    return _KINDS[found[2]] if found and found[4] == _checksum(found[1]) else None


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits
