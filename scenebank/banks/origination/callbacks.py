"""Callbacks as security event tokens (RFC 8417), signed with the bank's key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests

from scenebank.banks.http import authority
from scenebank.banks.port import CallbackEvent, Unauthorised, Unavailable
from scenebank.jose.compact import read_compact
from scenebank.jose.strict_json import strict_object
from scenebank.jose.verification_keys import VerificationKey, key_of_set

EVENT = "urn:scenebank:event:application-changed"
_TYPE = "secevent+jwt"
_OLDEST_S = 300
_LEEWAY_S = 10
_KEYS_LIFE_S = 300
_REFETCH_S = 2
_MAX_BYTES = 8 * 1024
_DEEPEST = 4


class CallbackVerifier:
    """Keeps the bank's public keys for five minutes; an unknown key is looked up again at once, but not often."""

    def __init__(self, issuer: str, audience: str, fetch: Callable[[], dict[str, Any]]) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetch = fetch
        self._lock = threading.Lock()
        self._keys: dict[str, Any] | None = None
        self._fetched: float = 0

    def parse(self, raw: bytes, now: datetime) -> CallbackEvent:
        """:class:`Unauthorised` for anything that is not a fresh event of this bank for us."""
        try:
            token = raw.decode("ascii")
            payload = self._verified(token)
            return _event(payload, self._issuer, self._audience, int(now.timestamp()))
        except (ValueError, KeyError, TypeError) as error:
            raise Unauthorised(f"callback refused: {type(error).__name__}") from error

    def _verified(self, token: str) -> dict[str, Any]:
        statement = read_compact(token, _MAX_BYTES)
        if set(statement.header) != {"alg", "typ", "kid"} or statement.header["typ"] != _TYPE:
            raise ValueError("header")
        claims = statement.claims(_DEEPEST)
        statement.verify(self._key(statement.header["kid"]))
        return claims

    def _key(self, kid: str) -> VerificationKey:
        with self._lock:
            age = time.monotonic() - self._fetched
            known = self._keys is not None and any(key.get("kid") == kid for key in self._keys.get("keys", ()))
            if self._keys is None or age > _KEYS_LIFE_S or (not known and age > _REFETCH_S):
                self._keys = self._fetch()
                self._fetched = time.monotonic()
            return key_of_set(self._keys, kid)


def _event(payload: dict[str, Any], issuer: str, audience: str, now: int) -> CallbackEvent:
    issued = payload["iat"]
    if payload["iss"] != issuer or payload["aud"] != audience or type(issued) is not int:
        raise ValueError("issuer or audience")
    if not now - _OLDEST_S <= issued <= now + _LEEWAY_S:
        raise ValueError("time")
    event, reference = payload["jti"], payload["events"][EVENT]["clientReference"]
    if not isinstance(event, str) or not 1 <= len(event) <= 64 or not isinstance(reference, str):
        raise ValueError("event")
    return CallbackEvent(event, reference)


def fetch_keys(url: str, ca_file: str | None = None) -> dict[str, Any]:
    """A bank's JWKS; :class:`Unavailable` when it cannot be had."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = authority(ca_file)
            answer = session.get(url, timeout=(3, 5), allow_redirects=False)
            answer.raise_for_status()
            return strict_object(answer.content)
    except (requests.RequestException, ValueError) as error:
        raise Unavailable("the bank's keys cannot be read") from error
