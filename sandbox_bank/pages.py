"""The bank's own pages, where the shopper is identified, reads and signs. They need no script and no cookie: a visit
is a secret in the form. Only the choice of a file has a script, to speak the page's language."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox_bank import booking, codes, documents, errors, stages
from sandbox_bank.applications import Application, by_page
from sandbox_bank.booking import Change
from sandbox_bank.database import Books
from sandbox_bank.products import HOUSES
from sandbox_bank.sheet import Sheet, sheet_of, shown
from sandbox_bank.texts import LOCALES, Texts

_VISIT_S = 1800.0
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TEMPLATES = {"DOCUMENTS": "documents.html", "COUNTER_OFFER": "offer.html", "SIGN": "sheet.html"}


class Pages:
    """``platform``: the address shoppers go back to. ``reading_s``: how long the cost sheet has to be open before it
    can be signed, in the market CN."""

    def __init__(self, books: Books, platform: str, reading_s: float) -> None:
        self.platform = platform
        self._books = books
        self._reading_s = reading_s

    def application(self, bank_id: str, page: str) -> Application | None:
        with self._books.reading() as connection:
            return by_page(connection, bank_id, page)

    def enter(self, application: Application, code: str) -> str | None:
        """The new visit's secret; None for a wrong code."""
        if not codes.is_right(self._books, application.id, code):
            return None
        visit = secrets.token_urlsafe(24)
        with self._books.writing() as connection:
            connection.execute(
                "INSERT INTO logins VALUES (?, ?, ?)", (_hashed(visit), application.id, time.time())
            )
        return visit

    def must_ask_for_a_code(self, application: Application) -> bool:
        return codes.is_used_up(self._books, application.id)

    def send_another_code(self, application: Application) -> None:
        codes.send_another(self._books, application.id)

    def visiting(self, application: Application, visit: str) -> float | None:
        """Since when the page has been open, epoch seconds; None when there is no such visit any more."""
        with self._books.reading() as connection:
            row = connection.execute(
                "SELECT read_from FROM logins WHERE visitor = ? AND application_id = ?",
                (_hashed(visit), application.id),
            ).fetchone()
        return row["read_from"] if row and time.time() - row["read_from"] < _VISIT_S else None

    def move(self, application: Application, visit: str, by: Change) -> Application:
        """What the shopper did; the next page begins to be read now."""
        changed = booking.by_shopper(self._books, application.bank_id, application.id, by)
        with self._books.writing() as connection:
            connection.execute(
                "UPDATE logins SET read_from = ? WHERE visitor = ? AND application_id = ?",
                (time.time(), _hashed(visit), application.id),
            )
        return changed

    def left_to_read(self, application: Application, since: float) -> int:
        """Whole seconds until it can be signed."""
        if application.details["market"] != "CN":
            return 0
        return max(0, math.ceil(self._reading_s - (time.time() - since)))

    def must_read(self, application: Application) -> int:
        return math.ceil(self._reading_s) if application.details["market"] == "CN" else 0


