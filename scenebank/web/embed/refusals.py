"""What is refused at this door: the same facts in words, as an event for the shop's page, and as problem+json."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Response
from werkzeug.exceptions import HTTPException

from scenebank.sessions.model import LaunchRefused, SessionRefused
from scenebank.web.embed.rendering import Notice
from scenebank.web.errors import field_problems, problem
from widgets.base import DomEvent, Fragment, Refusal, Shape
from widgets.texts import Texts

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:-]{1,100}")
_HTTP_TEXTS = {400: "bad_request", 405: "method_not_allowed", 411: "length_required", 413: "too_large"}
# What is wrong with a launch in terms that mean nothing to a shopper.
_OF_THE_SHOP = frozenset({"launch_clock", "mode_mismatch", "origin_mismatch"})
# Addresses a person may stand on; everything else is called by machines.
_FOR_PEOPLE = ("/w/", "/go/", "/back/")


def launch_refusal(refused: LaunchRefused | SessionRefused, t: Texts, shape: Shape) -> Refusal:
    """Which of the shop's invitations is not good, and the way to a better one: the compact view has no button."""
    again = "launch_again" if shape == "full" else "launch_again_compact"
    code = refused.code if t.has(refused.code) else "launch_invalid"
    origin = refused.params.get("origin", "")
    fix = f"{code}.fix" if t.has(f"{code}.fix") and _ORIGIN.fullmatch(origin) else again
    return Refusal(code, t(code), t(fix, origin=origin))


def notice_of(refusal: Refusal, t: Texts) -> Notice:
    """Where only the shop can mend it, the shopper reads what it means, and the shop what it is."""
    if t.has(f"{refusal.code}.shopper"):
        return Notice(t(f"{refusal.code}.shopper"), refusal.message)
    if refusal.code in _OF_THE_SHOP:
        return Notice(t("notice", message=t("launch_invalid"), fix=refusal.fix), refusal.message)
    return Notice(t("notice", message=refusal.message, fix=refusal.fix))


def with_refusal_told(fragment: Fragment) -> Fragment:
    """The fragment with ``bis:error`` for the shop's page, and ``bis:expired`` where a visit has ended."""
    refusal = fragment.refusal
    if refusal is None or refusal.fields:
        return fragment
    told = [DomEvent("error", {"code": refusal.code, "message": refusal.message, "fix": refusal.fix})]
    if refusal.code == "session_expired":
        told.append(DomEvent("expired", {}))
    return replace(fragment, events=(*fragment.events, *told))


def refusal_problem(fragment: Fragment) -> Response:
    refusal = fragment.refusal or Refusal("internal", "")
    detail = "" if refusal.fields else _sentence(refusal)
    return problem(fragment.status, refusal.code, detail, field_problems(refusal.fields))


def _sentence(refusal: Refusal) -> str:
    return " ".join(text for text in (refusal.message, refusal.fix) if text)


def http_text(error: HTTPException) -> str:
    """The key of what went wrong before a route was reached."""
    return _HTTP_TEXTS.get(error.code or 500, "not_found")


def is_for_people(path: str) -> bool:
    return path.startswith(_FOR_PEOPLE)
