"""One request of a person to a widget, read once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import parse_qsl, urlencode

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from scenebank.errors import InvalidInput, NotFound
from scenebank.markets import market as market_of
from scenebank.markets.model import Market
from scenebank.merchants.model import Door, Mode
from scenebank.merchants.origins import origin_of
from scenebank.money.model import Money
from scenebank.sessions.model import Session
from scenebank.web.embed.rendering import Again, Frame, texts_for
from scenebank.web.noted import note_door
from scenebank.wiring import Wired
from widgets import WIDGETS
from widgets.base import Scene, Shape, Step, Theme, Visit
from widgets.scene import SCENE_FIELDS, parse_scene, scene_fields
from widgets.texts import LOCALES

_FORM, _BEGUN = "application/x-www-form-urlencoded", "scenebank.begun"
_CARRIED_BYTES, _CARRIED_FIELDS = 4_096, 40
_LONGEST = 254  # the longest that any field of ours takes: an address of e-mail
_TORN = re.compile("%[0-9A-Fa-f]?$")


class UnknownWidget(NotFound):
    """There is no widget of that name."""

    code = "unknown_widget"


class UnknownStep(NotFound):
    """The widget has no such step, or not by this method."""

    code = "unknown_step"


@dataclass(frozen=True)
class Asker:
    """Who asks for which widget. ``fields`` is the query of a GET or the form of a POST."""

    widget: str
    door: Door
    market: Market
    locale: str
    fields: Mapping[str, str]

    def asked(self, amount: Money | None = None) -> Asked:
        """With the scene; ``amount`` stands in where none was given. :class:`InvalidInput` names what is wrong."""
        fields = self.fields
        if amount is not None and not fields.get("amount"):
            fields = {**fields, "amount": str(amount.minor), "currency": amount.currency}
        return Asked(self, parse_scene(fields, self.market))


@dataclass(frozen=True)
class Asked:
    """Who asks, where, for what."""

    asker: Asker
    scene: Scene

    @property
    def widget(self) -> str:
        return self.asker.widget

    @property
    def door(self) -> Door:
        return self.asker.door

    @property
    def market(self) -> Market:
        return self.asker.market

    @property
    def locale(self) -> str:
        return self.asker.locale

    @property
    def fields(self) -> Mapping[str, str]:
        return self.asker.fields

    def visit(self, wired: Wired, session: Session | None) -> Visit:
        """With a session, the amount and order are the session's and never the page's."""
        scene = self.scene
        if session is not None:
            scene = replace(scene, amount=session.amount or scene.amount, order=session.order_id or scene.order)
        texts = texts_for(self.locale, self.widget)
        return Visit(
            self.widget, self.door, self.market, scene, session, texts, self.fields, wired.clock.now()
        )

    def frame(
        self, session: Session | None, token: str | None, acted: bool = False, alone: bool = False
    ) -> Frame:  # fmt: skip
        """``alone``: in no other page."""
        same = self.scene.bank_window == "same" and session is not None and session.return_url is not None
        fields = {"key": self.door.publishable_key, **scene_fields(self.scene), "locale": self.locale}
        return Frame(
            self.widget, fields, token, self.scene.shape, self.scene.theme, "_top" if same else "_blank",
            self.door.origins, acted, home=_home(session, self.door) if session and alone else None,
            live=self.door.mode is Mode.LIVE,
        )  # fmt: skip


def _home(session: Session, door: Door) -> str:
    """Where the shop wants its shopper back, while that is still a page of the shop's."""
    address = session.return_url
    return address if address and origin_of(address) in door.origins else session.origin


def asks_for_fragment(request: Request) -> bool:
    """htmx asks, and swaps only what changes."""
    return bool(request.htmx)  # type: ignore[attr-defined]  # the request class of htmx-flask


def given(request: Request, name: str) -> str:
    """One value of the query or the form; where that is too large, of what every form of ours begins with."""
    try:
        return request.values.get(name, "")
    except RequestEntityTooLarge:
        return request.args.get(name) or _begun(request).get(name, "")


def _begun(request: Request) -> dict[str, str]:
    """The fields at the beginning of a form that is too large to be read."""
    return _start(request)[0]


