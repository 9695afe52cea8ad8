"""Verifies that a request comes from the platform, for us, now, once, and is exactly what was signed."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import requests
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox_bank.database import Books
from sandbox_bank.errors import Refused, unauthorised

_LEEWAY_S = 10
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_KEYS_LIFE_S = 300.0
_REFETCH_S = 2.0
_REQUIRED = ("iss", "aud", "jti", "iat", "exp", "op", "htm", "htu", "bdg")
_ABOUT_AN_ORDER = ("sub", "act", "ses", "amt", "cur", "ord", "prd", "cat")


@dataclass(frozen=True)
class Heard:
    """A request as it came; ``audience`` is the address of the bank it came to, ``url`` with its query, ``key`` its
    Idempotency-Key."""

    audience: str
    operation: str
    method: str
    url: str
    body: bytes
    key: str | None
    authorization: str


class AssertionVerifier:
    """``issuer`` is the platform's address, whose keys are kept for five minutes; ``ca`` a file with the authority of
    its certificate, None for the public ones."""

    def __init__(self, books: Books, issuer: str, ca: str | None = None) -> None:
        self._books = books
        self._issuer = issuer
        self._verify = ca or True
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched = 0.0

    def verify(self, heard: Heard) -> dict[str, Any]:
        """The claims; :class:`Refused` 401 naming the check that failed, which is counted."""
        try:
            claims = self._signed(heard.authorization)
            self._check(claims, heard)
        except _Failed as failed:
            self.count(failed.reason)
            raise unauthorised(failed.reason) from failed
        return claims

    def _signed(self, header: str) -> dict[str, Any]:
        scheme, _space, token = header.partition(" ")
        if scheme != "Bearer" or token.count(".") != 2:
            raise _Failed("missing")
        if not all(_is_canonical(part) for part in token.split(".")):
            raise _Failed("shape")
        try:
            protected = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise _Failed("shape") from error
        if set(protected) != {"alg", "typ", "kid"} or protected["typ"] != "bis-ctx+jwt":
            raise _Failed("type")
        if protected["alg"] != "ES256":
            raise _Failed("algorithm")
        keys = self._keys_with(str(protected["kid"]))
        try:
            claims = json.loads(jws.deserialize_compact(token, keys, algorithms=["ES256"]).payload)
        except (JoseError, ValueError) as error:
            raise _Failed("signature") from error
        if not isinstance(claims, dict):
            raise _Failed("shape")
        return claims

    def _check(self, claims: dict[str, Any], heard: Heard) -> None:
        wanted = _REQUIRED if heard.operation == "scheme" else _REQUIRED + _ABOUT_AN_ORDER
        if any(name not in claims for name in wanted):
            raise _Failed("claims")
        now = time.time()
        checks = {
            "issuer": claims["iss"] == self._issuer,
            "audience": claims["aud"] == heard.audience,
            "not_yet_valid": type(claims["iat"]) is int and claims["iat"] <= now + _LEEWAY_S,
            "expired": type(claims["exp"]) is int and now < claims["exp"] + _LEEWAY_S,
            "life": type(claims["exp"]) is int and claims["exp"] - claims["iat"] <= 60,
            "operation": claims["op"] == heard.operation,
            "method": claims["htm"] == heard.method,
            "address": claims["htu"] == heard.url,
            "body": claims["bdg"] == _digest(heard.body),
            "idempotency_key": claims.get("idem") == heard.key,
        }
        for reason, good in checks.items():
            if not good:
                raise _Failed(reason)
        self._once(str(claims["jti"]), float(claims["exp"]))

    def _once(self, jti: str, expires: float) -> None:
        with self._books.writing() as books:
            books.execute("DELETE FROM jtis WHERE expires < ?", (time.time() - 60,))
            if books.execute("SELECT 1 FROM jtis WHERE jti = ?", (jti,)).fetchone():
                seen = True
            else:
                seen = False
                books.execute("INSERT INTO jtis VALUES (?, ?)", (jti, expires + _LEEWAY_S))
        if seen:
            raise _Failed("replayed")

    def _keys_with(self, kid: str) -> KeySet:
        with self._lock:
            age = time.monotonic() - self._fetched
            known = self._keys is not None and any(key.kid == kid for key in self._keys.keys)
            if not known or age > _KEYS_LIFE_S:
                if self._keys is not None and age < _REFETCH_S:
                    raise _Failed("unknown_key")
                self._keys, self._fetched = self._fetch(), time.monotonic()
            if not any(key.kid == kid for key in self._keys.keys):  # type: ignore[union-attr]
                raise _Failed("unknown_key")
            return self._keys  # type: ignore[return-value]

    def _fetch(self) -> KeySet:
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.verify = self._verify
                answer = session.get(f"{self._issuer}/.well-known/jwks.json", timeout=5)
                answer.raise_for_status()
                return KeySet.import_key_set(answer.json())
        except (requests.RequestException, ValueError) as error:
            raise Refused(503, "urn:scenebank:error:keys", "Keys", "the platform's keys cannot be read", 1) from error

    def count(self, reason: str) -> None:
        """One more refusal for this reason."""
        with self._books.writing() as books:
            books.execute(
                "INSERT INTO refusals VALUES (?, 1) ON CONFLICT (reason) DO UPDATE SET count = count + 1", (reason,)
            )


class _Failed(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _is_canonical(part: str) -> bool:
    """One statement has one text: nothing that base64 overlooks is overlooked here."""
    if not _BASE64URL.fullmatch(part):
        return False
    try:
        raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return False
    return urlsafe_b64encode(raw).decode().rstrip("=") == part


def _digest(body: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")
