"""Who is asking."""

from __future__ import annotations

from flask import request

from scenebank.errors import Forbidden, InvalidInput, Unauthenticated
from scenebank.merchants.model import Door
from scenebank.web.api.scopes import check_scope
from scenebank.wiring import Wired

_MOST = 100


class ModeMismatch(Unauthenticated):
    """A test key where a live one is wanted, or the other way round."""

    code = "mode_mismatch"


def secret_door(wired: Wired) -> Door:
    """The merchant of the secret key, or of a restricted one with the scope of the route. A key that comes from a
    browser has leaked: it is refused, and its merchant hears of it."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise Unauthenticated("send the secret key as Authorization: Bearer")
    if _from_browser():
        wired.merchant_keys.exposed(key)
        raise Forbidden("a secret key belongs on a server: this request comes from a browser")
    door = wired.merchants.door_by_secret_key(key)
    if door.key is not None and request.url_rule is not None:
        check_scope(door.key, request.method, request.url_rule.rule)
    return door


def _from_browser() -> bool:
    """A browser names its page or its site; ``Sec-Fetch-Mode`` alone comes from a server too: Node's ``fetch``."""
    return any(name in request.headers for name in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Dest"))


def page_limit() -> int:
    """``limit`` of the query, 1 to 100, else 20."""
    value = request.args.get("limit", "20")
    if not (value.isascii() and value.isdigit() and len(value) <= 3 and 1 <= int(value) <= _MOST):
        raise InvalidInput.one("limit", "limit", most=str(_MOST))
    return int(value)


def page_cursor(name: str = "after") -> int | None:
    """The number behind ``name`` of the query; None where it is not there."""
    value = request.args.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise InvalidInput.one(name, "cursor")
    return int(value)
