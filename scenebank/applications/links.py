"""The durable work of applications. Each link makes one outside call, then one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.answers import AnswerRecorder
from scenebank.applications.model import WAITING_FOR_BANK, Status
from scenebank.applications.operate import OperationCall
from scenebank.applications.orders import make_order
from scenebank.applications.rows import dump, milliseconds, schedule_json
from scenebank.applications.work import ASK, FETCH_SCHEDULE, OPERATE, POLL, SUBMIT, ApplicationWork, wait_s
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
from scenebank.clock import Clock
from scenebank.engine.queue import WorkQueue
from scenebank.merchants.service import MerchantService
from scenebank.store.database import Database
from scenebank.webhooks.service import WebhookService

_log = logging.getLogger(__name__)
# A call nobody answered may still be running at the bank for as long as we wait for any. Only when that is over does
# "not booked" mean that it may be sent again.
SETTLE_MS = 12_000
_NOT_SENT: tuple[type[BankError], ...] = (Unavailable, RateLimited, Unauthorised)


@dataclass(frozen=True)
class Started:
    """A call about to be made: its row, its order, whether an earlier one may have arrived, its attempt."""

    row: RowMapping
    order: Order
    earlier: list[RowMapping]
    attempt_id: int


class ApplicationLinks:
    """Runs in the worker; ``banks`` gives a bank's port by its id."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, webhooks: WebhookService,
        merchants: MerchantService, banks: Callable[[str], BankPort], public_url: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._work = ApplicationWork(queue)
        self._recorder = AnswerRecorder(webhooks, self._work)
        self._merchants = merchants
        self._banks = banks
        self._public_url = public_url

    def registered(self) -> Mapping[str, Callable[..., None]]:
        return {
            SUBMIT.name: self.submit,
            ASK.name: self.ask,
            OPERATE.name: self.operate,
            FETCH_SCHEDULE.name: self.fetch_schedule,
        }

    # submit

    def submit(self, application_id: str, number: str) -> None:
        """Send the application, or ask what became of it where an earlier call may have arrived."""
        started = self._start_submit(application_id)
        if started is None:
            return
        try:
            answer = self._send(started)
        except BankError as error:
            self._submit_failed(started, error, int(number) + 1)
            return
        with self._database.begin() as connection:
            self._end(connection, started, "answered")
            row = self._locked(connection, application_id)
            self._recorder.record(connection, row, answer, "bank", self._clock.now())

    def _start_submit(self, application_id: str) -> Started | None:
        with self._database.begin() as connection:
            row = self._locked(connection, application_id)
            if Status(row["status"]) not in (Status.SUBMITTING, Status.UNKNOWN) or row["bank_ref"]:
                return None
            return self._start(connection, row, Operation.APPLY, row["submission_key"])

    def _start(self, connection: Connection, row: RowMapping, operation: Operation, key: str) -> Started:
        earlier = store.attempts(connection, key)
        attempt = store.start_attempt(connection, row["id"], operation.value, key, self._now_ms())
        return Started(row, self._order(connection, row), earlier, attempt)

    def _send(self, started: Started) -> Answer:
        bank = self._banks(started.row["bank_id"])
        if not started.earlier:
            return bank.submit(started.order)
        try:
            return bank.find(started.order)
        except NotBooked:
            if not self._settled(started.earlier):
                raise
            return bank.submit(started.order)

    def _settled(self, earlier: list[RowMapping]) -> bool:
        """Every earlier call ended, or is so old that the bank cannot be at it any more."""
        limit = self._now_ms() - SETTLE_MS
        return all(one["started_at"] <= limit for one in earlier)

    def _submit_failed(self, started: Started, error: BankError, number: int) -> None:
        with self._database.begin() as connection:
            self._end(connection, started, _outcome(error))
            row = self._locked(connection, started.row["id"])
            if Status(row["status"]) not in (Status.SUBMITTING, Status.UNKNOWN):
                return
            now, status = self._clock.now(), Status(row["status"])
            if isinstance(error, InvalidRequest):
                _log.error("bank %s refuses %s as invalid: %s", row["bank_id"], row["id"], error.detail)
                self._recorder.move(connection, row, Status.FAILED, error.code, now, {"reasons": dump([error.code])})
                return
            if isinstance(error, _NOT_SENT):
                self._note_unreachable(connection, row, error, now)
            elif status is Status.SUBMITTING and not isinstance(error, NotBooked):
                self._recorder.move(connection, row, Status.UNKNOWN, error.code, now, {})
            self._work.submit(connection, row, number, _delay_s(error, number))

    def _note_unreachable(self, connection: Connection, row: RowMapping, error: BankError, now: datetime) -> None:
        if row["unreachable_since"] is None and not isinstance(error, RateLimited):
            values = {"unreachable_since": milliseconds(now)}
            store.change(connection, row, milliseconds(now), error.code, Status(row["status"]), values)

    # ask

    def ask(self, application_id: str, tag: str, number: str) -> None:
        """Ask where the application stands; the poll goes on while the bank has something to say."""
        with self._database.read() as connection:
            row = self._found(connection, application_id)
            order = self._order(connection, row)
        if tag == POLL and Status(row["status"]) not in WAITING_FOR_BANK:
            return
        bank = self._banks(row["bank_id"])
        try:
            answer = bank.get(order, row["bank_ref"]) if row["bank_ref"] else bank.find(order)
        except NotBooked:
            return  # the submission is still to be sent: its own link does that
        except BankError as error:
            self._ask_again(application_id, tag, int(number) + 1, _delay_s(error, int(number) + 1))
            return
        with self._database.begin() as connection:
            row = self._locked(connection, application_id)
            row = self._recorder.record(connection, row, answer, "bank", self._clock.now())
            if tag == POLL and Status(row["status"]) in WAITING_FOR_BANK:
                self._work.ask(connection, row, tag, int(number) + 1, wait_s(int(number) + 1))

    def _ask_again(self, application_id: str, tag: str, number: int, delay_s: float) -> None:
        with self._database.begin() as connection:
            self._work.ask(connection, self._locked(connection, application_id), tag, number, delay_s)

    # operations

    def operate(self, application_id: str, operation_id: str, number: str) -> None:
        """Carry one operation to the bank; operations of one application go one after the other."""
        call = OperationCall(self._clock)
        with self._database.begin() as connection:
            row = self._locked(connection, application_id)
            operation = call.next_for(connection, row, operation_id)
            if operation is None:
                return
            if not call.may_go(connection, row, operation_id):
                self._work.operate(connection, row, operation_id, int(number) + 1, 1.0)
                return
            operation = call.with_target(connection, row, operation)
            started = self._start(connection, row, Operation(operation["operation"]), operation_id)
        try:
            answer = call.send(self._banks(row["bank_id"]), started.order, row, operation, bool(started.earlier))
        except BankError as error:
            self._operation_failed(started, operation, error, int(number) + 1)
            return
        with self._database.begin() as connection:
            self._end(connection, started, "answered")
            row = self._locked(connection, application_id)
            store.finish_operation(connection, operation_id, "done", None, self._now_ms())
            self._recorder.record(connection, row, answer, operation["operation"], self._clock.now())

    def _operation_failed(self, started: Started, operation: RowMapping, error: BankError, number: int) -> None:
        operation_id = operation["id"]
        with self._database.begin() as connection:
            self._end(connection, started, _outcome(error))
            row = self._locked(connection, started.row["id"])
            if not isinstance(error, InvalidRequest):
                self._work.operate(connection, row, operation_id, number, _delay_s(error, number))
                return
            _log.error("bank %s refuses operation %s: %s", row["bank_id"], operation_id, error.detail)
            store.finish_operation(connection, operation_id, "refused", error.code, self._now_ms())
            if operation["operation"] == Operation.WITHDRAW.value:
                values = {"withdrawing": None}
                store.change(connection, row, self._now_ms(), error.code, Status(row["status"]), values)

    # schedule

    def fetch_schedule(self, application_id: str, tag: str, number: str) -> None:
        """Keep the bank's own schedule; one that does not fit the ledger is not kept, and asked for again."""
        with self._database.read() as connection:
            row = self._found(connection, application_id)
            order = self._order(connection, row)
        try:
            schedule = self._banks(row["bank_id"]).schedule(order, row["bank_ref"])
            financed = row["approved_minor"] - row["cancelled_minor"] - row["refunded_minor"]
            if schedule.financed.minor != financed:
                raise ContractViolation(f"the schedule is for {schedule.financed.minor}, the ledger says {financed}")
        except BankError as error:
            again = int(number) + 1
            with self._database.begin() as connection:
                row = self._locked(connection, application_id)
                self._work.fetch_schedule(connection, row, tag, again, _delay_s(error, again))
            return
        document = dump(schedule_json(schedule))
        with self._database.begin() as connection:
            row = self._locked(connection, application_id)
            if row["schedule"] != document:
                store.change(connection, row, self._now_ms(), "schedule", Status(row["status"]), {"schedule": document})

    # shared

    def _order(self, connection: Connection, row: RowMapping) -> Order:
        merchant = self._merchants.get(row["merchant_id"])
        return make_order(row, store.read_consents(connection, row["id"]), merchant.name, self._public_url)

    def _locked(self, connection: Connection, application_id: str) -> RowMapping:
        row = store.lock(connection, application_id)
        if row is None:
            raise LookupError(f"work for {application_id}, which is not there")
        return row

    _found = _locked

    def _end(self, connection: Connection, started: Started, outcome: str) -> None:
        store.end_attempt(connection, started.attempt_id, outcome, self._now_ms())

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def _outcome(error: BankError) -> str:
    if isinstance(error, RateLimited):
        return "rate_limited"
    if isinstance(error, _NOT_SENT):
        return "unavailable"
    if isinstance(error, NotBooked):
        return "asked"
    return "unknown" if isinstance(error, OutcomeUnknown) else error.code


def _delay_s(error: BankError, number: int) -> float:
    if isinstance(error, RateLimited):
        return float(error.retry_after_s)
    if isinstance(error, (ContractViolation, Unauthorised)):
        _log.error("%s: %s", error.code, error.detail)
    return wait_s(number)
