"""The bank port: what Scenebank asks of any bank, in domain types only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from scenebank.errors import ScenebankError
from scenebank.money.model import Money
from scenebank.money.schedule import Schedule
from scenebank.risk.assessment import Assessment
from scenebank.risk.signals import Signal


class Stage(StrEnum):
    """Where the bank says an order stands, in our words; ``UNRECOGNISED`` is a word we do not know."""

    RECEIVED = "received"
    REVIEW = "review"
    DOCUMENTS = "documents"
    CONTACT = "contact"
    SIGN = "sign"
    COUNTER_OFFER = "counter_offer"
    SIGNED = "signed"
    FULFILLING = "fulfilling"
    ACTIVE = "active"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNRECOGNISED = "unrecognised"


class Operation(StrEnum):
    """Operations an assertion names (claim ``op``)."""

    APPLY = "apply"
    STATUS = "status"
    LOOKUP = "lookup"
    WITHDRAW = "withdraw"
    ACCEPT_OFFER = "accept_offer"
    FULFIL = "fulfil"
    CANCEL = "cancel"
    REFUND = "refund"
    SCHEDULE = "schedule"
    SCHEME = "scheme"


@dataclass(frozen=True)
class Context:
    """The verified shopper context that goes with every call about one application. ``signals`` and ``assessment``
    are there only while the shopper's consent to this bank stands."""

    merchant_id: str
    mode: str
    merchant_name: str
    shopper_ref: str
    session_id: str
    widget: str
    origin: str
    order_id: str
    amount: Money
    product_id: str
    catalogue_version: str
    signals: Mapping[str, Signal] | None
    signals_version: str | None
    assessment: Assessment | None = None


@dataclass(frozen=True)
class ConsentEvidence:
    """What the shopper agreed to, as the bank gets it."""

    purpose: str
    text_hash: str
    given_at: datetime


@dataclass(frozen=True)
class Applicant:
    """Details taken in the frame where the market allows it."""

    name: str
    email: str
    phone: str
    address: str
    employment: str
    tax_country: str


@dataclass(frozen=True)
class Order:
    """One application as it is sent. ``key`` identifies it for ever (client reference and idempotency key)."""

    key: str
    application_id: str
    context: Context
    market: str
    locale: str
    term: int
    return_url: str
    consents: tuple[ConsentEvidence, ...]
    applicant: Applicant | None


@dataclass(frozen=True)
class BankLedger:
    """The bank's own account of the goods."""

    approved: Money
    fulfilled: Money
    cancelled: Money
    refunded: Money


@dataclass(frozen=True)
class BankCounterOffer:
    """Another amount or term the bank would agree to."""

    offer_id: str
    amount: Money
    term: int


@dataclass(frozen=True)
class Answer:
    """What the bank says of one order, checked to be about the order asked for."""

    bank_ref: str
    stage: Stage
    raw_status: str
    sequence: int
    redirect_url: str | None
    reasons: tuple[str, ...]
    documents: tuple[str, ...]
    counter_offer: BankCounterOffer | None
    ledger: BankLedger


@dataclass(frozen=True)
class ReceivedRequest:
    """What came to our door, unread. ``url`` is the address it came to as the world knows us, whatever its ``Host``."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class CallbackEvent:
    """A verified callback: it only says that something changed; the truth is asked for."""

    event_id: str
    client_reference: str


class BankError(ScenebankError):
    """Base of what can go wrong with a bank."""

    code = "bank_error"
    status = 502


class Unavailable(BankError):
    """Certainly not processed: refused connection, TLS or name failure, 503. May be sent again."""

    code = "bank_unavailable"


class OutcomeUnknown(BankError):
    """It may have arrived. Only asking tells."""

    code = "bank_outcome_unknown"


class RateLimited(BankError):
    """Not processed; try again after ``retry_after_s``."""

    code = "bank_rate_limited"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class InvalidRequest(BankError):
    """The bank says that what we sent is wrong; ``detail`` has its words (for the log, never shown raw)."""

    code = "bank_invalid_request"


class Unauthorised(BankError):
    """The bank refuses our assertion."""

    code = "bank_unauthorised"


class NotBooked(BankError):
    """The bank has nothing under that reference."""

    code = "bank_not_booked"


class ContractViolation(BankError):
    """The answer breaks the bank's own contract, or is about something else. Never shown."""

    code = "bank_contract_violation"


class BankPort(Protocol):
    """One bank. Every method may raise the errors above. POSTs are idempotent by their key."""

    def submit(self, order: Order) -> Answer:
        """Book the order under ``order.key``."""

    def find(self, order: Order) -> Answer:
        """Ask by our key; :class:`NotBooked` when the bank never got it."""

    def get(self, order: Order, bank_ref: str) -> Answer:
        """Ask by the bank's reference."""

    def withdraw(self, order: Order, bank_ref: str, key: str, reason: str) -> Answer:
        """Take the order back; ``reason`` shopper | merchant | consent_withdrawn."""

    def accept_offer(self, order: Order, bank_ref: str, key: str, offer_id: str, evidence: ConsentEvidence) -> Answer:
        """Agree to a counter-offer."""

    def settle(self, order: Order, bank_ref: str, key: str, operation: Operation, amount: Money) -> Answer:
        """``FULFIL``, ``CANCEL`` or ``REFUND`` an amount; ``key`` is the operation's id."""

    def schedule(self, order: Order, bank_ref: str) -> Schedule:
        """The schedule as the bank keeps it now."""

    def parse_callback(self, received: ReceivedRequest, now: datetime) -> CallbackEvent:
        """Verify and read a callback; ``Unauthorised`` when it is not the bank's or older than five minutes."""


class AssertionSigner(Protocol):
    """Makes one context assertion for one request."""

    @property
    def issuer(self) -> str:
        """Our public address: ``iss`` of assertions, ``aud`` of callbacks."""

    def now(self) -> datetime:
        """The time that assertions are signed at."""

    def sign(
        self, bank_id: str, audience: str, operation: Operation, request: SignedRequest, context: Context | None
    ) -> str:
        """Compact JWS, ``typ`` bis-ctx+jwt, life 60 s."""

    def pairwise(self, bank_id: str, context: Context) -> str:
        """The shopper's name towards this bank only."""


@dataclass(frozen=True)
class SignedRequest:
    """The request an assertion is bound to."""

    method: str
    url: str
    body: bytes
    idempotency_key: str | None


AdapterFactory = Callable[[str, Mapping[str, str], AssertionSigner], BankPort]
