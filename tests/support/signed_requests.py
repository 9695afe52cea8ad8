"""HTTP message signatures as a library makes them: what was written by nobody here."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from http_message_signatures import ContentDigest, HTTPMessageSigner, HTTPSignatureKeyResolver

COVERED = ("@method", "@target-uri", "content-digest")
TAG = "scenebank-callback"


@dataclass
class Outgoing:
    method: str
    url: str
    headers: dict[str, str]


@dataclass
class OutgoingAnswer:
    status_code: int
    headers: dict[str, str]


class _AnyDigest(ContentDigest):
    """Signs whatever digest is there: some are to be wrong."""

    @classmethod
    def prepare(cls, headers: Any, body: bytes | None, *, use_existing_digest: bool) -> None:
        return


class _Signer(HTTPMessageSigner):
    content_digest_class = _AnyDigest


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: object) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> object:
        return self._key


def digest_of(body: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def sign(
    message: Outgoing | OutgoingAnswer, algorithm: Any, key: object, key_id: str, **options: Any
) -> dict[str, str]:
    """The message's headers with a signature; ``options`` as the library calls them."""
    chosen: dict[str, Any] = {"covered_component_ids": COVERED, "tag": TAG, "include_alg": False}
    signer = _Signer(signature_algorithm=algorithm, key_resolver=_OneKey(key))
    signer.sign(message, key_id=key_id, **(chosen | options))
    return dict(message.headers)
