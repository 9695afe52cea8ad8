"""Who is asking."""

from __future__ import annotations

from flask import request

from scenebank.errors import Forbidden, Unauthenticated
from scenebank.merchants.model import Door
from scenebank.web.api.scopes import check_scope
from scenebank.wiring import Wired


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
