"""One operation at the bank, sent once even where the bank does not deduplicate: after a call whose answer was lost,
the bank's present state is compared with what the operation would have made of it."""

from __future__ import annotations

import json

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.model import FINAL, Status
from scenebank.applications.rows import dump, milliseconds, moment
from scenebank.banks.port import Answer, BankPort, ConsentEvidence, Operation, Order, Stage
from scenebank.clock import Clock
from scenebank.money.model import Money

_COLUMN = {
    Operation.FULFIL: "fulfilled_minor",
    Operation.CANCEL: "cancelled_minor",
    Operation.REFUND: "refunded_minor",
}


class OperationCall:
    """Decides, from rows only, whether an operation may go now, and sends it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def next_for(self, connection: Connection, row: RowMapping, operation_id: str) -> RowMapping | None:
        """The operation where there is still something to do; one whose application ended meanwhile is refused."""
        operation = store.operation(connection, operation_id)
        if operation is None or operation["status"] != "pending":
            return None
        if Status(row["status"]) in FINAL:
            now_ms = milliseconds(self._clock.now())
            done = row["status"] == Status.WITHDRAWN.value and operation["operation"] == Operation.WITHDRAW.value
            store.finish_operation(connection, operation_id, "done" if done else "refused", row["status"], now_ms)
            return None
        return operation

    def may_go(self, connection: Connection, row: RowMapping, operation_id: str) -> bool:
        """The bank knows the application, and no earlier operation is on its way."""
        if not row["bank_ref"]:
            return False
        pending = [one["id"] for one in store.operations_of(connection, row["id"]) if one["status"] == "pending"]
        return bool(pending[0] == operation_id)

    def with_target(self, connection: Connection, row: RowMapping, operation: RowMapping) -> RowMapping:
        """The operation with the total its column will have when it is done, fixed before it is first sent."""
        kind = Operation(operation["operation"])
        if kind not in _COLUMN or operation["evidence"] is not None:
            return operation
        target = row[_COLUMN[kind]] + operation["amount_minor"]
        store.write_evidence(connection, operation["id"], dump({"target": target}))
        return store.operation(connection, operation["id"]) or operation

    def send(self, bank: BankPort, order: Order, row: RowMapping, operation: RowMapping, earlier: bool) -> Answer:
        """The bank's answer; where an earlier call may have arrived, its state first."""
        if earlier:
            answer = bank.get(order, row["bank_ref"])
            if _is_done(operation, answer):
                return answer
        return _send(bank, order, row, operation)


def _send(bank: BankPort, order: Order, row: RowMapping, operation: RowMapping) -> Answer:
    kind, reference, key = Operation(operation["operation"]), row["bank_ref"], operation["id"]
    evidence = json.loads(operation["evidence"] or "{}")
    if kind is Operation.WITHDRAW:
        return bank.withdraw(order, reference, key, evidence["reason"])
    if kind is Operation.ACCEPT_OFFER:
        agreed = ConsentEvidence("accept_offer", evidence["text_hash"], moment(evidence["given_at"]))
        return bank.accept_offer(order, reference, key, evidence["offer_id"], agreed)
    return bank.settle(order, reference, key, kind, Money(operation["amount_minor"], row["currency"]))


def _is_done(operation: RowMapping, answer: Answer) -> bool:
    kind = Operation(operation["operation"])
    if kind is Operation.WITHDRAW:
        return answer.stage is Stage.WITHDRAWN
    if kind is Operation.ACCEPT_OFFER:
        return answer.stage is not Stage.COUNTER_OFFER
    done = {
        Operation.FULFIL: answer.ledger.fulfilled,
        Operation.CANCEL: answer.ledger.cancelled,
        Operation.REFUND: answer.ledger.refunded,
    }
    return bool(done[kind].minor >= int(json.loads(operation["evidence"])["target"]))
