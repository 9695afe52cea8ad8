"""The door for people: widgets in frames, step by step, for everybody or for one shopper."""

from __future__ import annotations

import logging
import secrets
import threading
from dataclasses import replace

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from scenebank.applications.bank_page import NoBankPage
from scenebank.errors import InvalidInput, ScenebankError
from scenebank.money.model import Money
from scenebank.sessions.model import LaunchRefused, Session, SessionRefused
from scenebank.web.contract.operation import describes
from scenebank.web.embed.answers import Answers
from scenebank.web.embed.bank_ways import BankWays
from scenebank.web.embed.debug import add_debug
from scenebank.web.embed.handlers import ErrorHandlers
from scenebank.web.embed.heights import add_heights
from scenebank.web.embed.operations import ENTER, LAUNCH, RESUME, SHOW
from scenebank.web.embed.refusals import launch_refusal, notice_of
from scenebank.web.embed.rendering import texts_for
from scenebank.web.embed.requests import Asked, Asker, find_step, read_asker
from scenebank.web.embed.scripts import add_scripts
from scenebank.web.errors import wants_problem
from scenebank.web.quotas import FAILURE, charge
from scenebank.wiring import Wired
from widgets.base import Fragment, Refusal, Services

_log = logging.getLogger(__name__)

_AT_ONCE = 2


def make_embed_blueprint(wired: Wired) -> Blueprint:
    """All routes of this door."""
    answers = Answers(wired)
    door, ways, handlers = _Door(wired, answers), BankWays(wired, answers), ErrorHandlers(wired, answers)
    embed = Blueprint("embed", __name__)
    embed.add_url_rule("/w/<widget>", view_func=door.first, endpoint="first")
    embed.add_url_rule("/w/<widget>/<step>", view_func=door.public, endpoint="step")
    embed.add_url_rule("/v1/launch", view_func=door.launch, endpoint="launch", methods=["POST"])
    embed.add_url_rule("/v1/resume", view_func=door.resume, endpoint="resume", methods=["POST"])
    embed.add_url_rule("/w/<widget>", view_func=door.enter, endpoint="enter", methods=["POST"])
    embed.add_url_rule("/w/<widget>/bank", view_func=door.to_bank, endpoint="bank", methods=["POST"])
    embed.add_url_rule("/w/<widget>/<step>", view_func=door.personal, endpoint="act", methods=["POST"])
    embed.add_url_rule("/go/<handle>", view_func=ways.go, endpoint="go")
    embed.add_url_rule("/back/<application_id>", view_func=ways.back, endpoint="back")
    add_scripts(embed)
    add_heights(embed)
    add_debug(embed, wired)
    embed.register_error_handler(ScenebankError, handlers.expected)
    embed.register_error_handler(HTTPException, handlers.http)
    embed.app_errorhandler(HTTPException)(handlers.http)  # where no route was found
    embed.register_error_handler(Exception, handlers.unexpected)
    return embed


