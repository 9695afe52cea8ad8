"""Sending an application, once."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.answers import AnswerRecorder
from scenebank.applications.calls import NOT_SENT, BankCalls, Started, alert, asked, outcome_of
from scenebank.applications.model import Status
from scenebank.applications.rows import dump
from scenebank.applications.work import ApplicationWork, again_s
from scenebank.banks.port import Answer, BankError, InvalidRequest, NotBooked, Operation, RateLimited

_SENDING = (Status.SUBMITTING, Status.UNKNOWN)
_BUSY_TRIES = 3  # a bank that asks us to wait this often is as good as away


class SubmitLink:
    """Sends, or asks by the key what became of an earlier call; ends with the bank's answer."""

    def __init__(self, calls: BankCalls, recorder: AnswerRecorder, work: ApplicationWork) -> None:
        self._calls = calls
        self._recorder = recorder
        self._work = work

    def run(self, application_id: str, number: str) -> None:
        started = self._start(application_id)
        if started is None:
            return
        try:
            answer = self._send(started)
        except BankError as error:
            self._failed(started, error, int(number) + 1)
            return
        with self._calls.database.begin() as connection:
            self._calls.end(connection, started, "answered")
            row = self._calls.locked(connection, application_id)
            self._recorder.record(connection, row, answer, "bank", self._calls.clock.now())

    def _start(self, application_id: str) -> Started | None:
        with self._calls.database.begin() as connection:
            row = self._calls.locked(connection, application_id)
            if not _is_sending(row) or self._taken_back(connection, row):
                return None
            return self._calls.start(connection, row, Operation.APPLY, row["submission_key"])

    def _send(self, started: Started) -> Answer:
        bank, order = self._calls.bank(started.row["bank_id"]), self._calls.order(started.row, started.consents)
        if started.earlier:
            try:
                return asked(lambda: bank.find(order))
            except NotBooked:
                if started.row["withdrawing"] or not started.settled:
                    raise
        return bank.submit(order)

    def _failed(self, started: Started, error: BankError, number: int) -> None:
        alert(started.row, error)
        with self._calls.database.begin() as connection:
            self._calls.end(connection, started, outcome_of(error))
            row = self._calls.locked(connection, started.row["id"])
            unknown_there = isinstance(error, NotBooked) and started.settled
            if not _is_sending(row) or self._taken_back(connection, row, unknown_there):
                return
            if isinstance(error, InvalidRequest):
                values = {"reasons": dump([error.code])}
                self._recorder.move(connection, row, Status.FAILED, error.code, self._calls.clock.now(), values)
                return
            self._note(connection, row, error, number)
            self._work.submit(connection, row, number, again_s(error, number))

    def _note(self, connection: Connection, row: RowMapping, error: BankError, number: int) -> None:
        """What the shopper is told while we go on."""
        if isinstance(error, NOT_SENT):
            busy = isinstance(error, RateLimited) and number < _BUSY_TRIES
            if row["unreachable_since"] is None and not busy:
                now_ms = self._calls.now_ms()
                store.change(connection, row, now_ms, error.code, Status(row["status"]), {"unreachable_since": now_ms})
        elif row["status"] == Status.SUBMITTING.value and not isinstance(error, NotBooked):
            self._recorder.move(connection, row, Status.UNKNOWN, error.code, self._calls.clock.now(), {})

    def _taken_back(self, connection: Connection, row: RowMapping, unknown_there: bool = False) -> bool:
        """Withdraw here what the shopper has taken back and the bank certainly does not have: nothing that may have
        arrived was ever sent, or the bank knows nothing of it."""
        if not row["withdrawing"]:
            return False
        if store.attempts(connection, row["submission_key"]) and not unknown_there:
            return False
        self._recorder.move(connection, row, Status.WITHDRAWN, row["withdrawing"], self._calls.clock.now(), {})
        return True


def _is_sending(row: RowMapping) -> bool:
    return Status(row["status"]) in _SENDING and not row["bank_ref"]
