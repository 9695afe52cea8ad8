"""Our keys as the house uses them: always those of this moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import ECKey

from scenebank.clock import Clock, milliseconds
from scenebank.keys.document import OwnKeys

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Keyring:
    """``read`` gives what is kept now: a rotation by another process is seen with the next call."""

    def __init__(self, read: Callable[[], OwnKeys], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._root = read().root

    def derive(self, purpose: str) -> bytes:
        """The 32-byte subkey of one purpose; no two purposes share a key. For what lies in the database: it stays the
        same through every rotation."""
        return _derive(self._root, purpose)

    def ring(self, purpose: str) -> list[bytes]:
        """The session ring's subkeys of one purpose, oldest → newest: sign with the last, accept all."""
        return [_derive(one.secret, purpose) for one in self._read().ring]

    @property
    def signing_key(self) -> ECKey:
        """The ES256 key that signs now, with its thumbprint as ``kid``."""
        return self._read().current(self._now_ms()).key

    @cached_property
    def receipt_key(self) -> ECKey:
        """The P-256 key that signs the ledger's heads and nothing else; its thumbprint is its ``kid``. Made from the
        root with 256 bits more than it needs, so that every key is as likely (FIPS 186-5, A.2.1)."""
        seed = self.derive("receipt-heads/1") + self.derive("receipt-heads/2")
        private = derive_private_key(int.from_bytes(seed) % (_P256_ORDER - 1) + 1, SECP256R1())
        key = ECKey.import_key(private)
        key.ensure_kid()
        return key

    def public_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public halves, as ``/.well-known/jwks.json`` serves them (RFC 7517)."""
        published = self._read().published(self._now_ms())
        return {"keys": [dict(one.key.as_dict(private=False)) | {"alg": "ES256", "use": "sig"} for one in published]}

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


@lru_cache(maxsize=32)
def _derive(secret: bytes, purpose: str) -> bytes:
    """HKDF-SHA256, RFC 5869."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"scenebank/{purpose}".encode()).derive(secret)
