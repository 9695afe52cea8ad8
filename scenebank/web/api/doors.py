"""Who is asking."""

from __future__ import annotations

from flask import request

from scenebank.errors import Forbidden, InvalidInput, Unauthenticated
from scenebank.merchants.model import Door
from scenebank.web.api.scopes import check_scope
from scenebank.web.noted import note_door
from scenebank.web.quotas import bearer, charge, refuse_spent, take
from scenebank.wiring import Wired

_MOST = 100


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
    if _from_browser():
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


def _from_browser() -> bool:
    return any(name == "Origin" or name.startswith("Sec-Fetch-") for name in request.headers.keys())  # noqa: SIM118


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
