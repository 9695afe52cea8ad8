"""The shapes of merchants' keys. A secret key ends in a checksum, so that scanners find leaked ones offline."""

from __future__ import annotations

import re
import secrets
import string
import zlib

from scenebank.merchants.model import Mode

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PUBLISHABLE = re.compile(r"bis_pk_(test|live)_[0-9A-Za-z]{22}")
_SECRET = re.compile(r"(bis_sk_(test|live)_[0-9A-Za-z]{43})([0-9A-Za-z]{6})")


def new_publishable_key(mode: Mode) -> str:
    return f"bis_pk_{mode.value}_{_random(22)}"


def new_secret_key(mode: Mode) -> str:
    body = f"bis_sk_{mode.value}_{_random(43)}"
    return body + _checksum(body)


def is_publishable_key(text: str) -> bool:
    return _PUBLISHABLE.fullmatch(text) is not None


def is_secret_key(text: str) -> bool:
    """Well-formed, checksum and all; whether it is anybody's is the store's to say."""
    found = _SECRET.fullmatch(text)
    return found is not None and found[3] == _checksum(found[1])


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits
