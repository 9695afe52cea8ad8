"""Whatever goes wrong at this door is answered in words, framed by whom the key names, or as problem+json."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import HTTPException

from scenebank.errors import InvalidInput, ScenebankError
from scenebank.markets import market as market_of
from scenebank.merchants.model import Door, Mode
from scenebank.merchants.service import UnknownKey
from scenebank.quotas.model import QuotaSpent
from scenebank.web.embed.answers import Answers
from scenebank.web.embed.refusals import http_text, is_for_people
from scenebank.web.embed.rendering import Words, texts_for
from scenebank.web.embed.requests import (
    UnknownStep,
    UnknownWidget,
    address_of_plans,
    brings_a_shopper,
    form_again,
    given,
    once_more,
    wanted_locale,
    widget_of,
)
from scenebank.web.errors import problem_of, problem_of_http, wants_problem
from scenebank.web.headers import request_id
from scenebank.wiring import Wired
from widgets.texts import Texts

_log = logging.getLogger(__name__)


class ErrorHandlers:
    """One for each kind of error."""

    def __init__(self, wired: Wired, answers: Answers) -> None:
        self._wired = wired
        self._answers = answers

    def expected(self, error: ScenebankError) -> Response:
        """An unknown key names nobody, and its answer holds nothing."""
        if wants_problem(request):
            return problem_of(error)
        t = self._texts()
        if isinstance(error, QuotaSpent):
            return self._busy(error, t)
        if isinstance(error, InvalidInput):
            lines = tuple(t(one.code, name=_named(one.pointer, t), **_listed(one.params, t)) for one in error.errors)
            return self._words(Words(error.status, error.code, t("bad_scene"), lines, for_shop=True), t)
        code = error.code if t.has(error.code) else ("internal" if error.status >= 500 else "not_found")
        fix = (t(f"{code}.fix"),) if t.has(f"{code}.fix") else ()
        for_shop, plans = isinstance(error, (UnknownKey, UnknownWidget)), ""
        if isinstance(error, UnknownStep):
            plans = address_of_plans(request)
        return self._words(Words(error.status, error.code, t(code), fix, for_shop, plans=plans), t)

    def _busy(self, error: QuotaSpent, t: Texts) -> Response:
        """Nothing was done yet, and nothing that was sent is lost."""
        fix = (t(f"{error.code}.fix", seconds=error.params["seconds"]),)
        answer = self._words(Words(error.status, error.code, t(error.code), fix, again=once_more(request)), t)
        answer.headers["Retry-After"] = error.params["seconds"]
        return answer

    def http(self, error: HTTPException) -> Response:
        if wants_problem(request) or not is_for_people(request.path):
            return problem_of_http(error)
        t, code = self._texts(), http_text(error)
        if code == "too_large" and brings_a_shopper(request):
            told = t("launch_too_large")
            plans = address_of_plans(request)
            return self._words(
                Words(413, code, t("launch_invalid"), (t("way_on"),), plans=plans, shop_told=told), t
            )
        form = form_again(request) if code == "too_large" else None
        plans = address_of_plans(request) if code == "too_large" else ""
        fix = t("back_to_form.fix" if form else f"{code}.fix")
        answer = self._words(Words(error.code or 500, code, t(code), (fix,), plans=plans, again=form), t)
        answer.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
        return answer

    def unexpected(self, error: Exception) -> Response:
        """Our own fault: logged with all of it, told without any of it."""
        _log.error("%s: unexpected", request_id(), exc_info=error)
        t = self._texts()
        is_view = request.method == "GET" and widget_of(request) is not None
        again = once_more(request) if is_view else None
        fix = t("internal.again" if again else "internal.fix")
        return self._answers.words(Words(500, "internal", t("internal"), (fix,), again=again), t, ())

    def _words(self, words: Words, t: Texts) -> Response:
        door = self._door()
        live = door is not None and door.mode is Mode.LIVE
        return self._answers.words(words, t, door.origins if door else (), live=live)

    def _texts(self) -> Texts:
        """In the locale asked for, else that of the market whose shop the key names."""
        door = self._door()
        locale = wanted_locale(request, market_of(door.merchant.market).default_locale if door else None)
        return texts_for(locale, widget_of(request))

    def _door(self) -> Door | None:
        try:
            return self._wired.merchants.door_by_publishable_key(given(request, "key"))
        except UnknownKey:
            return None


def _listed(params: Mapping[str, str], t: Texts) -> Mapping[str, str]:
    """With the reader's own sign between the words that are allowed."""
    if "allowed" not in params:
        return params
    return {**params, "allowed": params["allowed"].replace(", ", t("between_words"))}


def _named(name: str, t: Texts) -> str:
    """An attribute of the snippet, with what it is where its name does not say so in the reader's language."""
    return t(f"attribute.{name}") if t.has(f"attribute.{name}") else name
