"""What a person gets: the whole document, to htmx its changing part, to a machine the problem as JSON."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Response, redirect, request

from scenebank.clock import moment_of
from scenebank.merchants.origins import origin_of
from scenebank.offers.kept import View, Viewer
from scenebank.sessions.model import Session
from scenebank.web.embed.policies import bank_pages, frame_policy, secure, source_hash
from scenebank.web.embed.refusals import notice_of, refusal_problem, with_refusal_told
from scenebank.web.embed.rendering import (
    Frame,
    Notice,
    Part,
    Rendered,
    Words,
    frame_script,
    render_fragment,
    render_part,
    render_words,
    texts_for,
)
from scenebank.web.embed.requests import Asked, asks_for_fragment, plain_frame
from scenebank.web.embed.scripts import htmx_address
from scenebank.web.embed.verdicts import Verdicts
from scenebank.web.errors import wants_problem
from scenebank.web.noted import note_code, note_session
from scenebank.wiring import Wired
from widgets.base import Fragment
from widgets.texts import Texts
from widgets.version import widget_version

_NO_STORE = "no-store"
_CLOSED = "default-src 'none'; frame-ancestors 'none'"
SESSION_HEADER = "X-Bis-Session"


class Answers:
    """Rendered, with the headers of their kind; :class:`scenebank.markets.rules.NotAvailableHere` where a rule of
    the market forbids it."""

    def __init__(self, wired: Wired) -> None:
        self._wired = wired
        self._verdicts = Verdicts(self._bank_pages, wired.metrics)

    def public(self, asked: Asked, fragment: Fragment) -> Response:
        """The same for everybody; cached for at most a minute where all is well. A page that may not show it yet does
        not have to wait for that minute once its origin is registered."""
        if _is_for_machine(fragment):
            return refusal_problem(fragment)
        shown = fragment.status == 200 and self._may_be_shown(asked)
        cache = f"public, max-age={self._fresh_s(asked)}" if shown else _NO_STORE
        t = texts_for(asked.locale, asked.widget)
        rendered = _rendered(fragment, asked.frame(None, None), t)
        self._verdicts.check(asked.visit(self._wired, None), fragment, rendered)
        return self._framed(rendered, fragment.status, cache, asked.door.origins)

    def anonymous(self, asked: Asked, fragment: Fragment) -> Response:
        """The public plans, and a word on why they are all there is."""
        if _is_for_machine(fragment) or fragment.refusal is None:
            return refusal_problem(fragment)
        t = texts_for(asked.locale, asked.widget)
        frame = replace(asked.frame(None, None), may_apply=fragment.refusal.code != "origin_not_registered")
        rendered = _rendered(fragment, frame, t, notice_of(fragment.refusal, t))
        self._verdicts.check(asked.visit(self._wired, None), fragment, rendered)
        return self._framed(rendered, fragment.status, _NO_STORE, asked.door.origins)

    def personal(
        self, asked: Asked, fragment: Fragment, session: Session, token: str, notice: Notice | None = None
    ) -> Response:
        """One shopper's; every answer has a nonce of its own, which no other answer's elements can know."""
        if _is_for_machine(fragment):
            return refusal_problem(fragment)
        note_session(session.id)
        if fragment.unchanged and asks_for_fragment(request) and token == asked.fields.get("session"):
            return self._unchanged()
        htmx = htmx_address()
        nonce = secrets.token_urlsafe(16) if htmx else None
        resume = self._wired.sessions.resume_token(session)
        frame = replace(
            asked.frame(session, token, _has_acted(), _is_alone()),
            nonce=nonce, htmx=htmx, resume=resume, privacy=self._wired.config.privacy_url,
        )  # fmt: skip
        t = texts_for(asked.locale, asked.widget)
        rendered = _rendered(fragment, frame, t, notice, self._kept(fragment, frame, t, session))
        self._verdicts.check(asked.visit(self._wired, session), fragment, rendered)
        answer = self._framed(rendered, fragment.status, _NO_STORE, asked.door.origins, self._bank_pages(), frame.nonce)
        if asks_for_fragment(request):
            answer.headers[SESSION_HEADER] = token
        return answer

    def words(
        self, words: Words, t: Texts, ancestors: tuple[str, ...], framed: bool = True, live: bool = False
    ) -> Response:  # fmt: skip
        """``ancestors`` empty: the key named nobody, the answer holds nothing, and any page may show it. ``framed``
        False: it stands on its own, and no page may."""
        frame = plain_frame(request, ancestors, live)
        error = words.code if words.status >= 400 else None
        if error:
            note_code(error)
        rendered = render_words(words, frame, t, error)
        return self._framed(rendered, words.status, _NO_STORE, (ancestors or ("*",)) if framed else ("'none'",))

    def away(self, address: str) -> Response:
        return secure(redirect(address, 303), _CLOSED, _NO_STORE)  # type: ignore[arg-type]

    def _kept(self, fragment: Fragment, frame: Frame, t: Texts, session: Session) -> Part | None:
        """What binds is on file before it is on the page."""
        shown = fragment.shown
        if shown is None:
            return None
        text = render_part(fragment, frame, t)
        view = View(frame.widget, widget_version(frame.widget), t.locale, text.encode())
        viewer = Viewer(session.id, session.merchant_id, session.mode)
        return Part(text, self._wired.shown_offers.keep(viewer, view, shown.offers, shown.chosen))

    def _may_be_shown(self, asked: Asked) -> bool:
        """Of a page that may not, its merchant can see that it tried."""
        origin = origin_of(request.referrer or "")
        if not request.referrer or origin in (*asked.door.origins, self._wired.config.public_url):
            return True
        self._wired.refused_origins.note(asked.door, origin)
        return False

    def _unchanged(self) -> Response:
        return secure(Response(status=204), _CLOSED, _NO_STORE)

    def _framed(
        self, rendered: Rendered, status: int, cache: str, ancestors: Iterable[str], forms: tuple[str, ...] = (),
        nonce: str | None = None,
    ) -> Response:  # fmt: skip
        text = rendered.main if asks_for_fragment(request) else rendered.document
        policy = frame_policy(source_hash(rendered.style), source_hash(frame_script()), ancestors, forms, nonce)
        return secure(Response(text, status, content_type="text/html; charset=utf-8"), policy, cache)

    def _fresh_s(self, asked: Asked) -> int:
        """At most a minute, never past midnight in the market (the day decides between exact ties), nor past the next
        planned change of a product."""
        now = self._wired.clock.now().astimezone(ZoneInfo(asked.market.time_zone))
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        planned = self._wired.catalogue.fresh_until()
        until = midnight if planned is None else min(midnight, moment_of(planned))
        return max(0, min(60, int((until - now).total_seconds())))

    def _bank_pages(self) -> tuple[str, ...]:
        return bank_pages(self._wired.catalogue.banks())


def _rendered(
    fragment: Fragment, frame: Frame, t: Texts, notice: Notice | None = None, part: Part | None = None
) -> Rendered:  # fmt: skip
    """With its refusal, where it is one, told to the page and noted for the log."""
    if fragment.refusal is not None:
        note_code(fragment.refusal.code)
    return render_fragment(with_refusal_told(fragment), frame, t, notice, part)


def _is_for_machine(fragment: Fragment) -> bool:
    """What is refused is a problem to whoever asks for JSON."""
    return fragment.refusal is not None and fragment.status >= 400 and wants_problem(request)


def _is_alone() -> bool:
    """In a window of its own, as far as the browser says: a page that frames it has its own ways."""
    return request.headers.get("Sec-Fetch-Dest") == "document"


def _has_acted() -> bool:
    """Neither the first view nor a look at the status is an act whose outcome the shopper is led to."""
    return request.path.split("/")[3:] not in ([], ["status"])
