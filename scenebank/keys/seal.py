"""Secrets that must be read again, at rest: AES-256-GCM with a random nonce (NIST SP 800-38D)."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def seal(key: bytes, text: str) -> str:
    """Base64 of nonce and ciphertext; ``key`` is a 32-byte subkey of its purpose."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).decode()


def unseal(key: bytes, sealed: str) -> str:
    """:class:`cryptography.exceptions.InvalidTag` for what was not sealed with ``key``."""
    raw = b64decode(sealed)
    return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
