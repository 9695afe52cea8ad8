"""Whether an amount may be fulfilled, cancelled or refunded (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenebank.applications.model import Application, OperationState, OperationView, Status
from scenebank.banks.port import Operation
from scenebank.errors import Conflict, InvalidInput
from scenebank.money.model import Money

_ALLOWED: Mapping[Operation, frozenset[Status]] = {
    Operation.FULFIL: frozenset({Status.ACCEPTED, Status.FULFILLING}),
    Operation.CANCEL: frozenset({Status.ACCEPTED, Status.FULFILLING}),
    Operation.REFUND: frozenset({Status.FULFILLING, Status.ACTIVE}),
}


class NotSettleable(Conflict):
    """The application is in no state for this."""

    code = "not_settleable"


@dataclass(frozen=True)
class Settlement:
    """``amount`` None means all that is left; ``key`` is the merchant's Idempotency-Key."""

    operation: Operation
    amount: Money | None
    key: str


def check_settlement(
    application: Application, operations: Sequence[OperationView], settlement: Settlement
) -> Money:
    """The amount to settle, what is on its way counted as done."""
    if application.status not in _ALLOWED[settlement.operation] or application.withdrawing:
        raise NotSettleable(status=application.status.value, operation=settlement.operation.value)
    left = amount_left(application, operations, settlement.operation)
    amount = left if settlement.amount is None else settlement.amount
    if amount.currency != left.currency:
        raise InvalidInput.one("/amount/currency", "currency_mismatch", currency=left.currency)
    if amount.minor == 0 and left.minor > 0:
        raise InvalidInput.one("/amount/amount", "amount_zero")
    if amount.minor <= 0 or left < amount:
        raise InvalidInput.one("/amount/amount", "amount_over_left", left=str(left.minor), currency=left.currency)
    return amount


def amount_left(application: Application, operations: Sequence[OperationView], operation: Operation) -> Money:
    """What may still be fulfilled or cancelled, or refunded; never less than nothing."""
    ledger = application.ledger
    if operation is Operation.REFUND:
        left = ledger.fulfilled - ledger.refunded - _coming(operations, Operation.REFUND, ledger.refunded)
    else:
        left = (
            ledger.approved - ledger.fulfilled - ledger.cancelled
            - _coming(operations, Operation.FULFIL, ledger.fulfilled)
            - _coming(operations, Operation.CANCEL, ledger.cancelled)
        )  # fmt: skip
    return max(left, Money(0, left.currency))


def _coming(operations: Sequence[OperationView], operation: Operation, done: Money) -> Money:
    """What of that kind is on its way. One that was sent may be at the bank already while its answer is not here: what
    the ledger holds of it is not coming any more."""
    coming = 0
    for one in operations:
        if one.state is OperationState.PENDING and one.operation is operation and one.amount:
            missing = one.amount if one.target is None else one.target - done
            coming += min(max(missing.minor, 0), one.amount.minor)
    return Money(coming, done.currency)
