"""Who is asking."""

from __future__ import annotations

from flask import request

from scenebank.errors import Forbidden, Unauthenticated
from scenebank.team.model import Member
from scenebank.web.api.doors import from_browser
from scenebank.web.quotas import bearer, charge, refuse_spent, take
from scenebank.wiring import Wired


def team_door(wired: Wired) -> Member:
    """Whose key it is. What he may do is decided where it is done."""
    key = bearer(request)
    if not key:
        raise Unauthenticated("send your key as Authorization: Bearer")
    known = wired.quotas.knows(key)
    if not known:
        refuse_spent(wired, "guess")
    if from_browser():
        raise Forbidden("a team member's key belongs in no page: this request comes from a browser")
    try:
        member = wired.team.by_key(key)
    except Unauthenticated:
        if not known:
            charge(wired, "guess", 1)
        raise
    wired.quotas.remember(key)
    take(wired, "key", f"team {member.name}")
    return member
