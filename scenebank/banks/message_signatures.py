"""HTTP message signatures (RFC 9421) over a Content-Digest (RFC 9530): one, read strictly, by a stored key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import http_sf
from http_message_signatures import ContentDigest, HTTPMessageSignaturesException, HTTPMessageVerifier
from http_message_signatures import HTTPSignatureKeyResolver as KeyResolver

from scenebank.banks.message_keys import MessageKey
from scenebank.banks.port import ReceivedRequest

OLDEST_S = 300
LEEWAY_S = 10
_LONGEST = {"signature-input": 1024, "signature": 1024, "content-digest": 256}
_PARAMETERS = {"created", "expires", "keyid", "alg", "nonce", "tag"}


class BadSignature(ValueError):
    """Not a signature we read, not enough covered, not that key's, or not of now; the text is a short word for a
    log."""


@dataclass(frozen=True)
class ReceivedAnswer:
    """The answer to a request of ours, as it came."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


Message = ReceivedRequest | ReceivedAnswer


@dataclass(frozen=True)
class Claim:
    """What a message says of its one signature, not yet believed. ``covered`` are names of components, each with its
    parameters; ``parameters`` are the signature's own."""

    covered: tuple[tuple[str, Mapping[str, Any]], ...]
    parameters: Mapping[str, Any]

    @property
    def key_name(self) -> str:
        return str(self.parameters["keyid"])


def read_claim(message: Message) -> Claim:
    """:class:`BadSignature` for no signature, several, anything given twice, long fields, or words unknown to us.
    Nothing is computed with a key before this holds."""
    fields = {name.lower(): value for name, value in message.headers.items()}
    for name, longest in _LONGEST.items():
        if len(fields.get(name, "")) > longest:
            raise BadSignature("too long")
    inputs, signatures = (_dictionary(fields.get(name, "")) for name in ("signature-input", "signature"))
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise BadSignature("not one signature")
    ((covered, parameters),) = inputs.values()
    if not isinstance(covered, list) or not all(type(name) is str for name, _own in covered):
        raise BadSignature("components")
    known = set(parameters) <= _PARAMETERS and type(parameters.get("keyid")) is str
    if not known or not all(type(parameters.get(name, 0)) is int for name in ("created", "expires")):
        raise BadSignature("parameters")
    return Claim(tuple(covered), parameters)


def signed_base(message: Message, key: MessageKey) -> str:
    """The signature base (RFC 9421 §2.5) that ``key`` signed; :class:`BadSignature` where it signed another. It may
    cover little, and be old: see :func:`verify`."""
    verifier = _Verifier(signature_algorithm=key.algorithm, key_resolver=_OneKey(key))
    try:
        (found,) = verifier.verify(message, max_age=None)
    except (HTTPMessageSignaturesException, ValueError, TypeError) as error:
        raise BadSignature("signature") from error
    return "\n".join(f"{name}: {value}" for name, value in found.covered_components.items())


def verify(message: Message, tag: str, key_of: Callable[[str], MessageKey], now: datetime) -> Claim:
    """The claim, where the key that ``key_of`` finds by its name signed this very message for this purpose from 300 s
    before to 10 s after ``now``: method, address and body of a request, status and body of an answer."""
    claim = read_claim(message)
    if claim.parameters.get("tag") != tag:
        raise BadSignature("tag")
    if any(own for _name, own in claim.covered):
        raise BadSignature("a part of a component")
    if not _enough(message, {name for name, _own in claim.covered}):
        raise BadSignature("not enough is covered")
    _timely(claim.parameters, int(now.timestamp()))
    signed_base(message, key_of(claim.key_name))
    _whole(message)
    return claim


def _enough(message: Message, covered: set[str]) -> bool:
    if isinstance(message, ReceivedAnswer):
        return covered >= {"@status", "content-digest"}
    address = {"@authority", "@path"} | ({"@query"} if "?" in message.url else set())
    return covered >= {"@method", "content-digest"} and ("@target-uri" in covered or covered >= address)


def _timely(parameters: Mapping[str, Any], now: int) -> None:
    created = parameters.get("created")
    if created is None or not now - OLDEST_S <= created <= now + LEEWAY_S:
        raise BadSignature("created")
    if parameters.get("expires", now) < now:
        raise BadSignature("expires")


def _whole(message: Message) -> None:
    """The digest was signed; what it is of is recomputed. It is sent in one of SHA-256 and SHA-512, or both."""
    field = next(value for name, value in message.headers.items() if name.lower() == "content-digest")
    try:
        ContentDigest.verify(field, message.body)
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise BadSignature("digest") from error


def _dictionary(field: str) -> dict[str, Any]:
    try:
        found: Any = http_sf.parse(field.encode("ascii"), tltype="dictionary", on_duplicate_key=_refuse)
    except ValueError as error:
        raise BadSignature("not a structured field") from error
    return dict(found)


def _refuse(name: str, _where: str) -> None:
    raise BadSignature("given twice")


class _Verifier(HTTPMessageVerifier):
    """Has no clock of its own: ours decides."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        return


class _OneKey(KeyResolver):
    def __init__(self, key: MessageKey) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key.material if key_id == self._key.name else None
