"""From a widget's fragment to the document that stands in the frame."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from scenebank.web.embed.unbroken import unbroken, unbroken_codes
from widgets import WIDGETS
from widgets.base import DomEvent, Fragment
from widgets.scene import SCENE_FIELDS
from widgets.texts import LOCALES, Texts

_ROOT = Path(__file__).parents[3]
_HERE = str(Path(__file__).parent)
_CLASS, _NAMED = re.compile(r"\.([a-z][a-z-]*)"), re.compile(r' class="([^"]*)"')
_OTHERS = re.compile(r'<table|type="checkbox"')  # what the later style knows by other names


@dataclass(frozen=True)
class Frame:
    """What a template may know of the frame around it. ``fields`` are the public facts every form and link carries
    along; ``session`` is the session token, for hidden fields of POST forms only; ``acted`` says that the shopper did
    something, whose outcome this is; ``fatal`` that there is no widget here, and the page's own words are better;
    ``nonce`` lives on what htmx may act on in this one answer, and ``htmx`` is where it comes from: both None where
    the answer is public or htmx is not installed; ``resume`` is what the page around the frame keeps in its memory
    for the case that the frame alone is loaded anew; ``may_apply`` is False where no try can lead to an application;
    ``home`` is where the shop wants its shopper back, for a page that stands in none of the shop's; ``privacy`` the
    operator's privacy notice; ``live`` that real customers look at it."""

    widget: str
    fields: dict[str, str]
    session: str | None = None
    shape: str = "full"
    theme: str = "auto"
    bank_target: str = "_top"
    origins: tuple[str, ...] = ()
    acted: bool = False
    fatal: bool = False
    nonce: str | None = None
    htmx: str | None = None
    resume: str | None = None
    may_apply: bool = True
    home: str | None = None
    privacy: str = ""
    live: bool = False

    @property
    def scene(self) -> str:
        """The facts that a page may change, as a query."""
        return urlencode({name: value for name, value in self.fields.items() if name in SCENE_FIELDS})

    def path(self, step: str) -> str:
        return f"/w/{self.widget}" + (f"/{step}" if step else "")

    def href(self, step: str, **params: str) -> str:
        """The address of a public step of the same scene."""
        return f"{self.path(step)}?{urlencode(self.fields | params)}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the house and, as ``<folder>/<file>``, of the widgets."""
    folders = sorted({folder for widget in WIDGETS.values() for folder in widget.folders})
    widgets = {folder: FileSystemLoader(_ROOT / "widgets" / folder / "templates") for folder in folders}
    loader = ChoiceLoader([FileSystemLoader(_ROOT / "templates"), PrefixLoader(widgets)])
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    made.filters |= {"unbroken": unbroken, "unbroken_codes": unbroken_codes}
    return made


@lru_cache(maxsize=2)
def frame_style(later: bool = True) -> str:
    """The frame's style, inlined so that the first view is one answer; without what only ``later`` views need, so that
    it is a small one."""
    return _style("frame.css") + (_style("later.css") if later else "")


def _style(name: str) -> str:
    lines = (_ROOT / "static/frame" / name).read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines)


@lru_cache(maxsize=1)
def _later_marks() -> frozenset[str]:
    """The classes that only the later style knows."""
    first, later = (frozenset(_CLASS.findall(_style(name))) for name in ("frame.css", "later.css"))
    return later - first


@lru_cache(maxsize=1)
def frame_script() -> str:
    """The frame's script, without its indentation and comments."""
    lines = (_ROOT / "static/frame/frame.js").read_text(encoding="utf-8").splitlines()
    return "\n".join(stripped for line in lines if (stripped := line.strip()) and not stripped.startswith("//"))


def texts_for(locale: str, widget: str | None = None) -> Texts:
    """A widget's texts, and behind them the door's own."""
    folders = WIDGETS[widget].folders if widget else ()
    return Texts(locale if locale in LOCALES else "en", *folders, _HERE)


@dataclass(frozen=True)
class Notice:
    """A word above a view, and what of it only the shop can mend."""

    text: str
    shop: str = ""


@dataclass(frozen=True)
class Rendered:
    """``main`` is what changes from step to step."""

    main: str
    frame: Frame
    t: Texts

    @property
    def document(self) -> str:
        """The whole page around it."""
        return environment().get_template("layouts/frame.html").render(
            main=_safe(self.main), frame=self.frame, t=self.t, style=_safe(self.style), script=_safe(frame_script())
        )

    @cached_property
    def style(self) -> str:
        """In a visit any view may follow in the same document; else nothing does."""
        named = {name for names in _NAMED.findall(self.main) for name in names.split()}
        plain = self.frame.session is None and not named & _later_marks() and not _OTHERS.search(self.main)
        return frame_style(later=not plain)


@dataclass(frozen=True)
class Again:
    """A request to send, ``named`` on its button: a link, or a form where there are ``fields``."""

    address: str
    fields: tuple[tuple[str, str], ...] = ()
    named: str = "try_again"


@dataclass(frozen=True)
class Words:
    """An answer that is no widget, in the reader's words; ``for_shop`` where only the shop can mend it, and
    ``shop_told`` what the shop reads where the shopper has words of their own; ``plans`` is the address of the plans
    to go on with, ``shop`` that of the shop; ``again`` is what to try."""

    status: int
    code: str
    title: str
    lines: tuple[str, ...] = ()
    for_shop: bool = False
    plans: str = ""
    again: Again | None = None
    shop: str = ""
    shop_told: str = ""


@dataclass(frozen=True)
class Part:
    """What of a fragment is kept: its text as it stands on the page, and the id it is kept under."""

    text: str
    offer_id: str


def render_part(fragment: Fragment, frame: Frame, t: Texts) -> str:
    """The part that is kept: it knows nothing of the visit, so that no token ever stands in it."""
    if fragment.shown is None:
        raise ValueError(f"nothing of {fragment.template} is kept")
    public = replace(frame, session=None, nonce=None, resume=None)
    return environment().get_template(fragment.shown.template).render(view=fragment.view, t=t, frame=public)


def render_fragment(
    fragment: Fragment, frame: Frame, t: Texts, notice: Notice | None = None, part: Part | None = None
) -> Rendered:  # fmt: skip
    kept = {"part": _safe(part.text), "offer_id": part.offer_id} if part else {}
    body = environment().get_template(fragment.template).render(view=fragment.view, t=t, frame=frame, **kept)
    if notice:
        body = environment().get_template("errors/notice.html").render(notice=notice, t=t, frame=frame) + body
    return _rendered(body, frame, t, fragment)


def render_words(words: Words, frame: Frame, t: Texts, error: str | None) -> Rendered:
    """A complete answer in words: what is wrong and how to go on, which the page is told as ``error``; without one,
    what there is to know."""
    template = "errors/frame.html"
    body = environment().get_template(template).render(words=words, t=t, bad=error is not None, frame=frame)
    told = (DomEvent("error", {"code": error, "message": words.title, "fix": " ".join(words.lines)}),) if error else ()
    return _rendered(body, frame, t, Fragment(template, None, events=told))


def _rendered(body: str, frame: Frame, t: Texts, fragment: Fragment) -> Rendered:
    told = json.dumps([[event.name, dict(event.detail)] for event in fragment.events], ensure_ascii=False)
    main = environment().get_template("layouts/main.html").render(
        body=_safe(body), frame=frame, t=t, events=told, refresh_s=fragment.refresh_s, here=fragment.here
    )
    return Rendered(main, frame, t)


def _safe(text: str) -> Markup:
    """What our own templates and files made needs no second escape."""
    return Markup(text)  # noqa: S704
