"""Keys that check signatures. A key has one algorithm, whatever a header says (RFC 8725 §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, import_key
from joserfc.jws import JWSRegistry

# By kind and curve: the names a header may give the one algorithm (RFC 7518, RFC 8037, RFC 9864).
_NAMES = {("EC", "P-256"): ("ES256",), ("OKP", "Ed25519"): ("EdDSA", "Ed25519"), ("oct", None): ("HS256",)}
_SHORTEST_SECRET = 32


class UnfitKey(ValueError):
    """Not a key we check signatures with; the text says why."""


@dataclass(frozen=True)
class VerificationKey:
    """``names`` are how a header may call its algorithm, the first one as we do."""

    names: tuple[str, ...]
    _key: ECKey | OKPKey | OctKey

    @property
    def symmetric(self) -> bool:
        return isinstance(self._key, OctKey)

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature (for ES256 r‖s of 64 bytes, for HS256 the whole tag) is this key's."""
        model = JWSRegistry.algorithms["EdDSA" if "EdDSA" in self.names else self.names[0]]
        try:
            return bool(model.verify(message, signature, self._key))
        except (JoseError, ValueError):
            return False


def verification_key(jwk: Mapping[str, Any]) -> VerificationKey:
    """From a JWK (RFC 7517) of P-256, Ed25519 or a secret of at least 32 bytes; :class:`UnfitKey` for every other
    kind, for a point that is not on its curve, and where ``alg``, ``use`` or ``key_ops`` say it is for something
    else."""
    names = _NAMES.get((str(jwk.get("kty")), jwk.get("crv")))
    if names is None:
        raise UnfitKey("neither P-256, Ed25519 nor a secret")
    key = imported(jwk, names)
    return VerificationKey(names, key)  # type: ignore[arg-type]


def imported(jwk: Mapping[str, Any], names: tuple[str, ...]) -> Key:
    """The key for the algorithm called ``names``; :class:`UnfitKey` where the JWK says that it is for something else,
    is no point of its curve, or is a secret of less than 32 bytes."""
    if jwk.get("alg", names[0]) not in names or jwk.get("use", "sig") != "sig":
        raise UnfitKey("for another algorithm or use")
    if "key_ops" in jwk and "verify" not in jwk["key_ops"]:
        raise UnfitKey("not for verifying")
    material = {name: jwk[name] for name in ("kty", "crv", "x", "y", "k", "n", "e") if name in jwk}
    try:
        key = import_key(material)
        if isinstance(key, OctKey):
            if len(key.raw_value) < _SHORTEST_SECRET:
                raise UnfitKey("a secret shorter than 32 bytes")
        else:
            _ = key.public_key  # reads the point now, not at the first signature
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise UnfitKey(str(error)) from error
    return key


def jwk_of_set(jwks: Mapping[str, Any], kid: str) -> Mapping[str, Any]:
    """The one key with that name; :class:`UnfitKey` for none or several, and for a set that mixes secrets with public
    keys, where one could be taken for the other."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not all(isinstance(one, dict) for one in keys):
        raise UnfitKey("no key set")
    if len({one.get("kty") == "oct" for one in keys}) > 1:
        raise UnfitKey("secrets and public keys in one set")
    return _only(one for one in keys if one.get("kid") == kid)


def _only(found: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    every = list(found)
    if len(every) != 1:
        raise UnfitKey("unknown kid" if not every else "kid given twice")
    return every[0]
