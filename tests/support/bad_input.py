"""Every row of bad input: what is wrong with it, where it is sent, and what must come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.scene import DETAILS, SHOP, Scene

OTHER_PAGE = "https://www.shop.example"
STRANGER = "https://evil.example"


@dataclass(frozen=True)
class SceneRow:
    """``change`` of the facts every address of a widget carries, None for a fact left out. ``code`` and ``status`` of
    the refusal; ``field`` and ``field_code`` where one field is to blame. ``offers`` is False where the same fact means
    nothing to ``GET /v1/offers``."""

    name: str
    change: Mapping[str, str | None]
    status: int
    code: str
    field: str = ""
    field_code: str = ""
    offers: bool = True


def _field(name: str, field: str, value: str | None, code: str) -> SceneRow:
    return SceneRow(name, {field: value}, 422, "invalid_input", field, code)


SCENE_ROWS = (
    _field("amount 0", "amount", "0", "amount_zero"),
    _field("amount 000", "amount", "000", "amount_zero"),
    _field("amount negative", "amount", "-129900", "amount_shape"),
    _field("amount in exponents", "amount", "1e30", "amount_shape"),
    _field("amount no number", "amount", "abc", "amount_shape"),
    _field("amount with a fraction", "amount", "1299.00", "amount_shape"),
    _field("amount with a decimal comma", "amount", "1299,00", "amount_shape"),
    _field("amount of 13 digits", "amount", "9" * 13, "amount_shape"),
    _field("amount of 5,000 digits", "amount", "9" * 5000, "amount_shape"),
    _field("amount in full-width digits", "amount", "１２９９００", "amount_shape"),
    _field("amount in Arabic digits", "amount", "١٢٩٩٠٠", "amount_shape"),
    _field("amount with spaces", "amount", " 129900 ", "amount_shape"),
    _field("amount missing", "amount", None, "amount_missing"),
    SceneRow("amount too small for every product", {"amount": "1"}, 422, "amount_not_offered"),
    SceneRow("amount too large for every product", {"amount": "999999999999"}, 422, "amount_not_offered"),
    _field("currency unknown", "currency", "XXX", "currency_unknown"),
    _field("currency in lower case", "currency", "cny", "currency_unknown"),
    _field("currency of another market", "currency", "GBP", "currency_of_market"),
    _field("currency missing", "currency", None, "currency_missing"),
    SceneRow("product unknown", {"product": "no-such-plan"}, 404, "unknown_product"),
    _field("product with spaces", "product", "a plan", "not_a_word"),
    _field("product too long", "product", "x" * 101, "not_a_word"),
    _field("shape unknown", "shape", "round", "not_one_of"),
    _field("theme unknown", "theme", "pink", "not_one_of"),
    _field("order with spaces", "order", "ord 1", "not_a_word"),
    _field("placement too long", "placement", "p" * 101, "not_a_word"),
    _field("bank-window unknown", "bank-window", "popup", "not_one_of"),
    SceneRow("locale unknown", {"locale": "fr"}, 422, "invalid_input", "locale", "locale_unknown", offers=False),
    SceneRow("key unknown", {"key": "bis_pk_test_" + "0" * 22}, 404, "unknown_key"),
    SceneRow("key of the wrong shape", {"key": "bis_pk_test_nobody"}, 404, "unknown_key"),
    SceneRow("key missing", {"key": None}, 404, "unknown_key", offers=False),
    SceneRow("NUL in a fact", {"order": "a\0b"}, 422, "invalid_input", "order", "", offers=False),
)  # fmt: skip
# The session's amount is the shop's, so these two are the order's when somebody is in.
OF_THE_ORDER = ("amount too small for every product", "amount too large for every product")


@dataclass(frozen=True)
class OrderRow:
    """A change of the body of ``POST /v1/sessions``; every one is ``invalid_input``."""

    name: str
    change: Mapping[str, Any]
    field: str
    field_code: str


def _order(name: str, field: str, code: str, **change: Any) -> OrderRow:
    return OrderRow(name, {"order": {"id": "ord_1", "amount": "129900", "currency": "CNY"} | change}, field, code)


ORDER_ROWS = (
    _order("amount 0", "/order/amount", "amount_zero", amount="0"),
    _order("amount negative", "/order/amount", "money_shape", amount="-1"),
    _order("amount in exponents", "/order/amount", "money_shape", amount="1e30"),
    _order("amount no number", "/order/amount", "money_shape", amount="abc"),
    _order("amount with a fraction", "/order/amount", "money_shape", amount="12.5"),
    _order("amount a number", "/order/amount", "money_shape", amount=129900),
    _order("amount a list", "/order/amount", "money_shape", amount=["129900"]),
    _order("currency unknown", "/order/currency", "currency_unknown", currency="XXX"),
    _order("currency a list", "/order/currency", "currency_unknown", currency=["CNY"]),
    _order("currency of another market", "/order/currency", "currency_of_market", currency="EUR"),
    _order("order id with spaces", "/order/id", "order_id", id="a b"),
    _order("order with a field too many", "/order/colour", "unknown_field", colour="red"),
    OrderRow("order no object", {"order": "ord_1"}, "/order", "not_an_object"),
    OrderRow("widget unknown", {"widget": "nothing"}, "/widget", "unknown_widget"),
    OrderRow("widget a path", {"widget": "../etc"}, "/widget", "unknown_widget"),
    OrderRow("widget missing", {"widget": None}, "/widget", "required"),
    OrderRow("origin not registered", {"origin": STRANGER}, "/origin", "origin_not_registered"),
    OrderRow("origin of half a character", {"origin": "\ud800"}, "", "malformed_json"),
    OrderRow("origin missing", {"origin": None}, "/origin", "required"),
    OrderRow("shopper missing", {"user": None}, "/user", "required"),
    OrderRow("shopper with NUL", {"user": {"ref": "u\0"}}, "/user/ref", "user_ref"),
    OrderRow("shopper personal", {"user": {"ref": "u", "phone": "1"}}, "/user/phone", "unknown_field"),
    OrderRow("return address elsewhere", {"return_url": STRANGER}, "/return_url", "return_url_origin"),
    OrderRow("return address a script", {"return_url": "javascript:alert(1)"}, "/return_url", "return_url_origin"),
    OrderRow("life too short", {"ttl": 59}, "/ttl", "ttl"),
    OrderRow("life no number", {"ttl": "300"}, "/ttl", "ttl"),
    OrderRow("signal personal", {"signals": {"phone": 1}}, "/signals/phone", "unknown_field"),
    OrderRow("signal negative", {"signals": {"orders_12m": -1}}, "/signals/orders_12m", "signal_band"),
    OrderRow("signal in no band", {"signals": {"tenure_months": 31}}, "/signals/tenure_months", "signal_band"),
    OrderRow("signal off the list", {"signals": {"top_category": "health"}}, "/signals/top_category", "signal_value"),
    OrderRow(
        "consent without version", {"signals": {"orders_12m": 1}, "consent": {"signals": True}},
        "/consent/version", "consent_version",
    ),
    OrderRow("field unknown", {"favourite_bank": "harbour"}, "/favourite_bank", "unknown_field"),
    OrderRow("field unknown, with a slash", {"a/b~c": 1}, "/a~1b~0c", "unknown_field"),
)  # fmt: skip


@dataclass(frozen=True)
class AddressRow:
    """An address nobody answers, or not by this method; ``{widget}`` is the scene's."""

    name: str
    method: str
    path: str
    status: int
    code: str


