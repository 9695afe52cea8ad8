"""Launch way B: a JWT the shop's server signs without calling us (ES256, Ed25519, or HS256 with a secret of ours)."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from scenebank.errors import NotFound
from scenebank.merchants.model import Mode
from scenebank.merchants.service import MerchantService
from scenebank.money.model import Money
from scenebank.sessions.model import Launch, LaunchRefused
from scenebank.sessions.requests import REFERENCE, WIDGET, return_url_problem

TYPE = "bis-launch+jwt"
_MAX_BYTES = 4096
_LONGEST_LIFE_S = 300
_LEEWAY_S = 10
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_JTI = re.compile(r"[A-Za-z0-9_-]{22,64}")
_KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CLAIMS = {"iss", "aud", "iat", "exp", "jti", "sub", "org", "wid", "ord", "amt", "cur", "ret", "ctx", "nbf"}
_REQUIRED = {"iss", "aud", "iat", "exp", "jti", "sub", "org"}


def read_offline(token: str, audience: str, now: datetime, merchants: MerchantService) -> Launch:
    """The launch a JWT asks for; :class:`LaunchRefused` for anything that is not exactly right."""
    if len(token) > _MAX_BYTES or not _COMPACT.fullmatch(token):
        raise LaunchRefused("launch_invalid", "shape")
    header, claims = _part(token, 0), _part(token, 1)
    if set(header) != {"alg", "typ", "kid"} or header["typ"] != TYPE:
        raise LaunchRefused("launch_invalid", "header")
    if not set(claims) <= _CLAIMS or not set(claims) >= _REQUIRED:
        raise LaunchRefused("launch_invalid", "claims")
    mode = _verify(token, header, claims["iss"], merchants)
    return _launch(claims, audience, int(now.timestamp()), mode, merchants)


def _part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if urlsafe_b64encode(raw).decode().rstrip("=") != text:
            raise ValueError("not canonical")
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise LaunchRefused("launch_invalid", "encoding") from error
    if not isinstance(document, dict) or any(isinstance(value, dict) and _deep(value) for value in document.values()):
        raise LaunchRefused("launch_invalid", "shape")
    return document


def _deep(value: dict[str, Any]) -> bool:
    return any(isinstance(inner, dict | list) for inner in value.values())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name twice")
    return document


def _refuse(text: str) -> None:
    raise ValueError(f"number {text}")


def _verify(token: str, header: dict[str, Any], issuer: object, merchants: MerchantService) -> Mode:
    """The key decides the algorithm, and the issuer must own the key."""
    kid, algorithm = header["kid"], header["alg"]
    if not isinstance(kid, str) or not _KID.fullmatch(kid) or not isinstance(issuer, str) or len(issuer) > 40:
        raise LaunchRefused("launch_invalid", "kid")
    if not isinstance(algorithm, str):
        raise LaunchRefused("launch_invalid", "alg")
    try:
        key = merchants.launch_key(issuer, kid)
        if algorithm not in key.algorithms:
            raise LaunchRefused("launch_invalid", "alg")
        jws.deserialize_compact(token, import_key(dict(key.jwk)), algorithms=[algorithm])
    except (NotFound, JoseError, ValueError) as error:
        raise LaunchRefused("launch_invalid", "signature") from error
    return key.mode


def _launch(claims: dict[str, Any], audience: str, now: int, mode: Mode, merchants: MerchantService) -> Launch:
    if claims["aud"] != audience:
        raise LaunchRefused("launch_invalid", "aud")
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= _LONGEST_LIFE_S:
        raise LaunchRefused("launch_invalid", "life")
    not_before = claims.get("nbf", issued)
    if type(not_before) is not int or max(issued, not_before) - _LEEWAY_S > now:
        raise LaunchRefused("launch_invalid", "iat")
    if now >= expires + _LEEWAY_S:
        raise LaunchRefused("launch_expired", "exp")
    origins = merchants.origins(claims["iss"], mode)
    return Launch(
        token_id=_matched(claims, "jti", _JTI),
        merchant_id=claims["iss"],
        mode=mode,
        widgets=_widgets(claims.get("wid")),
        origin=_registered(claims["org"], origins),
        shopper_ref=_matched(claims, "sub", REFERENCE),
        order_id=_matched(claims, "ord", REFERENCE) if "ord" in claims else None,
        amount=_amount(claims),
        signals=None,  # signals travel server to server only
        return_url=_return_url(claims.get("ret"), origins),
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _matched(claims: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = claims[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise LaunchRefused("launch_invalid", name)
    return value


def _registered(value: object, origins: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in origins:
        raise LaunchRefused("origin_not_registered", "org", origin=str(value)[:100])
    return value


def _widgets(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not 1 <= len(names) <= 5:
        raise LaunchRefused("launch_invalid", "wid")
    if not all(isinstance(name, str) and WIDGET.fullmatch(name) for name in names):
        raise LaunchRefused("launch_invalid", "wid")
    return tuple(names)


def _amount(claims: dict[str, Any]) -> Money | None:
    if "amt" not in claims and "cur" not in claims:
        return None
    try:
        amount = Money.from_json({"amount": claims.get("amt"), "currency": claims.get("cur")})
    except ValueError as error:
        raise LaunchRefused("launch_invalid", "amt") from error
    if amount.minor == 0:
        raise LaunchRefused("launch_invalid", "amt")
    return amount


def _return_url(value: object, origins: tuple[str, ...]) -> str | None:
    if value is None:
        return None
    if return_url_problem(value, origins):
        raise LaunchRefused("launch_invalid", "ret")
    return str(value)
