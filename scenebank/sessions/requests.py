"""What a shop's server sends to start a session, read once at the edge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scenebank.errors import FieldError, InvalidInput, escaped
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door
from scenebank.merchants.origins import origin_of
from scenebank.money.model import CURRENCIES, Money
from scenebank.sessions.model import Signals

WIDGET = re.compile(r"[a-z][a-z0-9_-]{0,31}")
REFERENCE = re.compile(r"[\x21-\x7e]{1,64}")
_FIELDS = {"widget", "origin", "user", "order", "signals", "consent", "ttl", "return_url"}
# Coarse facts about the shopper; anything else is refused, so that nothing personal slips in.
SIGNAL_NAMES = frozenset({"tenure_months", "orders_90d", "gmv_90d", "refunds_90d"})
_VERSION = re.compile(r"[0-9A-Za-z._-]{1,32}")
_DEFAULT_TTL_S, _SHORTEST_TTL_S, _LONGEST_TTL_S = 300, 60, 900


@dataclass(frozen=True)
class SessionRequest:
    """A checked ``POST /v1/sessions``. ``signals`` only with the shopper's consent to their version."""

    widgets: tuple[str, ...]
    origin: str
    shopper_ref: str
    order_id: str | None
    amount: Money | None
    signals: Signals | None
    return_url: str | None
    ttl_s: int


def read_session_request(document: Mapping[str, Any], door: Door) -> SessionRequest:
    """:class:`InvalidInput` names every field that is wrong."""
    errors = [FieldError(f"/{escaped(name)}", "unknown_field", {}) for name in sorted(set(document) - _FIELDS)]
    reader = _Reader(document, door, errors)
    request = SessionRequest(
        widgets=reader.widgets(),
        origin=reader.origin(),
        shopper_ref=reader.shopper(),
        order_id=reader.order_id(),
        amount=reader.amount(),
        signals=reader.signals(),
        return_url=reader.return_url(),
        ttl_s=reader.ttl_s(),
    )
    if errors:
        raise InvalidInput(errors)
    return request


def read_logout(document: Mapping[str, Any], door: Door) -> str:
    """The shopper's reference of a ``POST /v1/logout``."""
    errors = [FieldError(f"/{escaped(name)}", "unknown_field", {}) for name in sorted(set(document) - {"user"})]
    shopper = _Reader(document, door, errors).shopper()
    if errors:
        raise InvalidInput(errors)
    return shopper


class _Reader:
    """Reads field by field and gathers what is wrong."""

    def __init__(self, document: Mapping[str, Any], door: Door, errors: list[FieldError]) -> None:
        self._document = document
        self._door = door
        self._errors = errors

    def _wrong(self, pointer: str, code: str, **params: str) -> None:
        self._errors.append(FieldError(pointer, code, params))

    def _object(self, name: str, fields: set[str], required: bool) -> Mapping[str, Any]:
        value = self._document.get(name)
        if value is None and not required:
            return {}
        if not isinstance(value, dict):
            self._wrong(f"/{name}", "required" if value is None else "not_an_object")
            return {}
        for unknown in sorted(set(value) - fields):
            self._wrong(f"/{name}/{escaped(unknown)}", "unknown_field")
        return value

    def widgets(self) -> tuple[str, ...]:
        value = self._document.get("widget")
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and 1 <= len(names) <= 5 and all(
            isinstance(name, str) and WIDGET.fullmatch(name) for name in names
        ):  # fmt: skip
            return tuple(names)
        self._wrong("/widget", "required" if value is None else "unknown_widget")
        return ()

    def origin(self) -> str:
        value = self._document.get("origin")
        if not isinstance(value, str):
            self._wrong("/origin", "required")
            return ""
        if value not in self._door.origins:
            self._wrong("/origin", "origin_not_registered", origin=value[:100])
        return value

    def shopper(self) -> str:
        value = self._object("user", {"ref"}, required=True).get("ref")
        if not isinstance(value, str) or not REFERENCE.fullmatch(value):
            self._wrong("/user/ref", "user_ref")
            return ""
        return value

    def order_id(self) -> str | None:
        value = self._object("order", {"id", "amount", "currency"}, required=False).get("id")
        if value is None:
            return None
        if not isinstance(value, str) or not REFERENCE.fullmatch(value):
            self._wrong("/order/id", "order_id")
            return None
        return value

    def amount(self) -> Money | None:
        value = self._document.get("order")
        if not isinstance(value, dict) or ("amount" not in value and "currency" not in value):
            return None
        try:
            money = Money.from_json(value)
        except ValueError:
            known = not isinstance(value.get("currency"), str) or value["currency"] in CURRENCIES
            self._wrong("/order/amount" if known else "/order/currency", "money_shape" if known else "currency_unknown")
            return None
        currency = market_of(self._door.merchant.market).currency
        if money.currency != currency:
            self._wrong("/order/currency", "currency_of_market", currency=currency)
        if money.minor == 0:
            self._wrong("/order/amount", "amount_zero")
        return money

    def signals(self) -> Signals | None:
        values = self._object("signals", set(SIGNAL_NAMES), required=False)
        consent = self._object("consent", {"signals", "version"}, required=False)
        for name, value in values.items():
            whole = type(value) is int and 0 <= value < 10**12
            text = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12
            if not whole and not text:
                self._wrong(f"/signals/{name}", "signal_value")
        version = consent.get("version")
        if consent.get("signals") is not True or not values:
            return None
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            self._wrong("/consent/version", "consent_version")
            return None
        return Signals(dict(values), version)

    def return_url(self) -> str | None:
        value = self._document.get("return_url")
        if value is None:
            return None
        problem = return_url_problem(value, self._door.origins)
        if problem:
            self._wrong("/return_url", problem)
            return None
        return str(value)

    def ttl_s(self) -> int:
        value = self._document.get("ttl", _DEFAULT_TTL_S)
        if type(value) is not int or not _SHORTEST_TTL_S <= value <= _LONGEST_TTL_S:
            self._wrong("/ttl", "ttl", shortest=str(_SHORTEST_TTL_S), longest=str(_LONGEST_TTL_S))
            return _DEFAULT_TTL_S
        return value


def return_url_problem(value: object, origins: tuple[str, ...]) -> str | None:
    """The code of what is wrong with a return address, or None: it must stand on a registered origin."""
    if not isinstance(value, str) or len(value) > 500 or not value.isascii() or not value.isprintable():
        return "return_url"
    try:
        parts = urlsplit(value)
    except ValueError:
        return "return_url"
    if parts.fragment or parts.username or "\\" in value or " " in value:
        return "return_url"
    return None if origin_of(value) in origins else "return_url_origin"
