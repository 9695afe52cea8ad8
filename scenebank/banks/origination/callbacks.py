"""Callbacks as security event tokens (RFC 8417), signed with the bank's key."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from scenebank.banks.http import authority
from scenebank.banks.port import CallbackEvent, Unauthorised, Unavailable

EVENT = "urn:scenebank:event:application-changed"
_TYPE = "secevent+jwt"
_OLDEST_S = 300
_LEEWAY_S = 10
_KEYS_LIFE_S = 300.0
_REFETCH_S = 2.0
_MAX_BYTES = 8 * 1024


class CallbackVerifier:
    """Keeps the bank's public keys for five minutes; an unknown key is looked up again at once, but not often."""

    def __init__(self, issuer: str, audience: str, fetch: Callable[[], dict[str, Any]]) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetch = fetch
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched = 0.0

    def parse(self, raw: bytes, now: datetime) -> CallbackEvent:
        """:class:`Unauthorised` for anything that is not a fresh event of this bank for us."""
        if len(raw) > _MAX_BYTES:
            raise Unauthorised("the callback is too long")
        try:
            token = raw.decode("ascii")
            payload = self._verified(token)
            return _event(payload, self._issuer, self._audience, int(now.timestamp()))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthorised(f"callback refused: {type(error).__name__}") from error

    def _verified(self, token: str) -> dict[str, Any]:
        header = jws.extract_compact(token.encode()).headers()
        if set(header) != {"alg", "typ", "kid"} or header["typ"] != _TYPE:
            raise ValueError("header")
        verified = jws.deserialize_compact(token, self._keys_for(str(header["kid"])), algorithms=["ES256"])
        payload = json.loads(verified.payload)
        if not isinstance(payload, dict):
            raise ValueError("payload")
        return payload

    def _keys_for(self, kid: str) -> KeySet:
        with self._lock:
            age = time.monotonic() - self._fetched
            known = self._keys is not None and any(key.kid == kid for key in self._keys.keys)
            if self._keys is None or age > _KEYS_LIFE_S or (not known and age > _REFETCH_S):
                self._keys = KeySet.import_key_set(self._fetch())  # type: ignore[arg-type]
                self._fetched = time.monotonic()
            return self._keys


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
            document = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Unavailable("the bank's keys cannot be read") from error
    if not isinstance(document, dict):
        raise Unavailable("the bank's keys are no object")
    return document
