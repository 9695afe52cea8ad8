"""What machines may know of the door for people."""

from __future__ import annotations

from scenebank.errors import FieldError
from scenebank.fields import ListOf, Object, OneOf, Rule, Text, Whole, answer, maybe, needed
from scenebank.markets.rules import NotAvailableHere
from scenebank.sessions.model import SessionRefused
from scenebank.web.contract.operation import HTML, SCRIPT, Answer, Door, Operation
from scenebank.web.embed.requests import UnknownWidget
from widgets import WIDGETS
from widgets.scene import SCENE
from widgets.texts import LOCALES

_KEY = needed(Text(sample="bis_pk_test_…", about="your publishable key"))
_LOCALE = maybe(OneOf(LOCALES, "locale_unknown", {}))
_WIDGET = needed(OneOf(sorted(WIDGETS), "unknown_widget", {}))
_SCENE = {name: maybe(field.kind) for name, field in SCENE.fields.items()}  # what a token may bring
_WITH_CURRENCY = Rule(
    {"dependentRequired": {"amount": ["currency"]}},
    lambda said: [FieldError("currency", "currency_missing", {})]
    if said.get("amount") and not said.get("currency") else [],
)  # fmt: skip
_REFUSED = {401: ("launch_invalid", "launch_expired", "launch_clock", "launch_revoked", "origin_mismatch",
                  "origin_not_registered", "mode_mismatch"), 409: ("launch_used",)}  # fmt: skip

_LAUNCHED = {
    "key": _KEY, "lt": needed(Text(sample="bis_lt_…", about="the launch token")),
    "cn": maybe(Text(sample="", about="random: the same again, within 30 s, is no second use")),
    "parent_origin": maybe(Text(sample="https://shop.example", about="of the page")),
}  # fmt: skip

SHOW = Operation(
    "Show a widget", "widgets", {200: Answer("a whole document", media=(HTML,))}, door=Door.PAGE,
    query=Object({"key": _KEY, **SCENE.fields, "locale": _LOCALE}), refuses=(UnknownWidget, NotAvailableHere),
    problems={404: ("unknown_product",)}, pages=(HTML,), about="In an iframe: the same for everybody.",
)  # fmt: skip
LAUNCH = Operation(
    "Open a widget for one shopper", "widgets", {200: Answer("a document for the shopper", media=(HTML,))},
    door=Door.PAGE, refuses=(UnknownWidget, NotAvailableHere), problems=_REFUSED, pages=(HTML,),
    form=Object({"widget": _WIDGET, **_LAUNCHED, **_SCENE, "locale": _LOCALE}, (_WITH_CURRENCY,), open=True),
    about="Sent by the frame itself. Whoever prefers JSON to a document is told problems as JSON.",
)  # fmt: skip
RESUME = Operation(
    "Go on after a reload of the frame", "widgets", {200: Answer("a document for the shopper", media=(HTML,))},
    door=Door.PAGE, refuses=(UnknownWidget, SessionRefused, NotAvailableHere),
    problems={401: ("session_invalid", "session_expired")},
    form=Object({"widget": _WIDGET, "key": _KEY, "resume": needed(Text(sample="")), **_SCENE, "locale": _LOCALE},
                (_WITH_CURRENCY,), open=True),
    pages=(HTML,),
)  # fmt: skip
ENTER = Operation(
    "Open a widget by a form", "widgets", {200: Answer("a document for the shopper", media=(HTML,))}, door=Door.PAGE,
    form=Object({**_LAUNCHED, **SCENE.fields, "locale": _LOCALE}, open=True), refuses=(UnknownWidget, NotAvailableHere),
    problems=_REFUSED | {404: ("unknown_product",)}, pages=(HTML,), about="Works without any script.",
)  # fmt: skip
LOADER = Operation(
    "Load the loader", "widgets", {200: Answer("`Link` names the pinned one", media=(SCRIPT,))}, door=Door.ANYBODY
)
_HEIGHT = answer(
    "Height", widget=OneOf(sorted(WIDGETS)), shape=OneOf(("full", "compact")), locale=OneOf(LOCALES),
    from_width=Whole(about="px of the container", sample=320), height=Whole(about="px", sample=412),
)  # fmt: skip
HEIGHTS = Operation(
    "List heights of first views", "widgets", {200: Answer("all", answer("Heights", heights=ListOf(_HEIGHT)))},
    door=Door.ANYBODY,
)  # fmt: skip
