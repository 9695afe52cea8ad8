"""Standard Webhooks: secrets, keys and signatures (``v1`` HMAC-SHA256, ``v1a`` Ed25519).

Source: Standard Webhooks specification 1.0.0, https://www.standardwebhooks.com
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 pair: ``private`` is ``whsk_`` and ``public`` is ``whpk_``, each with 32 bytes in base64."""

    private: str
    public: str


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64; shown once."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def new_signing_key() -> SigningKey:
    key = Ed25519PrivateKey.generate()
    private, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    return SigningKey("whsk_" + b64encode(private).decode(), "whpk_" + b64encode(public).decode())


def sign(keys: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``: one signature for each of ``keys`` (``whsec_…`` or ``whsk_…``)."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(_signature(key, signed) for key in keys)


def _signature(key: str, signed: bytes) -> str:
    kind, _line, encoded = key.partition("_")
    raw = b64decode(encoded)
    if kind == "whsk":
        return "v1a," + b64encode(Ed25519PrivateKey.from_private_bytes(raw).sign(signed)).decode()
    return "v1," + b64encode(hmac.digest(raw, signed, hashlib.sha256)).decode()
