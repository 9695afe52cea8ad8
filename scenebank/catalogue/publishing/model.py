"""Revisions of products, what may be done to them, and by whom (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scenebank.errors import Conflict, Forbidden


class State(StrEnum):
    """``live`` is what shoppers see; at most one revision of a product is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What people do; from ``SUPERSEDE`` on what follows from it, what comes with time, and (``SEED``) what the house
    does itself, without a review."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    ROLLBACK = "rollback"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    HOLD = "hold"
    START = "start"
    END = "end"
    MISS = "miss"
    SEED = "seed"


_OPEN = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED})
# From which states, and to which. An edit always leads back to the draft, whatever was approved before.
MOVES: Mapping[Act, tuple[frozenset[State], State]] = {
    Act.EDIT: (_OPEN, State.DRAFT),
    Act.SUBMIT: (frozenset({State.DRAFT}), State.IN_REVIEW),
    Act.APPROVE: (frozenset({State.IN_REVIEW}), State.APPROVED),
    Act.REJECT: (_OPEN - {State.DRAFT}, State.DRAFT),
    Act.SCHEDULE: (frozenset({State.APPROVED}), State.SCHEDULED),
    Act.PUBLISH: (frozenset({State.APPROVED, State.SCHEDULED}), State.LIVE),
    Act.WITHDRAW: (frozenset({State.LIVE}), State.WITHDRAWN),
    Act.SUPERSEDE: (frozenset({State.LIVE}), State.SUPERSEDED),
    Act.HOLD: (frozenset({State.SCHEDULED}), State.APPROVED),
    Act.START: (frozenset({State.SCHEDULED}), State.LIVE),
    Act.END: (frozenset({State.LIVE}), State.WITHDRAWN),
    Act.MISS: (frozenset({State.SCHEDULED}), State.DRAFT),
    Act.ROLLBACK: (frozenset({State.DRAFT}), State.LIVE),
    Act.SEED: (frozenset({State.DRAFT}), State.LIVE),
}


@dataclass(frozen=True)
class Revision:
    """One document of a product on its way. ``edition`` rises with every edit; ``based_on`` is the version that was
    live when it was drafted or last edited; ``origin`` is ``written``, ``imported``, ``rollback`` or ``system``.
    Times are ms; ``starts_at`` and ``ends_at`` bound when it may be live. ``author`` is among the ``editors``."""

    id: str
    number: int
    bank_id: str
    product_id: str
    state: State
    edition: int
    document: Mapping[str, Any]
    version: str
    starts_at: int | None
    ends_at: int | None
    reason: str | None
    origin: str
    based_on: str | None
    author: str
    editors: tuple[str, ...]
    approved_hash: str | None
    approved_by: str | None
    approved_at: int | None
    live_at: int | None
    created_at: int
    updated_at: int
    audit_number: int

    @property
    def content_hash(self) -> str:
        """Hex SHA-256 of all an approval is for: whose product, the document, when, why, and which edition of it. Made
        anew from what stands there, never read."""
        said = {
            "revision": self.id, "edition": self.edition, "bank_id": self.bank_id, "product_id": self.product_id,
            "document": self.document, "starts_at": self.starts_at, "ends_at": self.ends_at, "reason": self.reason,
        }  # fmt: skip
        return hashlib.sha256(canonical(said).encode()).hexdigest()

    @property
    def is_approved(self) -> bool:
        """By somebody, as it stands now."""
        return self.approved_by is not None and self.approved_hash == self.content_hash


def canonical(document: Mapping[str, Any]) -> str:
    """JSON with one spelling only."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class RoleMissing(Forbidden):
    """Somebody of another role does this."""

    code = "team_role"


class FourEyes(Forbidden):
    """Who wrote or edited it does not approve it."""

    code = "four_eyes"


class NotNow(Conflict):
    """The revision's state does not allow this."""

    code = "revision_state"


class ContentChanged(Conflict):
    """It is not what was seen any more."""

    code = "content_changed"


class NotApproved(Conflict):
    """What stands there is not what was approved."""

    code = "not_approved"


class LiveMoved(Conflict):
    """Something else is live than what this was drafted from."""

    code = "live_moved"


class OtherTime(Conflict):
    """It was approved for another time, or the time is over."""

    code = "other_time"


class NothingLive(Conflict):
    """The product is not sold at the moment."""

    code = "nothing_live"


class NothingBefore(Conflict):
    """There is no such version to go back to."""

    code = "nothing_before"


def check_move(revision: Revision, act: Act) -> State:
    """Where ``act`` leads; :class:`NotNow`."""
    froms, to = MOVES[act]
    if revision.state not in froms:
        words = ", ".join(one.value for one in State if one in froms)
        raise NotNow(f"the revision is {revision.state}: {act} is for one that is {words}", state=revision.state.value)
    return to


def check_eyes(revision: Revision, name: str) -> None:
    """:class:`FourEyes`."""
    if name == revision.author or name in revision.editors:
        raise FourEyes(f"{name} wrote it, or edited it: somebody else has to approve it")
