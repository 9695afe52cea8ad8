"""The way to the bank's own page, and back from it to the shop."""

from __future__ import annotations

from flask import Response, request

from scenebank.web.embed.answers import Answers
from scenebank.web.embed.rendering import Words, texts_for
from scenebank.web.embed.requests import wanted_locale
from scenebank.wiring import Wired


class BankWays:
    """``/go/<handle>`` and ``/back/<application>``: pages of their own, never in a frame."""

    def __init__(self, wired: Wired, answers: Answers) -> None:
        self._wired = wired
        self._answers = answers

    def go(self, handle: str) -> Response:
        return self._answers.away(self._wired.bank_pages.redeem(handle))

    def back(self, application_id: str) -> Response:
        """From the bank: ask it what it decided, and send the shopper on to the shop."""
        application = self._wired.applications.returned(application_id)
        if application is not None and application.return_url:
            joint = "&" if "?" in application.return_url else "?"
            return self._answers.away(f"{application.return_url}{joint}bis_application={application.id}")
        t = texts_for(wanted_locale(request, application.locale if application else "en"))
        status, code, title = (200, "back_title", "back_title") if application else (404, "not_found", "back_unknown")
        words = Words(status, code, t(title), (t("back_text"),))
        return self._answers.words(words, t, ())
