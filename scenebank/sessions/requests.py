"""What a shop's server sends to start a session, read once at the edge."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scenebank.errors import FieldError, InvalidInput
from scenebank.fields import Either, Flag, ListOf, Object, OneOf, Rule, Text, Whole, maybe, needed, or_null
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door
from scenebank.merchants.origins import origin_of
from scenebank.money.fields import CURRENCY, Amount
from scenebank.money.model import Money
from scenebank.risk.signals import MERCHANT_SIGNALS
from scenebank.sessions.model import Signals

WIDGET = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_REFERENCE, _VERSION = "[!-~]{1,64}", "[0-9A-Za-z._-]{1,32}"
REFERENCE = re.compile(_REFERENCE)
_DEFAULT_TTL_S, _SHORTEST_TTL_S, _LONGEST_TTL_S = 300, 60, 900
_TTL = {"shortest": str(_SHORTEST_TTL_S), "longest": str(_LONGEST_TTL_S)}
_SHOPPER = Object({"ref": needed(
    Text("user_ref", _REFERENCE, sample="u_7f3c9a", about="your own opaque reference of the shopper"), "user_ref"
)})  # fmt: skip
_BOTH = Rule(
    {"dependentRequired": {"amount": ["currency"], "currency": ["amount"]}},
    lambda order: [] if (order["amount"] is None) == (order["currency"] is None)
    else [FieldError("/amount", "money_shape", {})],
)  # fmt: skip
_WITH_VERSION = Rule(
    {"if": {"properties": {"signals": {"const": True}}, "required": ["signals"]}, "then": {"required": ["version"]}},
    lambda consent: [FieldError("/version", "consent_version", {})]
    if consent["signals"] and consent["version"] is None else [],
)  # fmt: skip


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


def session_request(widgets: Sequence[str]) -> Object:
    """The body of ``POST /v1/sessions``; ``widgets`` are those there are."""
    widget = OneOf(widgets, "unknown_widget", {"widgets": ", ".join(widgets)})
    several = ListOf(widget, 1, 5, "unknown_widget", {"widgets": ", ".join(widgets)}, "for one launch of any of them")
    return Object({
        "widget": needed(Either(widget, several)),
        "origin": needed(Text("required", sample="https://shop.example", about="of the page: one that is registered")),
        "user": needed(_SHOPPER),
        "order": or_null(Object({
            "id": or_null(Text("order_id", _REFERENCE, sample="ord_0007")),
            "amount": maybe(Amount("money_shape")),
            "currency": maybe(CURRENCY),
        }, rules=(_BOTH,))),
        "signals": or_null(MERCHANT_SIGNALS),
        "consent": or_null(Object({
            "signals": maybe(Flag()),
            "version": maybe(Text("consent_version", _VERSION, sample="2026-10")),
        }, rules=(_WITH_VERSION,))),
        "ttl": maybe(Whole(_SHORTEST_TTL_S, _LONGEST_TTL_S, "ttl", _TTL, _DEFAULT_TTL_S, "seconds"), _DEFAULT_TTL_S),
        "return_url": or_null(Text(
            "return_url", "[!-~]*", longest=500, sample="https://shop.example/back",
            about="where the bank's page leads back to, on a registered origin",
        )),
    }, name="NewSession")  # fmt: skip


LOGOUT = Object({"user": needed(_SHOPPER)}, name="Logout")


def read_session_request(said: Mapping[str, Any], door: Door) -> SessionRequest:
    """What the body said, as far as it is this merchant's; :class:`InvalidInput` names every field that is not."""
    order, wrong = said["order"] or {}, _foreign(said, door)
    if wrong:
        raise InvalidInput(wrong)
    widget, minor = said["widget"], order.get("amount")
    return SessionRequest(
        widgets=(widget,) if isinstance(widget, str) else widget,
        origin=said["origin"],
        shopper_ref=said["user"]["ref"],
        order_id=order.get("id"),
        amount=None if minor is None else Money(minor, order["currency"]),
        signals=_signals(said),
        return_url=said["return_url"],
        ttl_s=said["ttl"],
    )


def _foreign(said: Mapping[str, Any], door: Door) -> list[FieldError]:
    """What would be another merchant's or market's."""
    wrong, origin = [], said["origin"]
    if origin not in door.origins:
        wrong.append(FieldError("/origin", "origin_not_registered", {"origin": origin[:100]}))
    currency = market_of(door.merchant.market).currency
    if (said["order"] or {}).get("currency") not in (None, currency):
        wrong.append(FieldError("/order/currency", "currency_of_market", {"currency": currency}))
    if said["return_url"] is not None and (problem := return_url_problem(said["return_url"], door.origins)):
        wrong.append(FieldError("/return_url", problem, {}))
    return wrong


def _signals(said: Mapping[str, Any]) -> Signals | None:
    """Dropped without the shopper's consent."""
    consent = said["consent"] or {}
    values = {name: value for name, value in (said["signals"] or {}).items() if value is not None}
    return Signals(values, consent["version"]) if values and consent.get("signals") else None


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
