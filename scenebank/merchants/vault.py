"""What is kept of merchants' secrets: a peppered hash to find them by, and a seal where we need the text again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Vault:
    """``pepper`` keys the hashes; the seal is a subkey of it."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper
        self._seal = AESGCM(hmac.digest(pepper, b"seal", hashlib.sha256))

    def hash(self, text: str) -> str:
        """64 hex digits."""
        return hmac.digest(self._pepper, text.encode(), hashlib.sha256).hex()

    def seal(self, text: str) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return b64encode(nonce + self._seal.encrypt(nonce, text.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        raw = b64decode(sealed)
        return self._seal.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