ADDRESS_ROWS = (
    AddressRow("widget unknown", "GET", "/w/nothing", 404, "unknown_widget"),
    AddressRow("widget unknown, sent to", "POST", "/w/nothing", 404, "unknown_widget"),
    AddressRow("widget a path", "GET", "/w/..%2f..%2fetc%2fpasswd", 404, "no_such_address"),
    AddressRow("widget with NUL", "GET", "/w/%00", 404, "no_such_address"),
    AddressRow("widget missing", "GET", "/w/", 404, "no_such_address"),
    AddressRow("step unknown", "GET", "/w/{widget}/nothing", 404, "unknown_step"),
    AddressRow("step unknown, sent to", "POST", "/w/{widget}/nothing", 404, "unknown_step"),
    AddressRow("step personal, by address", "GET", "/w/{widget}/submit", 404, "unknown_step"),
    AddressRow("step below a step", "GET", "/w/{widget}/schedule/more", 404, "no_such_address"),
    AddressRow("wrong method", "PUT", "/w/{widget}", 405, "method_not_allowed"),
    AddressRow("way to the bank nobody made", "GET", "/go/nothing", 404, "not_found"),
    AddressRow("way to the bank, sent to", "POST", "/go/nothing", 405, "method_not_allowed"),
    AddressRow("way to the bank with NUL", "GET", "/go/%00", 404, "no_such_address"),
    AddressRow("back from the bank, with nothing", "GET", "/back/app_nobody", 404, "not_found"),
    AddressRow("back from the bank, with NUL", "GET", "/back/%00", 404, "no_such_address"),
)


