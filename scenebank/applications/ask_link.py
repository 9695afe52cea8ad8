"""Asking a bank where an application stands, and what its schedule is."""

from __future__ import annotations

import logging

from sqlalchemy import RowMapping

from scenebank.applications import store
from scenebank.applications.agreement import stated_values
from scenebank.applications.answers import AnswerRecorder
from scenebank.applications.calls import BankCalls, alert
from scenebank.applications.model import FINAL, Status
from scenebank.applications.turns import pass_turn, unheard
from scenebank.applications.work import POLL, ApplicationWork, again_s, poll_s
from scenebank.banks.port import BankError, ContractViolation, NotBooked
from scenebank.money.schedule import Schedule

_log = logging.getLogger(__name__)


class AskLink:
    """Asks. The chain ``poll`` goes on until the application has ended; others end with an answer."""

    def __init__(self, calls: BankCalls, recorder: AnswerRecorder, work: ApplicationWork) -> None:
        self._calls = calls
        self._recorder = recorder
        self._work = work

    def run(self, application_id: str, tag: str, number: str) -> None:
        row, order = self._calls.read(application_id)
        if Status(row["status"]) in FINAL:
            return
        with self._calls.database.read() as connection:
            refused = unheard(store.operations_of(connection, application_id))
        bank, again = self._calls.bank(row["bank_id"]), int(number) + 1
        try:
            answer = bank.get(order, row["bank_ref"]) if row["bank_ref"] else bank.find(order)
        except NotBooked as error:
            if row["bank_ref"]:  # else it is still to be sent: the link that sends it goes on
                _log.error("bank %s has lost %s", row["bank_id"], application_id)
                self._again(row, tag, again, again_s(error, again))
            return
        except BankError as error:
            alert(row, error)
            self._again(row, tag, again, again_s(error, again))
            return
        with self._calls.database.begin() as connection:
            row = self._calls.locked(connection, application_id)
            row = self._recorder.record(connection, row, answer, "bank", self._calls.clock.now())
            if refused and store.heard(connection, refused, self._calls.now_ms()):
                pass_turn(connection, application_id, self._work, self._calls.now_ms())
            status = Status(row["status"])
            if tag == POLL and status not in FINAL:
                self._work.ask(connection, row, tag, again, poll_s(status, again))

    def _again(self, row: RowMapping, tag: str, number: int, delay_s: float) -> None:
        with self._calls.database.begin() as connection:
            self._work.ask(connection, row, tag, number, delay_s)


class ScheduleLink:
    """Keeps the bank's own schedule; one that does not fit the ledger is not kept, and asked for again."""

    def __init__(self, calls: BankCalls, work: ApplicationWork) -> None:
        self._calls = calls
        self._work = work

    def run(self, application_id: str, tag: str, number: str) -> None:
        row, order = self._calls.read(application_id)
        try:
            schedule = self._calls.bank(row["bank_id"]).schedule(order, row["bank_ref"])
            _require_fit(schedule, row)
        except BankError as error:
            alert(row, error)
            again = int(number) + 1
            with self._calls.database.begin() as connection:
                self._work.fetch_schedule(connection, row, tag, again, again_s(error, again))
            return
        self._keep(application_id, schedule)

    def _keep(self, application_id: str, schedule: Schedule) -> None:
        with self._calls.database.begin() as connection:
            row = self._calls.locked(connection, application_id)
            overtaken = schedule.financed.minor != _financed(row)  # the change that did it fetches its own
            values = stated_values(row, schedule)
            if row["schedule"] != values["schedule"] and not overtaken:
                now_ms, status = self._calls.now_ms(), Status(row["status"])
                store.change(connection, row, now_ms, "schedule", status, values)


def _require_fit(schedule: Schedule, row: RowMapping) -> None:
    if schedule.financed.minor != _financed(row):
        raise ContractViolation(f"the schedule is for {schedule.financed.minor}, the ledger says {_financed(row)}")


def _financed(row: RowMapping) -> int:
    return int(row["approved_minor"] - row["cancelled_minor"] - row["refunded_minor"])
