"""The scripted bank: plays recorded answers through the bank port, for previews and tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from scenebank.banks.port import (
    Answer,
    BankError,
    CallbackEvent,
    ConsentEvidence,
    Operation,
    Order,
    ReceivedRequest,
    Unauthorised,
)
from scenebank.money.model import Money
from scenebank.money.schedule import Schedule


class ScriptedBank:
    """Every call takes the next answer (or error) of the script; the last one repeats. ``calls`` is what was asked.
    ``schedule`` is the bank's own, or how it makes one for the order it is asked about."""

    def __init__(
        self, script: Sequence[Answer | BankError], schedule: Schedule | Callable[[Order], Schedule]
    ) -> None:
        self._script = list(script)
        self._schedule = schedule
        self.calls: list[tuple[str, str]] = []

    def submit(self, order: Order) -> Answer:
        return self._next("submit", order.key)

    def find(self, order: Order) -> Answer:
        return self._next("find", order.key)

    def get(self, order: Order, bank_ref: str) -> Answer:
        return self._next("get", bank_ref)

    def withdraw(self, order: Order, bank_ref: str, key: str, reason: str) -> Answer:
        return self._next("withdraw", reason)

    def accept_offer(self, order: Order, bank_ref: str, key: str, offer_id: str, evidence: ConsentEvidence) -> Answer:
        return self._next("accept_offer", offer_id)

    def settle(self, order: Order, bank_ref: str, key: str, operation: Operation, amount: Money) -> Answer:
        return self._next(operation.value, str(amount.minor))

    def schedule(self, order: Order, bank_ref: str) -> Schedule:
        return self._schedule if isinstance(self._schedule, Schedule) else self._schedule(order)

    def parse_callback(self, received: ReceivedRequest, now: datetime) -> CallbackEvent:
        raise Unauthorised("a scripted bank calls nobody back")

    def _next(self, call: str, subject: str) -> Answer:
        self.calls.append((call, subject))
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, BankError):
            raise step
        return step
