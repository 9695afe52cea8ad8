"""Who is asking."""

from __future__ import annotations

from flask import request

from scenebank.errors import Forbidden, Unauthenticated
from scenebank.merchants.model import Door
from scenebank.web.api.scopes import check_scope
from scenebank.web.noted import note_door
from scenebank.web.quotas import bearer, charge, refuse_spent, take
from scenebank.wiring import Wired


class ModeMismatch(Unauthenticated):
    """A test key where a live one is wanted, or the other way round."""

    code = "mode_mismatch"


def secret_door(wired: Wired) -> Door:
    """The merchant of the secret key, or of a restricted one with the scope of the route. A key that comes from a
    browser has leaked: it is refused, and its merchant hears of it."""
    key = bearer(request)
    if not key:
        raise Unauthenticated("send the secret key as Authorization: Bearer")
    if not wired.quotas.knows(key):
        refuse_spent(wired, "guess")
    if from_browser():
        wired.merchant_keys.exposed(key)
        raise Forbidden("a secret key belongs on a server: this request comes from a browser")
    door = _opened(wired, key)
    if door.key is not None and request.url_rule is not None:
        check_scope(door.key, request.method, request.url_rule.rule)
    return door


def _opened(wired: Wired, key: str) -> Door:
    """A key that is nobody's, and never was while we ran, counts as a guess of its network; one that opens a door
    counts for itself."""
    try:
        door = wired.merchants.door_by_secret_key(key)
    except Unauthenticated:
        if not wired.quotas.knows(key):
            charge(wired, "guess", 1)
        raise
    wired.quotas.remember(key)
    note_door(door)
    take(wired, "key", f"{door.merchant.id} {door.mode.value} {door.key.id if door.key else ''}")
    return door


def from_browser() -> bool:
    """A browser names its page or its site; ``Sec-Fetch-Mode`` alone comes from a server too: Node's ``fetch``."""
    return any(name in request.headers for name in ("Origin", "Sec-Fetch-Site", "Sec-Fetch-Dest"))
