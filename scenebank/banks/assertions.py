"""Context assertions: one signed statement for one request to one bank."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict
from datetime import datetime
from typing import Any

from joserfc import jws

from scenebank.banks.port import Context, Operation, SignedRequest
from scenebank.clock import Clock
from scenebank.keys import Keyring

LIFE_S = 60
TYPE = "bis-ctx+jwt"


class ContextAssertions:
    """Signs with the installation's ES256 key; ``issuer`` is our public address."""

    def __init__(self, keys: Keyring, issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._pairwise = keys.derive("pairwise")
        self.issuer = issuer
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def sign(
        self, bank_id: str, audience: str, operation: Operation, request: SignedRequest, context: Context | None
    ) -> str:
        """Compact JWS (RFC 7515), good for 60 s and for exactly this method, address and body."""
        now = int(self.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": audience,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + LIFE_S,
            "op": operation.value,
            "htm": request.method,
            "htu": request.url,
            "bdg": _base64url(hashlib.sha256(request.body).digest()),
        }
        if request.idempotency_key is not None:
            claims["idem"] = request.idempotency_key
        if context is not None:
            claims |= self._context(bank_id, context)
        key = self._keys.signing_key
        header = {"alg": "ES256", "typ": TYPE, "kid": key.kid}
        return jws.serialize_compact(header, _json(claims), key, algorithms=["ES256"])

    def _context(self, bank_id: str, context: Context) -> dict[str, Any]:
        claims: dict[str, Any] = {
            "sub": self.pairwise(bank_id, context),
            "act": {"mch": context.merchant_id, "wid": context.widget, "org": context.origin},
            "ses": context.session_id,
            "amt": str(context.amount.minor),
            "cur": context.amount.currency,
            "ord": context.order_id,
            "prd": context.product_id,
            "cat": context.catalogue_version,
        }
        if context.signals is not None and context.signals_version is not None:
            claims["sig"] = {**context.signals, "version": context.signals_version}
            if context.assessment is not None:
                claims["rsk"] = asdict(context.assessment)
        return claims

    def pairwise(self, bank_id: str, context: Context) -> str:
        """The shopper's name towards this bank only: no two banks, shops or modes can join their records."""
        parts = (bank_id, context.merchant_id, context.mode, context.shopper_ref)
        message = "\n".join(f"{len(part)}:{part}" for part in parts)
        return _base64url(hmac.digest(self._pairwise, message.encode(), hashlib.sha256))


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _json(claims: dict[str, Any]) -> bytes:
    return json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
