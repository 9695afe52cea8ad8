"""What is said when something is wrong: in words, framed by whom the key names."""

from __future__ import annotations

import logging

from flask import Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from scenebank.errors import InvalidInput, ScenebankError
from scenebank.merchants.service import UnknownKey
from scenebank.web.embed.answers import Answers, Words
from scenebank.web.embed.rendering import texts_for
from scenebank.web.embed.requests import wanted_locale
from scenebank.web.errors import field_errors
from scenebank.wiring import Wired

_log = logging.getLogger(__name__)
_HTTP_CODES = {405: "method_not_allowed", 413: "too_large"}


class Refusals:
    """Error handlers of this door."""

    def __init__(self, wired: Wired, answers: Answers) -> None:
        self._wired = wired
        self._answers = answers

    def expected(self, error: ScenebankError) -> Response:
        t = texts_for(wanted_locale(request, self._default_locale()))
        if isinstance(error, InvalidInput):
            lines = tuple(t(one.code, name=one.pointer, **one.params) for one in error.errors)
            words = Words(error.status, error.code, t("bad_scene"), lines, tuple(field_errors(error)))
        else:
            code = error.code if t.has(error.code) else ("internal" if error.status >= 500 else "not_found")
            fix = (t(f"{code}.fix"),) if t.has(f"{code}.fix") else ()
            words = Words(error.status, error.code, t(code), fix)
        return self._answers.words(words, t, self._ancestors())

    def http(self, error: HTTPException) -> Response:
        t = texts_for(wanted_locale(request) if not isinstance(error, RequestEntityTooLarge) else "en")
        code = _HTTP_CODES.get(error.code or 500, "not_found")
        return self._answers.words(Words(error.code or 500, code, t(code)), t, self._ancestors())

    def unexpected(self, error: Exception) -> Response:
        """Our own fault: logged with all of it, told without any of it."""
        _log.error("unexpected", exc_info=error)
        t = texts_for(wanted_locale(request, self._default_locale()))
        return self._answers.words(Words(500, "internal", t("internal"), (t("internal.fix"),)), t, ())

    def _default_locale(self) -> str:
        preferred = request.accept_languages.best_match(["zh-CN", "zh", "en"], "en")
        return "zh-CN" if str(preferred).startswith("zh") else "en"

    def _ancestors(self) -> tuple[str, ...]:
        try:
            return self._wired.merchants.door_by_publishable_key(request.values.get("key", "")).origins
        except (UnknownKey, RequestEntityTooLarge):
            return ()
