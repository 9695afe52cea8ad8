"""The door for people: widgets in frames, the way to the bank and back."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import HTTPException

from scenebank.errors import InvalidInput, ScenebankError
from scenebank.markets import market as market_of
from scenebank.merchants.service import UnknownKey
from scenebank.sessions.model import LaunchRefused, Session, SessionRefused
from scenebank.web.embed.loader import add_loader
from scenebank.web.embed.policies import frame_policy, secure, source_hash
from scenebank.web.embed.refusals import (
    http_text,
    is_for_people,
    launch_refusal,
    notice_of,
    refusal_problem,
    with_refusal_told,
)
from scenebank.web.embed.rendering import (
    Frame,
    frame_script,
    frame_style,
    render_error,
    render_fragment,
    texts_for,
)
from scenebank.web.embed.requests import Asked, find_step, given, plain_frame, read_request, wanted_locale
from scenebank.web.errors import problem_of, problem_of_http, wants_problem
from scenebank.wiring import Wired
from widgets.base import Fragment, Services
from widgets.texts import Texts

_NO_STORE = "no-store"
_log = logging.getLogger(__name__)


def make_embed_blueprint(wired: Wired) -> Blueprint:
    """All routes of this door."""
    door = _Door(wired)
    embed = Blueprint("embed", __name__)
    embed.add_url_rule("/w/<widget>", view_func=door.public, endpoint="first")
    embed.add_url_rule("/w/<widget>/<step>", view_func=door.public, endpoint="step")
    embed.add_url_rule("/w/<widget>", view_func=door.enter, endpoint="enter", methods=["POST"])
    embed.add_url_rule("/w/<widget>/bank", view_func=door.to_bank, endpoint="bank", methods=["POST"])
    embed.add_url_rule("/w/<widget>/<step>", view_func=door.personal, endpoint="act", methods=["POST"])
    embed.add_url_rule("/go/<handle>", view_func=door.go, endpoint="go")
    embed.add_url_rule("/back/<application_id>", view_func=door.back, endpoint="back")
    add_loader(embed)
    embed.register_error_handler(ScenebankError, door.refuse)
    embed.register_error_handler(HTTPException, door.refuse_http)
    embed.app_errorhandler(HTTPException)(door.refuse_http)  # where no route was found
    embed.register_error_handler(Exception, door.refuse_unexpected)
    return embed


class _Door:
    def __init__(self, wired: Wired) -> None:
        self._wired = wired
        self._services = Services(wired.offers, wired.applications, wired.catalogue)

    def public(self, widget: str, step: str = "") -> Response:
        """A first view or another public step: personal to nobody."""
        found = find_step(widget, step, public=True)
        asked = read_request(request, self._wired, widget)
        fragment = found.handler(asked.visit(self._wired, None), self._services)
        return self._answer(asked, fragment, None, None)

    def enter(self, widget: str) -> Response:
        """With ``lt``: the launch. With ``session``: the first view of the one who is in."""
        asked = read_request(request, self._wired, widget)
        if "session" in asked.fields:
            return self._act(asked, "")
        try:
            session, token = self._wired.sessions.launch(
                asked.door, widget, asked.fields.get("lt", ""), asked.fields.get("cn") or secrets.token_hex(16),
                asked.fields.get("parent_origin") or None, self._wired.catalogue.version(),
            )  # fmt: skip
        except LaunchRefused as refused:
            return self._anonymous(asked, refused)
        return self._step(asked, "", session, token)

    def personal(self, widget: str, step: str) -> Response:
        """One step of a shopper who is in."""
        find_step(widget, step, public=False)
        return self._act(read_request(request, self._wired, widget), step)

    def _act(self, asked: Asked, step: str) -> Response:
        try:
            session, token = self._wired.sessions.load(asked.door, asked.widget, asked.fields.get("session", ""))
        except SessionRefused as refused:
            return self._anonymous(asked, refused)
        return self._step(asked, step, session, token)

    def _step(self, asked: Asked, step: str, session: Session, token: str) -> Response:
        found = find_step(asked.widget, step, public=False)
        fragment = found.handler(asked.visit(self._wired, session), self._services)
        return self._answer(asked, fragment, session, token)

    def _anonymous(self, asked: Asked, refused: LaunchRefused | SessionRefused) -> Response:
        """Expired or odd is never more than anonymous: the plans, and a word on why."""
        fragment = find_step(asked.widget, "", public=True).handler(asked.visit(self._wired, None), self._services)
        t = texts_for(asked.locale, asked.widget)
        refusal = launch_refusal(refused, t)
        fragment = replace(fragment, refusal=refusal)
        return self._answer(asked, fragment, None, None, notice_of(refusal, t), refused.status)

    def _answer(
        self, asked: Asked, fragment: Fragment, session: Session | None, token: str | None,
        notice: str | None = None, status: int | None = None,
    ) -> Response:  # fmt: skip
        refused_with = status or fragment.status
        if fragment.refusal is not None and refused_with >= 400 and wants_problem(request):
            return refusal_problem(fragment.refusal, refused_with)
        fragment = with_refusal_told(fragment)
        t = texts_for(asked.locale, asked.widget)
        acted = session is not None and request.path.split("/")[3:] not in ([], ["status"])
        html = render_fragment(fragment, asked.frame(session, token, acted), t, notice)
        status = status or fragment.status
        public = request.method == "GET" and status == 200
        cache = f"public, max-age={self._fresh_s(asked)}" if public else _NO_STORE
        return self._document(html, status, cache, asked.door.origins, self._bank_pages() if session else ())

    def _fresh_s(self, asked: Asked) -> int:
        """At most a minute, and never past midnight in the market: the day decides between exact ties."""
        now = self._wired.clock.now().astimezone(ZoneInfo(asked.market.time_zone))
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(0, min(60, int((midnight - now).total_seconds())))

    def _bank_pages(self) -> tuple[str, ...]:
        return tuple(page for bank in self._wired.catalogue.banks() for page in bank.settings.get("pages", "").split())

    def _document(
        self, html: str, status: int, cache: str, ancestors: tuple[str, ...], forms: tuple[str, ...] = ()
    ) -> Response:
        policy = frame_policy(source_hash(frame_style()), source_hash(frame_script()), ancestors, forms)
        return secure(Response(html, status, content_type="text/html; charset=utf-8"), policy, cache)

    def to_bank(self, widget: str) -> Response:
        """A way to the bank's page that works once."""
        asked = read_request(request, self._wired, widget)
        try:
            session, _token = self._wired.sessions.load(asked.door, widget, asked.fields.get("session", ""))
        except SessionRefused as refused:
            return self._anonymous(asked, refused)
        handle = self._wired.bank_pages.open(session, asked.fields.get("application", ""))
        return self._away(f"/go/{handle}")

    def go(self, handle: str) -> Response:
        return self._away(self._wired.bank_pages.redeem(handle))

    def back(self, application_id: str) -> Response:
        """From the bank: ask it what it decided, and send the shopper on to the shop."""
        application = self._wired.applications.returned(application_id)
        if application is not None and application.return_url:
            joint = "&" if "?" in application.return_url else "?"
            return self._away(f"{application.return_url}{joint}bis_application={application.id}")
        t = texts_for(wanted_locale(request, application.locale if application else "en"))
        return self._words(t, 200 if application else 404, "back_title" if application else "not_found", ["back_text"])

    def _away(self, address: str) -> Response:
        answer = redirect(address, 303)
        return secure(answer, "default-src 'none'; frame-ancestors 'none'", _NO_STORE)  # type: ignore[arg-type]

    def refuse(self, error: ScenebankError) -> Response:
        """In words, framed by whom the key names; an unknown key names nobody, and its answer holds nothing."""
        if wants_problem(request):
            return problem_of(error)
        t = texts_for(wanted_locale(request, self._default_locale()))
        if isinstance(error, InvalidInput):
            lines = [t(one.code, name=one.pointer, **one.params) for one in error.errors]
            return self._words(t, error.status, "bad_scene", [], error.code, lines)
        code = error.code if t.has(error.code) else ("internal" if error.status >= 500 else "not_found")
        fixes = [f"{code}.fix"] if t.has(f"{code}.fix") else []
        return self._words(t, error.status, code, fixes, error.code)

    def refuse_http(self, error: HTTPException) -> Response:
        if wants_problem(request) or not is_for_people(request.path):
            return problem_of_http(error)
        t, code = texts_for(wanted_locale(request, self._default_locale())), http_text(error)
        answer = self._words(t, error.code or 500, code, [f"{code}.fix"], code)
        answer.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
        return answer

    def refuse_unexpected(self, error: Exception) -> Response:
        """Our own fault: logged with all of it, told without any of it."""
        _log.error("unexpected", exc_info=error)
        t = texts_for(wanted_locale(request, self._default_locale()))
        html = render_error(t("internal"), [t("internal.fix")], Frame("", {}), t, "internal")
        return self._document(html, 500, _NO_STORE, ("*",))

    def _default_locale(self) -> str | None:
        """That of the market whose shop the key names."""
        try:
            door = self._wired.merchants.door_by_publishable_key(given(request, "key"))
        except UnknownKey:
            return None
        return market_of(door.merchant.market).default_locale

    def _words(
        self, t: Texts, status: int, title: str, more: list[str], code: str = "", lines: list[str] | None = None
    ) -> Response:
        texts = [*(lines or []), *(t(key) for key in more)]
        html = render_error(t(title), texts, plain_frame(request, self._ancestors()), t, code or title)
        return self._document(html, status, _NO_STORE, self._ancestors() or ("*",))

    def _ancestors(self) -> tuple[str, ...]:
        try:
            return self._wired.merchants.door_by_publishable_key(given(request, "key")).origins
        except UnknownKey:
            return ()
