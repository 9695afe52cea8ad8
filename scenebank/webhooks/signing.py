"""Standard Webhooks: secrets, sealed at rest, and signatures (scheme v1, HMAC-SHA256)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64; shown once."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def seal_secret(seal: bytes, secret: str) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return b64encode(nonce + AESGCM(seal).encrypt(nonce, secret.encode(), None)).decode()


def open_secret(seal: bytes, sealed: str) -> str:
    raw = b64decode(sealed)
    return AESGCM(seal).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
