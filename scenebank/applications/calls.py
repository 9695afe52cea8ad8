"""Calls to banks: written down before they are made, and never made twice where the first may have arrived."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.orders import make_order
from scenebank.banks.port import (
    Answer,
    BankError,
    BankPort,
    ContractViolation,
    InvalidRequest,
    NotBooked,
    Operation,
    Order,
    OutcomeUnknown,
    RateLimited,
    Unauthorised,
    Unavailable,
)
from scenebank.clock import Clock, milliseconds
from scenebank.merchants.service import MerchantService
from scenebank.store.database import Database

_log = logging.getLogger(__name__)
# A call nobody answered may still be running at the bank for as long as we wait for any. Only when that is over does
# "not booked" mean that it may be sent again.
SETTLE_MS = 12_000
# Errors that say the bank did nothing.
NOT_SENT: tuple[type[BankError], ...] = (Unavailable, RateLimited, Unauthorised)


@dataclass(frozen=True)
class Started:
    """A call about to be made: its application, the calls before it that may have arrived, its own attempt.

    ``settled``: whether the bank cannot be at any of those any more. It was so before the bank is asked what became of
    them: an answer is as old as its question, however long it took to come."""

    row: RowMapping
    consents: list[RowMapping]
    earlier: list[RowMapping]
    settled: bool
    attempt_id: int


class BankCalls:
    """What every link that calls a bank needs; ``banks`` gives a bank's port by its id."""

    def __init__(
        self, database: Database, clock: Clock, merchants: MerchantService, banks: Callable[[str], BankPort],
        public_url: str,
    ) -> None:  # fmt: skip
        self.database = database
        self.clock = clock
        self.bank = banks
        self._merchants = merchants
        self._public_url = public_url

    def locked(self, connection: Connection, application_id: str) -> RowMapping:
        row = store.lock(connection, application_id)
        if row is None:
            raise LookupError(f"work for {application_id}, which is not there")
        return row

    def start(self, connection: Connection, row: RowMapping, operation: Operation, key: str) -> Started:
        """Write the attempt down. The caller commits, then calls."""
        earlier = store.attempts(connection, key)
        attempt_id = store.start_attempt(connection, row["id"], operation.value, key, self.now_ms())
        consents = store.read_consents(connection, row["id"])
        return Started(row, consents, earlier, self._settled(earlier), attempt_id)

    def end(self, connection: Connection, started: Started, outcome: str) -> None:
        store.end_attempt(connection, started.attempt_id, outcome, self.now_ms())

    def read(self, application_id: str) -> tuple[RowMapping, Order]:
        """The application now, and the order to ask the bank about."""
        with self.database.read() as connection:
            row = store.by_id(connection, application_id)
            if row is None:
                raise LookupError(f"work for {application_id}, which is not there")
            consents = store.read_consents(connection, application_id)
        return row, self.order(row, consents)

    def order(self, row: RowMapping, consents: list[RowMapping]) -> Order:
        merchant = self._merchants.get(row["merchant_id"])
        return make_order(row, consents, merchant.name, self._public_url)

    def now_ms(self) -> int:
        return milliseconds(self.clock.now())

    def _settled(self, attempts: list[RowMapping]) -> bool:
        """Every one is so old that the bank cannot be at it any more."""
        limit = self.now_ms() - SETTLE_MS
        return all(one["started_at"] <= limit for one in attempts)


def asked(ask: Callable[[], Answer]) -> Answer:
    """The answer to a question before a call; that the bank refuses the question says nothing about the call."""
    try:
        return ask()
    except InvalidRequest as error:
        raise OutcomeUnknown(f"refused to say: {error.detail}") from error


def outcome_of(error: BankError) -> str:
    """The word an attempt's row keeps."""
    if isinstance(error, RateLimited):
        return "rate_limited"
    if isinstance(error, NOT_SENT):
        return "unavailable"
    if isinstance(error, NotBooked):
        return "asked"
    return "unknown" if isinstance(error, OutcomeUnknown) else error.code


def alert(row: RowMapping, error: BankError) -> None:
    """Tell operators of what only a person can mend; the bank's words stay in the log."""
    if isinstance(error, (ContractViolation, InvalidRequest, Unauthorised)):
        _log.error("bank %s, %s: %s: %s", row["bank_id"], row["id"], error.code, error.detail)