@dataclass(frozen=True)
class FormRow:
    """The application form with one thing wrong; ``fields`` are named, each with a text below it."""

    name: str
    change: Mapping[str, str | None]
    fields: tuple[str, ...]
    code: str
    status: int = 422
    market: str = ""


FORM_ROWS = (
    FormRow("consent missing", {"consent-share_data": None}, ("consent-share_data",), "invalid_input"),
    FormRow("consent neither yes nor no", {"consent-share_data": "perhaps"}, ("consent-share_data",), "invalid_input"),
    FormRow("plan missing", {"choice": None}, (), "no_choice"),
    FormRow("plan empty", {"choice": ""}, (), "no_choice"),
    FormRow("plan unknown", {"choice": "harbour/nothing/12"}, (), "offer_not_available", 409),
    FormRow("term unknown", {"choice": "harbour/harbour-one/99"}, (), "offer_not_available", 409),
    FormRow("term no number", {"choice": "harbour/harbour-one/１２"}, (), "offer_not_available", 409),
    FormRow("plan no plan", {"choice": "/" * 300}, (), "offer_not_available", 409),
    *(FormRow(f"{name} missing", {name: None}, (name,), "invalid_input", market="EU") for name in DETAILS),
    *(FormRow(f"{name} of blanks", {name: " \t "}, (name,), "invalid_input", market="EU") for name in DETAILS),
    *(FormRow(f"{name} with NUL", {name: "a\0b"}, (name,), "invalid_input", market="EU") for name in DETAILS),
    *(FormRow(f"{name} far too long", {name: "x" * 5000}, (name,), "invalid_input", market="EU") for name in DETAILS),
    FormRow("everything missing", dict.fromkeys([*DETAILS, "consent-share_data", "consent-credit_check"]),
            (*DETAILS, "consent-share_data", "consent-credit_check"), "invalid_input", market="EU"),
)  # fmt: skip


@dataclass(frozen=True)
class LaunchRow:
    """A launch that is refused: ``spoil`` makes the token and what goes with it."""

    name: str
    spoil: Callable[[Scene], dict[str, str]]
    status: int
    code: str


def _used(scene: Scene) -> dict[str, str]:
    token = scene.launch_token()
    assert scene.post("", scene.query | {"lt": token}).status == 200
    return {"lt": token}


def _expired(scene: Scene) -> dict[str, str]:
    token = scene.launch_token()
    scene.clock.move(300)
    return {"lt": token}


def _of_another_page(scene: Scene) -> dict[str, str]:
    door = scene.wired.merchants.door_by_publishable_key(scene.merchant.publishable_key)
    scene.wired.merchants.add_origin(door.merchant.id, door.mode, OTHER_PAGE)
    return {"lt": scene.launch_token(), "parent_origin": OTHER_PAGE}


def _of_another_shop(scene: Scene) -> dict[str, str]:
    other = scene.wired.merchants.create("Other", [SHOP], scene.market, scene.mode)
    return {"lt": scene.launch_token(secret_key=other.secret_key)}


def _of_another_mode(scene: Scene) -> dict[str, str]:
    return {"lt": scene.launch_token(), "key": scene.live_key()}