class _Door:
    def __init__(self, wired: Wired, answers: Answers) -> None:
        self._wired = wired
        self._answers = answers
        # One thread at a time runs Python: of the pages that wait for nobody, more at once are only more half made ones
        # in memory.
        self._making = threading.BoundedSemaphore(_AT_ONCE)
        self._services = Services(wired.offers, wired.applications, wired.catalogue, wired.shown_offers)

    @describes(SHOW)
    def first(self, widget: str) -> Response:
        return self.public(widget, "")

    def public(self, widget: str, step: str) -> Response:
        """A first view or another public step: personal to nobody."""
        found = find_step(widget, step, public=True)
        with self._making:
            asked = read_asker(request, self._wired, widget).asked()
            return self._answers.public(asked, found.handler(asked.visit(self._wired, None), self._services))

    @describes(LAUNCH)
    def launch(self) -> Response:
        """The exchange of a launch token, whose widget is a field."""
        asker = read_asker(request, self._wired, request.form.get("widget", ""))
        return self._launch(asker, Money(1, asker.market.currency))  # the token may bring the amount

    @describes(ENTER)
    def enter(self, widget: str) -> Response:
        """With ``lt``: the launch. With ``session``: back at the first view of the one who is in."""
        asker = read_asker(request, self._wired, widget)
        if "session" not in asker.fields:
            return self._launch(asker)
        return self._act(asker.asked(), "")

    def _launch(self, asker: Asker, amount: Money | None = None) -> Response:
        fields = asker.fields
        asker.asked(amount)  # what cannot be shown uses up no token
        try:
            session, token = self._wired.sessions.launch(
                asker.door, asker.widget, fields.get("lt", ""), fields.get("cn") or secrets.token_hex(16),
                fields.get("parent_origin") or None, self._wired.catalogue.version(),
            )  # fmt: skip
        except LaunchRefused as refused:
            self._wired.metrics.launches.labels(refused.code).inc()
            if refused.code == "origin_not_registered":
                self._wired.refused_origins.note(asker.door, refused.params.get("origin", ""))
            return self._anonymous(asker, refused)
        self._wired.metrics.launches.labels("accepted").inc()
        asked = asker.asked(session.amount)
        return self._answers.personal(asked, self._fragment(asked, "", session), session, token)

    @describes(RESUME)
    def resume(self) -> Response:
        """A frame that was loaded anew goes on where its page still remembers the visit."""
        asker = read_asker(request, self._wired, request.form.get("widget", ""))
        asked = asker.asked(Money(1, asker.market.currency))  # the session has the amount
        try:
            session, token = self._wired.sessions.resume(asker.door, asker.widget, asker.fields.get("resume", ""))
        except SessionRefused as refused:
            return self._anonymous(asker, refused)
        return self._answers.personal(asked, self._fragment(asked, "", session), session, token)

    def personal(self, widget: str, step: str) -> Response:
        """One step of a shopper who is in."""
        find_step(widget, step, public=False)
        return self._act(read_asker(request, self._wired, widget).asked(), step)

    def _act(self, asked: Asked, step: str) -> Response:
        try:
            session, token = self._load(asked)
        except SessionRefused as refused:
            return self._anonymous(asked.asker, refused)
        return self._answers.personal(asked, self._fragment(asked, step, session), session, token)

    def _fragment(self, asked: Asked, step: str, session: Session) -> Fragment:
        return find_step(asked.widget, step, public=False).handler(asked.visit(self._wired, session), self._services)

    def _load(self, asked: Asked) -> tuple[Session, str]:
        return self._wired.sessions.load(asked.door, asked.widget, asked.fields.get("session", ""))

    def _anonymous(self, asker: Asker, refused: LaunchRefused | SessionRefused) -> Response:
        """Expired or odd is never more than anonymous: the plans, and a word on why."""
        _log.info("%s: %s", refused.code, refused.detail)
        charge(self._wired, "network", FAILURE)
        if wants_problem(request):
            raise refused
        try:
            asked = asker.asked()
        except InvalidInput:
            raise refused from None  # a launch that left the amount to its token: there is nothing to show
        fragment = find_step(asker.widget, "", public=True).handler(asked.visit(self._wired, None), self._services)
        refusal = launch_refusal(refused, texts_for(asked.locale, asked.widget), asked.scene.shape)
        return self._answers.anonymous(asked, replace(fragment, status=refused.status, refusal=refusal))

    def to_bank(self, widget: str) -> Response:
        """A way to the bank's page that works once."""
        asked = read_asker(request, self._wired, widget).asked()
        try:
            session, token = self._load(asked)
        except SessionRefused as refused:
            return self._anonymous(asked.asker, refused)
        try:
            handle = self._wired.bank_pages.open(session, asked.fields.get("application", ""))
        except NoBankPage as refused:
            t = texts_for(asked.locale, asked.widget)
            refusal = Refusal(refused.code, t(refused.code), t(f"{refused.code}.fix"))
            now = replace(self._fragment(asked, "status", session), status=refused.status, refusal=refusal)
            return self._answers.personal(asked, now, session, token, notice_of(refusal, t))
        return self._answers.away(f"/go/{handle}")