def make_pages(pages: Pages) -> Blueprint:
    """Routes under ``/<bank_id>/sign``."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")
    _arriving(blueprint, pages)
    _acting(blueprint, pages)

    @blueprint.after_request
    def secure(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


def _arriving(blueprint: Blueprint, pages: Pages) -> None:
    @blueprint.get("/<bank_id>/sign/<page>")
    def arrive(bank_id: str, page: str) -> Response:
        application = pages.application(bank_id, page)
        if application is None:
            return _lost(bank_id)
        return _entered(pages, application)

    @blueprint.post("/<bank_id>/sign/<page>/login")
    def login(bank_id: str, page: str) -> Response:
        application = pages.application(bank_id, page)
        if application is None:
            return _lost(bank_id)
        visit = pages.enter(application, request.form.get("code", ""))
        if visit is None:
            used_up = pages.must_ask_for_a_code(application)
            wrong, at = ("login.used_up", "another") if used_up else ("login.wrong", "code")
            return _entered(pages, application, 422, wrong=wrong, at=at)
        return _next(pages, application, visit)

    @blueprint.post("/<bank_id>/sign/<page>/code")
    def another_code(bank_id: str, page: str) -> Response:
        application = pages.application(bank_id, page)
        if application is None:
            return _lost(bank_id)
        pages.send_another_code(application)
        return _entered(pages, application, sent=True)

    @blueprint.get("/<bank_id>/sign/<page>/<_step>")
    def reloaded(bank_id: str, page: str, _step: str) -> Response:
        """Somebody who opens the address of a form begins again."""
        return arrive(bank_id, page)


def _acting(blueprint: Blueprint, pages: Pages) -> None:
    @blueprint.post("/<bank_id>/sign/<page>/<step>")
    def act(bank_id: str, page: str, step: str) -> Response:
        application = pages.application(bank_id, page)
        if application is None or step not in _ACTS:
            return _lost(bank_id)
        if application.stage not in _TEMPLATES:
            return _once_more(pages, application)
        if step == "documents":
            request.max_content_length = documents.MOST_SENT
        try:
            visit = request.form.get("visit", "")
        except RequestEntityTooLarge:
            if step != "documents":
                raise
            # Nothing of the form can be read, not even its language.
            locale = application.details["locale"]
            return _render(pages, "login.html", application, 413, wrong="documents.large", at="", locale=locale)
        since = pages.visiting(application, visit)
        if since is None:
            return _render(pages, "login.html", application, 422, wrong="visit.over", at="")
        return _ACTS[step](pages, application, visit, since)


def _hand_in(pages: Pages, application: Application, visit: str, _since: float) -> Response:
    try:
        statement = documents.statement_of(request.files.get("document"))
    except documents.Unfit as unfit:
        return _next(pages, application, visit, 422, wrong=str(unfit))
    return _moved(pages, application, visit, lambda found, behaviour: stages.hand_in(found, statement, behaviour))


def _accept(pages: Pages, application: Application, visit: str, _since: float) -> Response:
    offer_id = application.offer_id or ""
    return _moved(pages, application, visit, lambda found, behaviour: stages.accept(found, offer_id, behaviour))


def _confirm(pages: Pages, application: Application, visit: str, since: float) -> Response:
    if application.stage != "SIGN":
        return _next(pages, application, visit)
    if request.form.get("agree") != "yes":
        return _next(pages, application, visit, 422, wrong="sheet.tick")
    left = pages.left_to_read(application, since)
    if left:
        return _next(pages, application, visit, 422, wrong="sheet.wait", n=left, ticked=True)
    return _moved(pages, application, visit, lambda found, _behaviour: stages.sign(found))


def _cancel(pages: Pages, application: Application, visit: str, _since: float) -> Response:
    return _moved(pages, application, visit, lambda found, _behaviour: stages.withdraw(found, "shopper"))


_ACTS = {"documents": _hand_in, "offer": _accept, "confirm": _confirm, "cancel": _cancel}


def _moved(pages: Pages, application: Application, visit: str, by: Change) -> Response:
    try:
        changed = pages.move(application, visit, by)
    except errors.Refused:
        # Somebody else was quicker, in another window or at the shop: show how it stands now.
        now = pages.application(application.bank_id, application.page)
        return _next(pages, now or application, visit)
    return _next(pages, changed, visit)


def _entered(pages: Pages, application: Application, status: int = 200, **more: Any) -> Response:
    """What whoever has the address sees before the code; where there is nothing to see behind it, it asks for none."""
    if application.stage in _TEMPLATES:
        return _render(pages, "login.html", application, status, **more)
    if _sheet(application) is None:
        return _render(pages, "done.html", application)
    return _render(pages, "done.html", application, status, **more)


def _once_more(pages: Pages, application: Application) -> Response:
    """A form that was sent twice: the figures stay with whoever is still visiting."""
    try:
        visit = request.form.get("visit", "")
    except RequestEntityTooLarge:
        visit = ""
    if pages.visiting(application, visit) is None:
        return _render(pages, "done.html", application)
    return _next(pages, application, visit)


def _next(pages: Pages, application: Application, visit: str, status: int = 200, **more: Any) -> Response:
    template = _TEMPLATES.get(application.stage, "done.html")
    if template == "sheet.html":
        more |= {"reading_s": pages.must_read(application)}
    return _render(pages, template, application, status, visit=visit, **more)


def _render(pages: Pages, template: str, application: Application, status: int = 200, **more: Any) -> Response:
    texts = Texts(more.pop("locale", None) or _locale(application.details["locale"]))
    house = HOUSES[application.bank_id]
    wrong = texts(more.pop("wrong"), n=more.pop("n", 0)) if "wrong" in more else None
    known = "visit" in more or template not in ("login.html", "done.html")  # the address alone shows no cost
    sheet = _sheet(application)
    page = render_template(
        template, t=texts, sheet=sheet if known else None, locked=sheet is not None and not known,
        shown=shown(application, pages.platform, texts), house=house, wrong=wrong,
        bank=house.name_zh if texts.locale == "zh-CN" else house.name_en, **more,
    )  # fmt: skip
    response = make_response(page, status)
    if template == "documents.html":
        response.headers["Content-Security-Policy"] = f"{_POLICY}; script-src 'self'"
    return response


def _sheet(application: Application) -> Sheet | None:
    """What it costs, or would; None once the bank's books hold anything but what was signed."""
    if application.stage == "COUNTER_OFFER" and application.offer_amount is not None:
        return sheet_of(application, application.offer_amount)
    untouched = application.stage == "SIGNED" and not application.cancelled
    return sheet_of(application, application.agreed) if untouched or application.stage == "SIGN" else None


def _lost(bank_id: str) -> Response:
    texts = Texts(_locale(request.accept_languages.best_match(LOCALES, "en")))
    house = HOUSES.get(bank_id)
    name = None if house is None else house.name_zh if texts.locale == "zh-CN" else house.name_en
    return make_response(render_template("lost.html", t=texts, house=house, bank=name), 404)


def _locale(default: str) -> str:
    asked = request.values.get("lang")
    if asked in LOCALES:
        return asked
    return default if default in LOCALES else "en"


def _hashed(visit: str) -> str:
    return hashlib.sha256(visit.encode()).hexdigest()