def _start(request: Request) -> tuple[dict[str, str], dict[str, str]]:
    """Those fields, and the beginning of the one after them where it is what is too long."""
    known: tuple[dict[str, str], dict[str, str]] | None = request.environ.get(_BEGUN)
    if known is None:
        start = request.environ["wsgi.input"].read(_CARRIED_BYTES) if request.mimetype == _FORM else b""
        whole, _and, cut = start.decode("utf-8", "replace").rpartition("&")
        fields = dict(parse_qsl(whole)) if whole.count("&") < _CARRIED_FIELDS else {}
        begun = dict(parse_qsl(_TORN.sub("", cut))) if fields else {}
        cut_off = {name: text.rstrip("\ufffd") for name, text in begun.items() if len(text) > _LONGEST}
        known = request.environ[_BEGUN] = fields, cut_off
    return known


def widget_of(request: Request) -> str | None:
    """The widget whose address it is, whatever else is wrong with it."""
    name = [*request.path.split("/"), "", ""][2]
    return name if request.path.startswith("/w/") and name in WIDGETS else None


def address_of_plans(request: Request) -> str:
    """The first view of the scene that was asked about, "" where it is not to be read from the request."""
    widget = widget_of(request)
    names = ("key", *SCENE_FIELDS, "locale")
    fields = {name: value for name in names if (value := given(request, name))}
    if widget is None or not {"key", "amount", "currency"} <= set(fields):
        return ""
    return f"/w/{widget}?{urlencode(fields)}"


def brings_a_shopper(request: Request) -> bool:
    """Whether what is too large to be read was the shop's own: nobody had typed anything yet."""
    at_first_view = request.path.strip("/").count("/") == 1
    return request.method == "POST" and at_first_view and "session" not in _begun(request)


def form_again(request: Request) -> Again | None:
    """The form whose answer was too large to be read, with what stood before the part that is, and the beginning of
    that; its ticks were for the whole. None where no form of a visit was sent."""
    widget, name = [*request.path.split("/"), "", ""][2:4]
    step = WIDGETS[widget].steps.get(name) if widget in WIDGETS else None
    fields, cut = _start(request)
    if step is None or not step.answers or "session" not in fields:
        return None
    brought = (cut | fields).items()
    kept = tuple((name, _text(value)) for name, value in brought if not name.startswith("consent-"))
    return Again(f"/w/{widget}/{step.answers}", kept, "back_to_form")


def _text(value: str) -> str:
    """NUL stands in no text; a browser reads it as this sign too."""
    return value.replace("\0", "\ufffd")


def once_more(request: Request) -> Again | None:
    """The request as it was sent; None for a form that cannot be read, or is none."""
    if request.method != "POST":
        return Again(request.full_path.rstrip("?"))
    try:
        fields = tuple((name, _text(value)) for name, value in request.form.items(multi=True))
    except RequestEntityTooLarge:
        return None
    return Again(request.path, fields) if fields else None


def wanted_locale(request: Request, default: str | None = None) -> str:
    """The locale asked for, else ``default``, else what the browser prefers."""
    asked = given(request, "locale")
    if asked in LOCALES:
        return asked
    preferred = request.accept_languages.best_match(["zh-CN", "zh", "en"], "en")
    return default or ("zh-CN" if str(preferred).startswith("zh") else "en")


def plain_frame(request: Request, origins: tuple[str, ...], live: bool) -> Frame:
    """The frame of an answer without a scene: it looks as the page asked, as far as that can be read. Where there was
    no visit yet, the page's own words are better."""
    shape, theme = given(request, "shape"), given(request, "theme")
    shape, theme = shape if shape in get_args(Shape) else "full", theme if theme in get_args(Theme) else "auto"
    return Frame("", {}, shape=shape, theme=theme, origins=origins, fatal=request.method == "GET", live=live)


def find_step(widget: str, name: str, public: bool) -> Step:
    """A step that may be asked for in this way."""
    if widget not in WIDGETS:
        raise UnknownWidget
    step = WIDGETS[widget].steps.get(name)
    if step is None or (public and not step.public):
        raise UnknownStep
    return step


def read_asker(request: Request, wired: Wired, widget: str) -> Asker:
    """:class:`UnknownWidget`, :class:`scenebank.merchants.service.UnknownKey` or :class:`InvalidInput`."""
    if widget not in WIDGETS:
        raise UnknownWidget
    sent = request.args if request.method == "GET" else request.form
    fields = {name: _text(sent[name]) for name in sent}
    door = wired.merchants.door_by_publishable_key(fields.get("key", ""))
    note_door(door)
    market = market_of(door.merchant.market)
    locale = fields.get("locale") or market.default_locale
    if locale not in LOCALES:
        raise InvalidInput.one("locale", "locale_unknown")
    return Asker(widget, door, market, locale, fields)
