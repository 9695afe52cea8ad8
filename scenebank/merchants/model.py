"""Merchants and what their keys prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """Test and live share no row."""

    TEST = "test"
    LIVE = "live"


class KeyKind(StrEnum):
    """What a key is for. ``launch`` is a public key (ES256, Ed25519), ``launch_secret`` a shared secret (HS256)."""

    PUBLISHABLE = "publishable"
    SECRET = "secret"  # noqa: S105 - a word, no secret
    RESTRICTED = "restricted"
    LAUNCH = "launch"
    LAUNCH_SECRET = "launch_secret"  # noqa: S105


class Scope(StrEnum):
    """What a restricted key may do; ``…:write`` reads as well. A secret key may do everything."""

    SESSIONS_WRITE = "sessions:write"
    OFFERS_READ = "offers:read"
    APPLICATIONS_READ = "applications:read"
    APPLICATIONS_SETTLE = "applications:settle"
    EVENTS_READ = "events:read"
    WEBHOOKS_WRITE = "webhooks:write"
    ORIGINS_WRITE = "origins:write"
    KEYS_WRITE = "keys:write"


class Grace(StrEnum):
    """How long a rolled key goes on."""

    NOW = "now"
    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"

    @property
    def seconds(self) -> int:
        return {"now": 0, "1h": 3600, "24h": 24 * 3600, "7d": 7 * 24 * 3600}[self.value]


@dataclass(frozen=True)
class UsedKey:
    """The key that opened a door. ``scopes`` counts for a restricted one only."""

    id: str
    kind: KeyKind
    scopes: frozenset[Scope] = frozenset()

    def may(self, scope: Scope) -> bool:
        return self.kind is KeyKind.SECRET or scope in self.scopes


@dataclass(frozen=True)
class LaunchKey:
    """What verifies a merchant's offline launch tokens of one ``kid``.

    ``jwk`` is the public key, or ``{"kty": "oct", "k": …}`` of the shared secret, whose bytes are the UTF-8 text of
    ``bis_ls_…`` as the merchant has it, prefix and all; it decides the algorithm, never the token's header: see
    :func:`scenebank.jose.verification_keys.verification_key`."""

    kind: KeyKind
    mode: Mode
    jwk: Mapping[str, str]


@dataclass(frozen=True)
class MerchantKey:
    """One key as a merchant may see it: never the secret. ``kid`` is a launch key's name in token headers, ``value``
    the publishable key itself; times are ms."""

    id: str
    kind: KeyKind
    mode: Mode
    name: str | None
    last4: str
    scopes: tuple[Scope, ...]
    value: str | None
    kid: str | None
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None

    def status(self, now: int) -> str:
        """``active``, ``ending`` (it works, and has an end) or ``ended``."""
        if self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now):
            return "ended"
        return "active" if self.expires_at is None else "ending"


@dataclass(frozen=True)
class Merchant:
    """A shop in one market."""

    id: str
    name: str
    market: str


@dataclass(frozen=True)
class Door:
    """A merchant as one key lets it in: every lookup behind a door stays inside ``merchant`` and ``mode``.

    ``origins`` are the exact origins registered for that mode, ``key`` the key it was opened with."""

    merchant: Merchant
    mode: Mode
    origins: tuple[str, ...]
    publishable_key: str
    key: UsedKey | None = field(default=None, compare=False)

    @property
    def scope(self) -> Mapping[str, str]:
        """The columns that keep what is its own apart from others'."""
        return {"merchant_id": self.merchant.id, "mode": self.mode.value}
