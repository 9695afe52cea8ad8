"""The way to the bank's own page, and back from it to the shop."""

from __future__ import annotations

from flask import Response, request

from scenebank.applications.bank_page import HandleSpent, HandleUnknown, NoBankPage
from scenebank.applications.model import Application
from scenebank.web.embed.answers import Answers
from scenebank.web.embed.rendering import Words, texts_for
from scenebank.web.embed.requests import wanted_locale
from scenebank.web.errors import wants_problem
from scenebank.wiring import Wired
from widgets.texts import Texts


class BankWays:
    """``/go/<handle>`` and ``/back/<application>``: pages of their own, never in a frame, and none without a way on."""

    def __init__(self, wired: Wired, answers: Answers) -> None:
        self._wired = wired
        self._answers = answers

    def go(self, handle: str) -> Response:
        try:
            return self._answers.away(self._wired.bank_pages.redeem(handle))
        except (HandleUnknown, HandleSpent, NoBankPage) as refused:
            if wants_problem(request):
                raise
            application = self._wired.bank_pages.application_of(handle)
            t = _texts(application)
            key = "handle_unknown" if isinstance(refused, HandleUnknown) else refused.code
            fix = t("back_text" if isinstance(refused, NoBankPage) else f"{key}.fix")
            words = Words(refused.status, refused.code, t(key), (fix,), shop=_way_back(application))
            return self._answers.words(words, t, (), framed=False)

    def back(self, application_id: str) -> Response:
        """From the bank: ask it what it decided, and send the shopper on to the shop."""
        application = self._wired.applications.returned(application_id)
        if application is not None and application.return_url:
            return self._answers.away(_way_back(application))
        t = _texts(application)
        if application is None:
            words = Words(404, "not_found", t("back_unknown"), (t("back_unknown.fix"),))
        else:
            words = Words(200, "back_title", t("back_title"), (t("back_text"),), shop=_way_back(application))
        return self._answers.words(words, t, (), framed=False)


def _texts(application: Application | None) -> Texts:
    return texts_for(wanted_locale(request, application.locale if application else None))


def _way_back(application: Application | None) -> str:
    """Where the shop wants its shopper back, else the page's own site; "" where neither is known."""
    if application is None:
        return ""
    if not application.return_url:
        return application.origin
    joint = "&" if "?" in application.return_url else "?"
    return f"{application.return_url}{joint}bis_application={application.id}"
