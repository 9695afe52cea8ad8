"""From a widget's fragment to the document that stands in the frame."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from widgets import WIDGETS
from widgets.base import DomEvent, Fragment
from widgets.texts import LOCALES, Texts

_ROOT = Path(__file__).parents[3]
_HERE = str(Path(__file__).parent)


@dataclass(frozen=True)
class Frame:
    """What a template may know of the frame around it. ``fields`` are the public facts every form and link carries
    along; ``session`` is the session token, for hidden fields of POST forms only; ``acted`` says that the shopper did
    something, whose outcome this is."""

    widget: str
    fields: dict[str, str]
    session: str | None = None
    shape: str = "full"
    theme: str = "auto"
    bank_target: str = "_top"
    origins: tuple[str, ...] = ()
    acted: bool = False

    def href(self, step: str, **params: str) -> str:
        """The address of a public step of the same scene."""
        path = f"/w/{self.widget}" + (f"/{step}" if step else "")
        return f"{path}?{urlencode(self.fields | params)}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the house and, as ``<folder>/<file>``, of the widgets."""
    folders = sorted({folder for widget in WIDGETS.values() for folder in widget.folders})
    widgets = {folder: FileSystemLoader(_ROOT / "widgets" / folder / "templates") for folder in folders}
    loader = ChoiceLoader([FileSystemLoader(_ROOT / "templates"), PrefixLoader(widgets)])
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip


@lru_cache(maxsize=1)
def frame_style() -> str:
    """The frame's style, inlined so that the first view is one answer."""
    lines = (_ROOT / "static/frame/frame.css").read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines)


@lru_cache(maxsize=1)
def frame_script() -> str:
    """The frame's script, without its indentation and comments."""
    lines = (_ROOT / "static/frame/frame.js").read_text(encoding="utf-8").splitlines()
    return "\n".join(stripped for line in lines if (stripped := line.strip()) and not stripped.startswith("//"))


def texts_for(locale: str, widget: str | None = None) -> Texts:
    """A widget's texts, and behind them the door's own."""
    folders = WIDGETS[widget].folders if widget else ()
    return Texts(locale if locale in LOCALES else "en", *folders, _HERE)


def render_fragment(fragment: Fragment, frame: Frame, t: Texts, notice: str | None = None) -> str:
    body = environment().get_template(fragment.template).render(view=fragment.view, t=t, frame=frame)
    if notice:
        body = environment().get_template("errors/notice.html").render(notice=notice) + body
    return _document(body, frame, t, fragment.events, fragment.refresh_s)


def render_error(title: str, lines: list[str], frame: Frame, t: Texts, code: str) -> str:
    """A complete answer in words: what is wrong and how to go on."""
    body = environment().get_template("errors/frame.html").render(title=title, lines=lines, way_on=t("way_on"))
    detail = {"code": code, "message": title, "fix": " ".join(lines)}
    return _document(body, frame, t, (DomEvent("error", detail),), None)


def _document(body: str, frame: Frame, t: Texts, events: tuple[DomEvent, ...], refresh_s: int | None) -> str:
    told = json.dumps([[event.name, dict(event.detail)] for event in events], ensure_ascii=False)
    return environment().get_template("layouts/frame.html").render(
        body=_safe(body), frame=frame, t=t, events=told, refresh_s=refresh_s, style=_safe(frame_style()),
        script=_safe(frame_script()),
    )  # fmt: skip


def _safe(text: str) -> Markup:
    """What our own templates and files made needs no second escape."""
    return Markup(text)  # noqa: S704
