"""The states of an application and the moves between them (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scenebank.banks.port import Applicant, Operation
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.money.schedule import Schedule
from scenebank.offers.model import Offer, Plan


class Status(StrEnum):
    """The same words in widget, DOM event, API and webhook."""

    DRAFT = "draft"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACTION_REQUIRED = "action_required"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    FULFILLING = "fulfilling"
    ACTIVE = "active"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    FAILED = "failed"
    UNKNOWN = "unknown"


S = Status
FINAL = frozenset({S.REJECTED, S.WITHDRAWN, S.EXPIRED, S.FAILED, S.CLOSED})
_FROM_BANK = (
    S.SUBMITTED, S.IN_REVIEW, S.ACTION_REQUIRED, S.OFFERED, S.ACCEPTED, S.FULFILLING, S.ACTIVE, S.CLOSED,
    S.REJECTED, S.WITHDRAWN, S.EXPIRED, S.FAILED,
)  # fmt: skip


def _later(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


# Forward only: a late or repeated word of the bank never takes an application back.
NEXT: Mapping[Status, frozenset[Status]] = {
    S.DRAFT: _later(S.SUBMITTING),
    S.SUBMITTING: _later(S.UNKNOWN, *_FROM_BANK),
    S.UNKNOWN: _later(*_FROM_BANK),
    S.SUBMITTED: _later(*_FROM_BANK[1:]),
    S.IN_REVIEW: _later(*_FROM_BANK[2:]),
    S.ACTION_REQUIRED: _later(S.IN_REVIEW, *_FROM_BANK[3:]),
    S.OFFERED: _later(S.ACTION_REQUIRED, *_FROM_BANK[4:]),
    S.ACCEPTED: _later(*_FROM_BANK[5:]),
    S.FULFILLING: _later(S.ACTIVE, S.CLOSED, S.WITHDRAWN, S.FAILED),
    S.ACTIVE: _later(S.CLOSED, S.FAILED),
    **dict.fromkeys(FINAL, frozenset()),
}
# While in one of these the shopper may still take the application back.
WITHDRAWABLE = frozenset({
    S.SUBMITTING, S.UNKNOWN, S.SUBMITTED, S.IN_REVIEW, S.ACTION_REQUIRED, S.OFFERED, S.ACCEPTED,
})  # fmt: skip
# The bank still has to say something: somebody has to ask.
WAITING_FOR_BANK = frozenset({S.SUBMITTING, S.UNKNOWN, S.SUBMITTED, S.IN_REVIEW, S.ACTION_REQUIRED, S.OFFERED})


def may_move(now: Status, then: Status) -> bool:
    return then in NEXT[now]


class NextStep(StrEnum):
    """What an application in ``action_required`` waits for."""

    REDIRECT = "redirect"
    DOCUMENTS = "documents"
    CONTACT = "contact"


@dataclass(frozen=True)
class Ledger:
    """What happened to the goods: ``fulfilled + cancelled <= approved`` and ``refunded <= fulfilled``."""

    approved: Money
    fulfilled: Money
    cancelled: Money
    refunded: Money

    @property
    def financed(self) -> Money:
        """What the shopper owes principal on."""
        return self.approved - self.cancelled - self.refunded

    def json(self) -> dict[str, dict[str, str]]:
        names = ("approved", "fulfilled", "cancelled", "refunded")
        return {name: getattr(self, name).json() for name in names}


@dataclass(frozen=True)
class CounterOffer:
    """The bank would lend less, or differently. The shopper decides."""

    offer_id: str
    amount: Money
    term: int


@dataclass(frozen=True)
class Agreed:
    """What holds instead of what was applied for, since a counter-offer was agreed to."""

    amount: Money
    term: int


@dataclass(frozen=True)
class Consent:
    """One purpose, agreed to separately, with the exact text that was shown."""

    id: str
    purpose: str
    receiver: str
    text: str
    text_hash: str
    locale: str
    given_at: datetime
    withdrawn_at: datetime | None


class OperationState(StrEnum):
    """How far an operation got: on its way, done at the bank, or refused by it."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class OperationView:
    """Something done to an application after it was sent; ``amount`` where it is about money, and ``target`` what the
    ledger holds of its kind when it is done, once it was sent."""

    id: str
    operation: Operation
    amount: Money | None
    state: OperationState
    reason: str | None
    target: Money | None = None


@dataclass(frozen=True)
class GivenConsent:
    """A consent as it comes from the form: ``receiver`` is the bank's id, ``text`` exactly what was shown."""

    purpose: str
    receiver: str
    text: str


@dataclass(frozen=True)
class Choice:
    """What the shopper applies for; ``offer_id`` is what was shown of it, as it is kept."""

    offer: Offer
    plan: Plan
    consents: tuple[GivenConsent, ...]
    applicant: Applicant | None
    locale: str
    widget: str
    catalogue_version: str
    offer_id: str | None = None


@dataclass(frozen=True)
class Application:
    """One shopper's request to one bank. ``sequence`` rises with every change; ``schedule`` is the one shown or, after
    the bank's word, as the bank states it. ``term`` and ``amount`` are what was asked for; ``agreed`` what holds
    since a counter-offer was agreed to: until its schedule is known ``schedule`` has no rows and ``annual_rate`` is
    None. ``offer_id`` is what was shown of it, as it is kept. ``withdrawal`` is why the shopper takes it
    back, or did: ``shopper`` or ``consent_withdrawn``."""

    id: str
    merchant_id: str
    mode: Mode
    session_id: str
    widget: str
    shopper_ref: str
    order_id: str
    origin: str
    return_url: str | None
    market: str
    locale: str
    bank_id: str
    product_id: str
    product_version: str
    catalogue_version: str
    offer_id: str | None
    term: int
    amount: Money
    status: Status
    sequence: int
    submission_key: str
    attempt: int
    bank_ref: str | None
    bank_status: str | None
    next_step: NextStep | None
    documents: tuple[str, ...]
    reasons: tuple[str, ...]
    counter_offer: CounterOffer | None
    ledger: Ledger
    schedule: Schedule
    annual_rate: dict[str, str] | None
    agreed: Agreed | None
    unreachable_since: datetime | None
    withdrawal: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def withdrawing(self) -> bool:
        return self.withdrawal is not None

    @property
    def is_final(self) -> bool:
        return self.status in FINAL
