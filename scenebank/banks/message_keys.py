"""Keys that check HTTP message signatures. As with statements, a key has one algorithm, whatever the message says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature as WrongSignature
from http_message_signatures import HTTPMessageSignaturesException, HTTPSignatureAlgorithm
from http_message_signatures import VerificationKey as Material
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519, HMAC_SHA256, RSA_PSS_SHA512
from joserfc.jwk import OctKey

from scenebank.jose.verification_keys import UnfitKey, imported

# By kind and curve: the algorithm (RFC 9421 §3.3), and what JWKs may call it.
_ALGORITHMS: Mapping[tuple[str, str | None], tuple[type[HTTPSignatureAlgorithm], tuple[str, ...]]] = {
    ("EC", "P-256"): (ECDSA_P256_SHA256, ("ES256",)),
    ("OKP", "Ed25519"): (ED25519, ("EdDSA", "Ed25519")),
    ("RSA", None): (RSA_PSS_SHA512, ("PS512",)),
    ("oct", None): (HMAC_SHA256, ("HS256",)),
}
_RSA_BITS = range(2048, 4097)


@dataclass(frozen=True)
class MessageKey:
    """``name`` is the ``keyid`` that stands for it."""

    name: str
    algorithm: type[HTTPSignatureAlgorithm]
    material: Material

    def holds(self, base: bytes, signature: bytes) -> bool:
        """Whether the signature of this signature base is this key's (for ECDSA r‖s of 64 bytes)."""
        try:
            self.algorithm(public_key=self.material).verify(signature, base)
        except (WrongSignature, HTTPMessageSignaturesException, ValueError):
            return False
        return True


def message_key(jwk: Mapping[str, Any]) -> MessageKey:
    """From a JWK (RFC 7517) with a ``kid``: P-256, Ed25519, RSA of 2048 to 4096 bits, or a secret of at least 32 bytes;
    :class:`UnfitKey` for any other."""
    algorithm, names = _ALGORITHMS.get((str(jwk.get("kty")), jwk.get("crv")), (None, ()))
    name = jwk.get("kid")
    if algorithm is None or not isinstance(name, str) or not name:
        raise UnfitKey("neither P-256, Ed25519, RSA nor a secret, or without a name")
    key = imported(jwk, names)
    if isinstance(key, OctKey):
        return MessageKey(name, algorithm, key.raw_value)
    material: Any = key.public_key
    if algorithm is RSA_PSS_SHA512 and material.key_size not in _RSA_BITS:
        raise UnfitKey("RSA of another size")
    return MessageKey(name, algorithm, material)
