"""Where an application can go, and what that is called in the interface."""

from __future__ import annotations

import time

from sandbox_bank import errors
from sandbox_bank.applications import OPEN, WAITING, Application
from sandbox_bank.behaviour import Behaviour

_FIRST = {"decline": "REJECTED", "documents": "DOCUMENTS", "counter": "COUNTER_OFFER", "review": "REVIEW"}
_COUNTER_PER_CENT = 80

OFFICIAL = {
    "RECEIVED": ("PENDING_REVIEW", "NONE"),
    "REVIEW": ("PENDING_REVIEW", "NONE"),
    "DOCUMENTS": ("ACCEPTED_INCOMPLETE", "APPLICANT_CONTACT"),
    "SIGN": ("ACCEPTED_INCOMPLETE", "REDIRECT"),
    "COUNTER_OFFER": ("ACCEPTED_INCOMPLETE", "REDIRECT"),
    "SIGNED": ("ACCEPTED_COMPLETE", "NONE"),
    "FULFILLING": ("ACCEPTED_COMPLETE", "NONE"),
    "ACTIVE": ("ACCOUNT_CREATED", "NONE"),
    "CLOSED": ("ACCOUNT_CREATED", "NONE"),
    "REJECTED": ("REJECTED", "NONE"),
    "WITHDRAWN": ("REJECTED", "NONE"),
    "EXPIRED": ("REJECTED", "NONE"),
}


def first_stage(magic: str) -> str:
    return _FIRST.get(magic, "SIGN")


def counter_amount(amount: int) -> int:
    """Eighty per cent, in whole units of the currency."""
    return amount * _COUNTER_PER_CENT // 100 // 100 * 100


def ripe_at(stage: str, behaviour: Behaviour) -> float | None:
    """When the bank goes on by itself, epoch seconds."""
    if stage == "REVIEW":
        return time.time() + behaviour.review_s
    return time.time() + behaviour.offer_life_s if stage in WAITING else None


def ripen(application: Application, behaviour: Behaviour) -> Application:
    """A review ends well; what the shopper left undone ends."""
    stage = "SIGN" if application.stage == "REVIEW" else "EXPIRED"
    return application.moved(stage=stage, ripe_at=ripe_at(stage, behaviour))


def hand_in(application: Application, statement: str, behaviour: Behaviour) -> Application:
    _expect(application, "DOCUMENTS")
    return application.moved(stage="SIGN", statement=statement, ripe_at=ripe_at("SIGN", behaviour))


def accept(application: Application, offer_id: str, behaviour: Behaviour) -> Application:
    _expect(application, "COUNTER_OFFER")
    if offer_id != application.offer_id or application.offer_amount is None:
        raise errors.wrong_stage("there is no such offer")
    return application.moved(stage="SIGN", agreed=application.offer_amount, ripe_at=ripe_at("SIGN", behaviour))


def sign(application: Application) -> Application:
    _expect(application, "SIGN")
    return application.moved(stage="SIGNED", approved=application.agreed, ripe_at=None)


def withdraw(application: Application, reason: str) -> Application:
    """Open applications, and signed ones of which nothing was paid out."""
    untouched = application.stage == "SIGNED" and not application.fulfilled
    if application.stage not in OPEN and not untouched:
        raise errors.wrong_stage(f"an application at stage {application.stage} cannot be withdrawn")
    return application.moved(
        stage="WITHDRAWN", reason=reason, cancelled=application.approved, ripe_at=None
    )  # fmt: skip


def _expect(application: Application, stage: str) -> None:
    if application.stage != stage:
        raise errors.wrong_stage(f"the application is at stage {application.stage}, not {stage}")
