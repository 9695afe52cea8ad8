"""Callbacks, signed with the bank's key in the one way it has chosen: as security event tokens (RFC 8417), or as the
same events in requests with HTTP message signatures (RFC 9421)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import requests

from scenebank.banks.http import authority
from scenebank.banks.message_keys import message_key
from scenebank.banks.message_signatures import verify
from scenebank.banks.port import CallbackEvent, ReceivedRequest, Unauthorised, Unavailable
from scenebank.jose.compact import read_compact
from scenebank.jose.strict_json import strict_object
from scenebank.jose.verification_keys import UnfitKey, jwk_of_set, verification_key

EVENT = "urn:scenebank:event:application-changed"
TAG = "scenebank-callback"
SECEVENT, RFC9421 = "secevent", "rfc9421"
_TYPE = "secevent+jwt"
_OLDEST_S = 300
_LEEWAY_S = 10
_KEYS_LIFE_S = 300
_REFETCH_S = 2
_MAX_BYTES = 8 * 1024
_DEEPEST = 4


class BankKeySet:
    """The bank's public keys, kept for five minutes; an unknown key is looked up again at once, but not often."""

    def __init__(self, fetch: Callable[[], dict[str, Any]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._keys: dict[str, Any] | None = None
        self._fetched: float = 0

    def jwk(self, kid: str) -> Mapping[str, Any]:
        """The one key with that name; :class:`UnfitKey` for none, several, and a secret: everybody could read it."""
        with self._lock:
            age = time.monotonic() - self._fetched
            if self._keys is None or age > _KEYS_LIFE_S or (age > _REFETCH_S and not self._knows(self._keys, kid)):
                self._keys = self._fetch()
                self._fetched = time.monotonic()
            found = jwk_of_set(self._keys, kid)
        if found.get("kty") == "oct":
            raise UnfitKey("a published secret")
        return found

    def _knows(self, keys: dict[str, Any], kid: str) -> bool:
        try:
            return bool(jwk_of_set(keys, kid))
        except UnfitKey:
            return False


class CallbackVerifier:
    """``way`` is ``secevent`` or ``rfc9421``; what is signed in the other one is nobody's."""

    def __init__(self, issuer: str, audience: str, keys: BankKeySet, way: str = SECEVENT) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._way = way

    def parse(self, received: ReceivedRequest, now: datetime) -> CallbackEvent:
        """:class:`Unauthorised` for anything that is not a fresh event of this bank for us."""
        try:
            if len(received.body) > _MAX_BYTES:
                raise ValueError("too long")
            payload = _WAYS[self._way](received, self._keys, now)
            return _event(payload, self._issuer, self._audience, int(now.timestamp()))
        except (ValueError, KeyError, TypeError) as error:
            raise Unauthorised(f"callback refused: {type(error).__name__}") from error


def _security_event(received: ReceivedRequest, keys: BankKeySet, _now: datetime) -> dict[str, Any]:
    statement = read_compact(received.body.decode("ascii"), _MAX_BYTES)
    if set(statement.header) != {"alg", "typ", "kid"} or statement.header["typ"] != _TYPE:
        raise ValueError("header")
    claims = statement.claims(_DEEPEST)
    statement.verify(verification_key(keys.jwk(statement.header["kid"])))
    return claims


def _signed_request(received: ReceivedRequest, keys: BankKeySet, now: datetime) -> dict[str, Any]:
    verify(received, TAG, lambda name: message_key(keys.jwk(name)), now)
    return strict_object(received.body, _DEEPEST)


_WAYS: Mapping[str, Callable[[ReceivedRequest, BankKeySet, datetime], dict[str, Any]]] = {
    SECEVENT: _security_event, RFC9421: _signed_request,
}  # fmt: skip


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
