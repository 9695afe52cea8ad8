"""What is kept of our keys, and how one of them takes over from another. Values only; times are milliseconds."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from scenebank.errors import Conflict, NotFound

RING = 3
ANNOUNCED_MS = 24 * 3600 * 1000
KEPT_MS = 24 * 3600 * 1000
_SECRET_BYTES = 32
_VERSION = 2


class NotAKeyring(Exception):
    """The text is not one of ours; the message says where, never what."""


@dataclass(frozen=True)
class RingSecret:
    """One secret of the session ring: 32 bytes."""

    secret: bytes
    made_at: int


@dataclass(frozen=True)
class SigningKey:
    """An ES256 key (``kid`` is its thumbprint) that signs from ``signs_from`` until the next one does."""

    key: ECKey
    published_at: int
    signs_from: int


@dataclass(frozen=True)
class OwnKeys:
    """``root`` keys what lies in the database (seals, peppers) and is never rotated; ``ring`` is oldest → newest;
    ``signing`` is in the order in which they sign."""

    root: bytes
    ring: tuple[RingSecret, ...]
    signing: tuple[SigningKey, ...]

    def current(self, now: int) -> SigningKey:
        """The key that signs: the last whose time has come."""
        started = [one for one in self.signing if one.signs_from <= now]
        return started[-1] if started else self.signing[0]

    def published(self, now: int) -> tuple[SigningKey, ...]:
        """The keys in the JWKS: those to come, the one that signs, and those that signed in the last 24 hours."""
        ends = [*(one.signs_from for one in self.signing[1:]), None]
        return tuple(one for one, end in zip(self.signing, ends, strict=True) if end is None or now < end + KEPT_MS)

    def with_next_signing_key(self, now: int) -> OwnKeys:
        """A key that is published now and signs in 24 hours; :class:`Conflict` while another waits for that."""
        if any(one.signs_from > now for one in self.signing):
            raise Conflict("the next signing key is published already and does not sign yet: retire it, or wait")
        return replace(self, signing=(*self.published(now), _signing_key(now, now + ANNOUNCED_MS)))

    def with_other_signing_key(self, now: int) -> OwnKeys:
        """The emergency: one new key that signs at once, every other is gone."""
        return replace(self, signing=(_signing_key(now, now),))

    def without_signing_key(self, kid: str, now: int) -> OwnKeys:
        """Out of the JWKS at once. :class:`Conflict` for the one that signs, :class:`NotFound` for none of ours."""
        if kid not in {one.key.kid for one in self.published(now)}:
            raise NotFound("no such signing key")
        if kid == self.current(now).key.kid:
            raise Conflict("this key signs: `signing-keys rotate --emergency` puts another in its place at once")
        return replace(self, signing=tuple(one for one in self.published(now) if one.key.kid != kid))

    def with_new_ring_secret(self, now: int) -> OwnKeys:
        """The newest signs; the oldest of more than three is forgotten."""
        return replace(self, ring=(*self.ring, _ring_secret(now))[-RING:])

    def with_other_ring(self, now: int) -> OwnKeys:
        """The emergency: no session token of before is good, every widget launches again."""
        return replace(self, ring=(_ring_secret(now),))


def new_keys(now: int) -> OwnKeys:
    return OwnKeys(secrets.token_bytes(_SECRET_BYTES), (_ring_secret(now),), (_signing_key(now, 0),))


def to_text(keys: OwnKeys) -> str:
    return json.dumps({
        "version": _VERSION,
        "root": _base64(keys.root),
        "session_ring": [{"secret": _base64(one.secret), "made_at": one.made_at} for one in keys.ring],
        "signing_keys": [
            {"key": one.key.as_dict(private=True), "published_at": one.published_at, "signs_from": one.signs_from}
            for one in keys.signing
        ],
    })  # fmt: skip


def from_text(text: str) -> OwnKeys:
    """:class:`NotAKeyring`. A document of the first version (one root, one signing key) is read as well: its root was
    also what signed sessions, so it becomes the ring's first secret and sessions go on."""
    try:
        document: Mapping[str, Any] = json.loads(text)
        root = _secret(document["root"])
        if "version" not in document:
            return OwnKeys(root, (RingSecret(root, 0),), (SigningKey(_private(document["signing_key"]), 0, 0),))
        if document["version"] != _VERSION:
            raise NotAKeyring("it is of another version")
        ring = tuple(RingSecret(_secret(one["secret"]), int(one["made_at"])) for one in document["session_ring"])
        signing = tuple(
            SigningKey(_private(one["key"]), int(one["published_at"]), int(one["signs_from"]))
            for one in document["signing_keys"]
        )
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise NotAKeyring(f"{type(error).__name__} while it was read") from None
    if not 1 <= len(ring) <= RING or not signing:
        raise NotAKeyring("it needs one to three secrets in its ring, and a signing key")
    return OwnKeys(root, ring, tuple(sorted(signing, key=lambda one: one.signs_from)))


def _ring_secret(now: int) -> RingSecret:
    return RingSecret(secrets.token_bytes(_SECRET_BYTES), now)


def _signing_key(published_at: int, signs_from: int) -> SigningKey:
    return SigningKey(ECKey.generate_key("P-256", private=True, auto_kid=True), published_at, signs_from)


def _private(jwk: Mapping[str, Any]) -> ECKey:
    key = ECKey.import_key(dict(jwk))
    if not key.is_private or not key.kid:
        raise ValueError("no private key with a kid")
    return key


def _secret(text: str) -> bytes:
    secret = urlsafe_b64decode(text)
    if len(secret) != _SECRET_BYTES:
        raise ValueError("length")
    return secret


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()
