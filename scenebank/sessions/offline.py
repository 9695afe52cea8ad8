"""Launch way B: a JWT the shop's server signs without calling us (ES256, Ed25519, or HS256 with a secret of ours)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from scenebank.errors import NotFound
from scenebank.fields import Wrong
from scenebank.jose.compact import BadJws, CompactJws, read_compact
from scenebank.jose.verification_keys import UnfitKey, verification_key
from scenebank.merchants.model import Mode
from scenebank.merchants.service import MerchantService
from scenebank.money.model import Money
from scenebank.risk.signals import MERCHANT_SIGNALS
from scenebank.sessions.model import Launch, LaunchRefused
from scenebank.sessions.requests import REFERENCE, WIDGET, return_url_problem

TYPE = "bis-launch+jwt"
_LONGEST = 4096
_DEEPEST = 3
_LONGEST_LIFE_S = 300
_LEEWAY_S = 10
_JTI = re.compile(r"[A-Za-z0-9_-]{22,64}")
_ISSUER = re.compile(r"[A-Za-z0-9_-]{1,40}")
_KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CLAIMS = {"iss", "aud", "iat", "exp", "jti", "sub", "org", "wid", "ord", "amt", "cur", "ret", "ctx", "nbf"}
_REQUIRED = {"iss", "aud", "iat", "exp", "jti", "sub", "org"}


def read_offline(token: str, audience: str, now: datetime, merchants: MerchantService) -> Launch:
    """The launch a JWT asks for; :class:`LaunchRefused` for anything that is not exactly right."""
    try:
        statement = read_compact(token, _LONGEST)
        claims = statement.claims(_DEEPEST)
    except BadJws as error:
        raise LaunchRefused("launch_invalid", str(error)) from error
    if set(statement.header) != {"alg", "typ", "kid"} or statement.header["typ"] != TYPE:
        raise LaunchRefused("launch_invalid", "header")
    if not set(claims) <= _CLAIMS or not set(claims) >= _REQUIRED:
        raise LaunchRefused("launch_invalid", "claims")
    mode = _verify(statement, claims["iss"], merchants)
    return _launch(claims, audience, int(now.timestamp()), mode, merchants)


def _verify(statement: CompactJws, issuer: object, merchants: MerchantService) -> Mode:
    """The key decides the algorithm, and the issuer must own the key."""
    kid = statement.header["kid"]
    if not _KID.fullmatch(kid) or not isinstance(issuer, str) or not _ISSUER.fullmatch(issuer):
        raise LaunchRefused("launch_invalid", "kid")
    try:
        key = merchants.launch_key(issuer, kid)
        statement.verify(verification_key(key.jwk))
    except (NotFound, BadJws, UnfitKey) as error:
        raise LaunchRefused("launch_invalid", "signature") from error
    return key.mode


def _launch(claims: dict[str, Any], audience: str, now: int, mode: Mode, merchants: MerchantService) -> Launch:
    if claims["aud"] != audience:
        raise LaunchRefused("launch_invalid", "aud")
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= _LONGEST_LIFE_S:
        raise LaunchRefused("launch_invalid", "life")
    not_before = claims.get("nbf", issued)
    if type(not_before) is not int:
        raise LaunchRefused("launch_invalid", "nbf")
    ahead_s = max(issued, not_before) - now
    if ahead_s > _LEEWAY_S:
        raise LaunchRefused("launch_clock", "iat", seconds=str(ahead_s))
    if now >= expires + _LEEWAY_S:
        raise LaunchRefused("launch_expired", "exp", seconds=str(now - expires))
    _check_context(claims.get("ctx"))
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
        issued_at=datetime.fromtimestamp(issued, UTC),
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


def _check_context(value: object) -> None:
    """Lawful signals in their bands, and no others; they go no further, since every script of the page can read them
    and no consent stands beside them."""
    wrong: Wrong = []
    if value is not None:
        MERCHANT_SIGNALS.read("ctx", value, wrong)
    if wrong:
        raise LaunchRefused("launch_invalid", f"ctx: {wrong[0].code}")


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
