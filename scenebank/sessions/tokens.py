"""Session and resume tokens: ids only, signed; what they stand for is read from the row."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, BadSignature, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from scenebank.clock import Clock
from scenebank.merchants.model import Mode
from scenebank.sessions.model import Session, SessionRefused

IDLE_S = 15 * 60
RENEW_AFTER_S = 5 * 60
LEEWAY_S = 10
_SHAPE = re.compile(r"[A-Za-z0-9_-]{20,500}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{43}")
# What each purpose signs with: no token of one is ever one of the other.
_SESSION, _RESUME = "session.v1", "resume.v1"
_FACTS = {"v": int, "s": str, "m": str, "w": str, "o": str, "l": int, "g": int, "x": int}


@dataclass(frozen=True)
class TokenFacts:
    """What a genuine token says, and how old it is."""

    session_id: str
    merchant_id: str
    widget: str
    live: bool
    generation: int
    age_s: float


class _Serializer(URLSafeTimedSerializer):
    """Never compresses: a short token is not worth a decompressor before the checks."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(json.dumps(obj, separators=(",", ":")))

    def load_payload(self, payload: bytes, *arguments: Any, **options: Any) -> Any:
        """So what begins with a point (compressed, to itsdangerous) is no token either."""
        return json.loads(base64_decode(payload))


def _signer(clock: Clock) -> type[TimestampSigner]:
    class ClockSigner(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock.now().timestamp())

    return ClockSigner


class SessionTokens:
    """itsdangerous, hmac derivation, SHA-256, with the canonical spelling required: one token, one text."""

    def __init__(self, ring: Callable[[], Sequence[bytes]], clock: Clock) -> None:
        """``ring`` gives the secrets of this moment, oldest → newest: the newest signs, all are accepted."""
        self._clock = clock
        self._ring = ring
        self._signer = _signer(clock)

    def _serializer(self, salt: str) -> _Serializer:
        return _Serializer(
            list(self._ring()),
            salt=salt,
            signer=self._signer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def issue(self, session: Session) -> str:
        """For the next step, within fifteen minutes."""
        return self._issue(session, _SESSION)

    def issue_resume(self, session: Session) -> str:
        """For a frame that was loaded anew: good once, as it raises the generation that it names."""
        return self._issue(session, _RESUME)

    def read(self, token: str) -> TokenFacts:
        """:class:`SessionRefused` ``session_invalid`` or ``session_expired``."""
        return self._read(token, _SESSION)

    def read_resume(self, token: str) -> TokenFacts:
        """The same refusals, and the same life: nobody who was idle too long comes back by loading anew."""
        return self._read(token, _RESUME)

    def _issue(self, session: Session, salt: str) -> str:
        payload = {
            "v": 1,
            "s": session.id,
            "m": session.merchant_id,
            "w": session.widget,
            "o": hashlib.sha256(session.origin.encode()).hexdigest()[:16],
            "l": int(session.mode is Mode.LIVE),
            "g": session.generation,
            "x": int(session.expires_at.timestamp()),
        }
        return str(self._serializer(salt).dumps(payload))

    def _read(self, token: str, salt: str) -> TokenFacts:
        if not _SHAPE.fullmatch(token) or not all(_is_canonical(part) for part in token.split(".")):
            raise SessionRefused("session_invalid")
        try:
            payload, signed_at = self._serializer(salt).loads(token, return_timestamp=True)
        except BadSignature as error:
            raise SessionRefused("session_invalid") from error
        if not _is_whole(payload):
            raise SessionRefused("session_invalid")
        age_s = self._age(signed_at)
        if age_s < -LEEWAY_S:
            raise SessionRefused("session_invalid")
        if age_s > IDLE_S or payload["x"] <= self._clock.now().timestamp():
            raise SessionRefused("session_expired")
        return TokenFacts(payload["s"], payload["m"], payload["w"], bool(payload["l"]), payload["g"], age_s)

    def _age(self, signed_at: datetime) -> float:
        return (self._clock.now() - signed_at).total_seconds()


def _is_canonical(part: str) -> bool:
    """itsdangerous also takes other spellings of the same base64; here one token has one text."""
    try:
        return base64_encode(base64_decode(part)).decode() == part
    except BadData:
        return False


def _is_whole(payload: Any) -> bool:
    if not isinstance(payload, dict) or set(payload) != set(_FACTS) or payload["v"] != 1:
        return False
    return all(type(payload[name]) is kind for name, kind in _FACTS.items())
