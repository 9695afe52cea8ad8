"""Signed heads: one key that signs nothing else, and a type that nothing else has."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from scenebank.clock import moment_of, rfc3339
from scenebank.keys import Keyring
from scenebank.receipts.model import Head, canonical

TYPE = "bis-head+jwt"


class HeadSigner:
    """``issuer`` is our public address."""

    def __init__(self, keys: Keyring, issuer: str) -> None:
        self._key = keys.receipt_key
        self._issuer = issuer

    def sign(self, size: int, root: bytes, at_ms: int) -> Head:
        header = {"alg": "ES256", "typ": TYPE, "kid": self._key.kid}
        payload = canonical(self._claims(size, root, at_ms)).encode()
        return Head(size, root, at_ms, jws.serialize_compact(header, payload, self._key, algorithms=["ES256"]))

    def is_ours(self, head: Head) -> bool:
        """Whether the statement is signed by this key and says what the row says. The issuer may have been another."""
        try:
            found = jws.deserialize_compact(head.statement, self._key, algorithms=["ES256"])
            said: dict[str, Any] = json.loads(found.payload)
        except (JoseError, ValueError):
            return False
        said.pop("iss", None)
        expected = self._claims(head.size, head.root, head.at_ms)
        del expected["iss"]
        return found.protected.get("typ") == TYPE and said == expected

    def public_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public half (RFC 7517), its RFC 7638 thumbprint as ``kid``."""
        return {"keys": [dict(self._key.as_dict(private=False)) | {"alg": "ES256", "use": "sig"}]}

    def _claims(self, size: int, root: bytes, at_ms: int) -> dict[str, Any]:
        time = rfc3339(moment_of(at_ms))
        return {"iss": self._issuer, "size": size, "root": base64url(root), "time": time}


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