LAUNCH_ROWS = (
    LaunchRow("token missing", lambda scene: {}, 401, "launch_invalid"),
    LaunchRow("token empty", lambda scene: {"lt": ""}, 401, "launch_invalid"),
    LaunchRow("token nonsense", lambda scene: {"lt": "nonsense"}, 401, "launch_invalid"),
    LaunchRow("token of 60,000 characters", lambda scene: {"lt": "bis_lt_" + "x" * 60_000}, 401, "launch_invalid"),
    LaunchRow("token with NUL", lambda scene: {"lt": scene.launch_token() + "\0"}, 401, "launch_invalid"),
    LaunchRow("token with a blank", lambda scene: {"lt": scene.launch_token() + " "}, 401, "launch_invalid"),
    LaunchRow("token in capitals", lambda scene: {"lt": scene.launch_token().upper()}, 401, "launch_invalid"),
    LaunchRow("token used", _used, 409, "launch_used"),
    LaunchRow("token expired", _expired, 401, "launch_expired"),
    LaunchRow("token of another shop", _of_another_shop, 401, "launch_invalid"),
    LaunchRow("token of another mode", _of_another_mode, 401, "mode_mismatch"),
    LaunchRow(
        "token of another widget", lambda scene: {"lt": scene.launch_token(widget=scene.other_widget)}, 401,
        "launch_invalid",
    ),
    LaunchRow("page of the shop, but another", _of_another_page, 401, "origin_mismatch"),
    LaunchRow(
        "page not registered", lambda scene: {"lt": scene.launch_token(), "parent_origin": STRANGER}, 401,
        "origin_not_registered",
    ),
    LaunchRow(
        "page no origin", lambda scene: {"lt": scene.launch_token(), "parent_origin": "<b>null"}, 401,
        "origin_not_registered",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class EndpointRow:
    """A body sent below ``/v1/webhook_endpoints``; ``{}`` in ``path`` is an endpoint of the merchant. Every one is
    ``invalid_input``."""

    name: str
    method: str
    path: str
    body: Mapping[str, Any]
    field: str
    field_code: str


BEGIN, END = "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"
_HOOK = "https://shop.example/hook"


def _made(name: str, field: str, code: str, **body: Any) -> EndpointRow:
    return EndpointRow(f"{name}, made", "POST", "", {"url": _HOOK} | body, field, code)


def _patched(name: str, field: str, code: str, **body: Any) -> EndpointRow:
    return EndpointRow(f"{name}, changed", "PATCH", "/{}", body, field, code)


def _window(name: str, field: str, code: str, **body: Any) -> EndpointRow:
    given = {"from": BEGIN, "to": END} | body
    return EndpointRow(name, "POST", "/{}/replay", {key: one for key, one in given.items() if one != ""}, field, code)


ENDPOINT_ROWS = (
    EndpointRow("address missing", "POST", "", {"events": ["*"]}, "/url", "required"),
    _made("address a list", "/url", "webhook_url", url=[_HOOK]),
    _made("address null", "/url", "webhook_url", url=None),
    _made("field unknown", "/secret", "unknown_field", secret="whsec_AAAA"),
    *(
        row(f"events {events!r}", field, "event_types", events=events)
        for row in (_made, _patched)
        for events, field in (
            ([], "/events"), ("*", "/events"), (None, "/events"), ([1], "/events/0"), (["*", "*"], "/events/0"),
            (["application.accepted", "application.nothing"], "/events/1"), (["application.*"], "/events/0"),
            (["application.accepted\0"], "/events/0"),
        )
    ),
    *(
        row(f"signatures {signatures!r}", "/signatures", "signatures", signatures=signatures)
        for row in (_made, _patched)
        for signatures in ([], "v1", None, ["v1a"], ["v1a", "v1"], ["v2"], ["v1", "v1"], [["v1"]])
    ),
    *(_patched(f"enabled {enabled!r}", "/enabled", "true_or_false", enabled=enabled) for enabled in (1, "true", None)),
    _patched("address inside", "/url", "webhook_url", url="https://10.0.0.1/"),
    _patched("field unknown", "/id", "unknown_field", id="we_1"),
    EndpointRow("rotation perhaps", "POST", "/{}/rotate", {"at_once": 1}, "/at_once", "true_or_false"),
    EndpointRow("rotation with a field", "POST", "/{}/rotate", {"secret": "x"}, "/secret", "unknown_field"),
    EndpointRow("test with a field", "POST", "/{}/test", {"type": "x"}, "/type", "unknown_field"),
    EndpointRow("replay with a field", "POST", "/{}/deliveries/msg_1/replay", {"a": "x"}, "/a", "unknown_field"),
    _window("window without a beginning", "/from", "required", **{"from": ""}),
    _window("window without an end", "/to", "required", to=""),
    *(
        _window(f"window from {begin!r}", "/from", "rfc3339", **{"from": begin})
        for begin in (
            0, None, "yesterday", "2026-11-24", "2026-11-24T00:00:00", "2026-13-24T00:00:00Z", "20261124T000000Z",
            "2026-11-24T24:61:00Z", "2026-11-24 00:00:00Z", "٢٠٢٦-11-24T00:00:00Z",
        )
    ),
    _window("window of no time", "/to", "window", to=BEGIN),
    _window("window backwards", "/to", "window", to="2026-11-23T00:00:00Z"),
    _window("window of 32 days", "/to", "window", to="2026-12-26T00:00:00Z"),
    *(_window(f"window after {after!r}", "/after", "cursor", after=after) for after in (1, None, "-1", "x", "9" * 16)),
    *(_window(f"window of status {one!r}", "/status", "not_one_of", status=one) for one in ("lost", 1, ["dead"])),
)  # fmt: skip
