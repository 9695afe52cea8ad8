"""Compact JWS (RFC 7515 §7.1) with one text for one token."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenebank.jose.strict_json import strict_object
from scenebank.jose.verification_keys import VerificationKey

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
# Nothing that brings a key, an extension or another encoding along (jwk, jku, x5c, crit, b64, zip, …).
_HEADER = {"alg", "typ", "kid", "cty"}


class BadJws(ValueError):
    """Not a JWS we read, or not signed by that key; the text is a short word for a log."""


@dataclass(frozen=True)
class CompactJws:
    """Read, not yet believed: see :meth:`verify`."""

    header: Mapping[str, str]
    payload: bytes
    signing_input: bytes
    signature: bytes

    def verify(self, key: VerificationKey) -> None:
        """:class:`BadJws` unless ``key`` made the signature with the algorithm that is the key's own."""
        if self.header.get("alg") not in key.names:
            raise BadJws("alg")
        if not key.holds(self.signing_input, self.signature):
            raise BadJws("signature")

    def claims(self, deepest: int = 3) -> dict[str, Any]:
        """The payload as one JSON object; :class:`BadJws` where it is none, or has two meanings."""
        return _object(self.payload, deepest, "claims")


def read_compact(token: str, longest: int) -> CompactJws:
    """:class:`BadJws` for everything but three parts of canonical base64url, ``longest`` characters at most, with a
    header of known members that are texts. Nothing is computed with a key before this holds."""
    if len(token) > longest or not _SHAPE.fullmatch(token):
        raise BadJws("shape")
    head, body, tail = token.split(".")
    header = _object(_canonical(head), 1, "header")
    if not set(header) <= _HEADER or "alg" not in header or not all(type(value) is str for value in header.values()):
        raise BadJws("header")
    return CompactJws(header, _canonical(body), f"{head}.{body}".encode(), _canonical(tail))


def _canonical(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise BadJws("encoding") from error
    if urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise BadJws("encoding")
    return raw


def _object(raw: bytes, deepest: int, what: str) -> dict[str, Any]:
    try:
        return strict_object(raw, deepest)
    except ValueError as error:
        raise BadJws(what) from error
