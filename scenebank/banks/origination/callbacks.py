"""Callbacks, signed with the bank's key in the one way it has chosen: as security event tokens (RFC 8417), or as the
same events in requests with HTTP message signatures (RFC 9421)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from scenebank.banks.message_keys import message_key
from scenebank.banks.message_signatures import verify
from scenebank.banks.origination.bank_keys import BankKeySet
from scenebank.banks.port import CallbackEvent, ReceivedRequest, Unauthorised
from scenebank.jose.compact import read_compact
from scenebank.jose.strict_json import strict_object
from scenebank.jose.verification_keys import verification_key

EVENT = "urn:scenebank:event:application-changed"
TAG = "scenebank-callback"
SECEVENT, RFC9421 = "secevent", "rfc9421"
_TYPE = "secevent+jwt"
_OLDEST_S = 300
_LEEWAY_S = 10
_MAX_BYTES = 8 * 1024
_DEEPEST = 4


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
