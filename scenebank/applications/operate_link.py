"""Operations at the bank, each carried once even where the bank does not deduplicate: after a call whose answer was
lost, the bank's present state is compared with what the operation would have made of it."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.answers import AnswerRecorder
from scenebank.applications.calls import BankCalls, Started, alert, asked, outcome_of
from scenebank.applications.model import FINAL, Status
from scenebank.applications.rows import dump
from scenebank.applications.turns import next_operation, pass_turn, unheard
from scenebank.applications.work import ApplicationWork, again_s
from scenebank.banks.port import (
    Answer,
    BankError,
    BankPort,
    ConsentEvidence,
    InvalidRequest,
    NotBooked,
    Operation,
    Order,
    Stage,
)
from scenebank.clock import moment_of
from scenebank.exact_json import read_json
from scenebank.money.model import Money

_COLUMN = {
    Operation.FULFIL: "fulfilled_minor",
    Operation.CANCEL: "cancelled_minor",
    Operation.REFUND: "refunded_minor",
}
_ENDED = frozenset({Stage.REJECTED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.CLOSED})
_LONG = 8  # looks in vain: two minutes


class OperateLink:
    """Carries one operation; those of one application go one after the other."""

    def __init__(self, calls: BankCalls, recorder: AnswerRecorder, work: ApplicationWork) -> None:
        self._calls = calls
        self._recorder = recorder
        self._work = work

    def run(self, application_id: str, operation_id: str, number: str) -> None:
        again = int(number) + 1
        begun = self._begin(application_id, operation_id, again)
        if begun is None:
            return
        started, operation = begun
        try:
            answer = self._carry(started, operation)
        except BankError as error:
            self._failed(started, operation, error, again)
            return
        with self._calls.database.begin() as connection:
            self._calls.end(connection, started, "answered")
            row = self._calls.locked(connection, application_id)
            self._recorder.record(connection, row, answer, operation["operation"], self._calls.clock.now())
            self._finish(connection, application_id, operation_id, "done", None)

    def _begin(self, application_id: str, operation_id: str, again: int) -> tuple[Started, RowMapping] | None:
        with self._calls.database.begin() as connection:
            row = self._calls.locked(connection, application_id)
            operation = store.operation(connection, operation_id)
            if operation is None or operation["status"] != "pending":
                return None
            if Status(row["status"]) in FINAL:
                self._close(connection, row, operation)
                return None
            if not _may_go(connection, row, operation_id):
                if again >= _LONG:
                    self._ask_anew(connection, row)
                self._work.operate(connection, row, operation_id, again, again_s(None, again))
                return None
            operation = _with_target(connection, row, operation)
            return self._calls.start(connection, row, Operation(operation["operation"]), operation_id), operation

    def _ask_anew(self, connection: Connection, row: RowMapping) -> None:
        """Once for each refusal: whoever was to ask after it may be among the dead letters."""
        for refused in unheard(store.operations_of(connection, row["id"])):
            self._work.ask(connection, row, f"unheard-{refused}", 0)

    def _close(self, connection: Connection, row: RowMapping, operation: RowMapping) -> None:
        """The application ended meanwhile: done where that is what was asked for, and where it was this operation that
        ended it though its own answer was lost."""
        withdrawn = row["status"] == Status.WITHDRAWN.value and operation["operation"] == Operation.WITHDRAW.value
        done = withdrawn or _has_reached(operation, row)
        state, reason = ("done", None) if done else ("refused", row["status"])
        self._finish(connection, row["id"], operation["id"], state, reason)

    def _finish(
        self, connection: Connection, application_id: str, operation_id: str, state: str, reason: str | None
    ) -> None:
        now_ms = self._calls.now_ms()
        store.finish_operation(connection, operation_id, state, reason, now_ms)
        pass_turn(connection, application_id, self._work, now_ms)

    def _carry(self, started: Started, operation: RowMapping) -> Answer:
        row = started.row
        bank, order = self._calls.bank(row["bank_id"]), self._calls.order(row, started.consents)
        if started.earlier:
            answer = asked(lambda: bank.get(order, row["bank_ref"]))
            if _is_done(operation, answer):
                return answer
            if not started.settled:
                raise NotBooked("not done yet, and an earlier call may still be running")
        return _send(bank, order, row, operation)

    def _failed(self, started: Started, operation: RowMapping, error: BankError, again: int) -> None:
        alert(started.row, error)
        operation_id = operation["id"]
        with self._calls.database.begin() as connection:
            self._calls.end(connection, started, outcome_of(error))
            row = self._calls.locked(connection, started.row["id"])
            if not isinstance(error, InvalidRequest):
                self._work.operate(connection, row, operation_id, again, again_s(error, again))
                return
            store.refuse_operation(connection, operation_id, error.code)
            withdraws = operation["operation"] == Operation.WITHDRAW.value
            values = {"withdrawing": None} if withdraws else {}
            # The shop and the shopper hear of the refusal, and we of what the bank knows and we do not.
            now, status = self._calls.clock.now(), Status(row["status"])
            row = self._recorder.move(connection, row, status, error.code, now, values)
            self._work.ask(connection, row, f"refused-{operation_id}", 0)


def _may_go(connection: Connection, row: RowMapping, operation_id: str) -> bool:
    """The bank knows the application, and it is this operation's turn."""
    following = next_operation(connection, row["id"]) if row["bank_ref"] else None
    return following is not None and following["id"] == operation_id


def _with_target(connection: Connection, row: RowMapping, operation: RowMapping) -> RowMapping:
    """The operation with the total its column will have when it is done, fixed before it is first sent."""
    kind = Operation(operation["operation"])
    if kind not in _COLUMN or operation["evidence"] is not None:
        return operation
    target = row[_COLUMN[kind]] + operation["amount_minor"]
    store.write_evidence(connection, operation["id"], dump({"target": target}))
    return store.operation(connection, operation["id"]) or operation


def _has_reached(operation: RowMapping, row: RowMapping) -> bool:
    """Whether the ledger, as the bank last stated it, holds an operation that was sent."""
    kind, evidence = Operation(operation["operation"]), operation["evidence"]
    return kind in _COLUMN and evidence is not None and bool(row[_COLUMN[kind]] >= read_json(evidence)["target"])


def _send(bank: BankPort, order: Order, row: RowMapping, operation: RowMapping) -> Answer:
    kind, reference, key = Operation(operation["operation"]), row["bank_ref"], operation["id"]
    evidence = read_json(operation["evidence"] or "{}")
    if kind is Operation.WITHDRAW:
        return bank.withdraw(order, reference, key, evidence["reason"])
    if kind is Operation.ACCEPT_OFFER:
        agreed = ConsentEvidence("accept_offer", evidence["text_hash"], moment_of(evidence["given_at"]))
        return bank.accept_offer(order, reference, key, evidence["offer_id"], agreed)
    return bank.settle(order, reference, key, kind, Money(operation["amount_minor"], row["currency"]))


def _is_done(operation: RowMapping, answer: Answer) -> bool:
    kind = Operation(operation["operation"])
    if kind is Operation.WITHDRAW:
        return answer.stage in _ENDED
    if kind is Operation.ACCEPT_OFFER:
        return answer.stage is not Stage.COUNTER_OFFER
    done = {
        Operation.FULFIL: answer.ledger.fulfilled,
        Operation.CANCEL: answer.ledger.cancelled,
        Operation.REFUND: answer.ledger.refunded,
    }
    target: int = read_json(operation["evidence"])["target"]
    return done[kind].minor >= target
