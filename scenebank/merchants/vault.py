"""What is kept of merchants' secrets: a peppered hash to find them by, and a seal where we need the text again."""

from __future__ import annotations

import hashlib
import hmac

from scenebank.keys.seal import seal, unseal


class Vault:
    """``pepper`` keys the hashes; the key of the seal is a subkey of it."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper
        self._key = hmac.digest(pepper, b"seal", hashlib.sha256)

    def hash(self, text: str) -> str:
        """64 hex digits."""
        return hmac.digest(self._pepper, text.encode(), hashlib.sha256).hex()

    def seal(self, text: str) -> str:
        return seal(self._key, text)

    def open(self, sealed: str) -> str:
        return unseal(self._key, sealed)
