"""What shopper and shop may do with an application. Each verb is one transaction; the worker carries the rest."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, RowMapping, insert
from sqlalchemy.exc import IntegrityError

from scenebank.applications import receipts, store
from scenebank.applications.answers import AnswerRecorder
from scenebank.applications.model import (
    FINAL,
    WITHDRAWABLE,
    Application,
    Choice,
    Consent,
    OperationView,
    Status,
)
from scenebank.applications.rows import dump, offer_json, schedule_json, to_application, to_consent, to_operation
from scenebank.applications.settlement import Settlement, check_settlement
from scenebank.applications.submission import (
    insert_application,
    new_id,
    order_of,
    same_body,
    submission_key,
    text_hash,
)
from scenebank.applications.work import ApplicationWork
from scenebank.banks.port import CallbackEvent, Operation
from scenebank.clock import Clock, milliseconds
from scenebank.engine.queue import WorkQueue
from scenebank.errors import Conflict, InvalidInput, NotFound
from scenebank.markets.model import Market
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.offers.model import Plan
from scenebank.risk.signals import PURPOSE
from scenebank.sessions.model import Session
from scenebank.store.database import Database
from scenebank.store.tables import operations
from scenebank.webhooks.service import WebhookService


class NotWithdrawable(Conflict):
    """The goods are on their way, or the application has ended."""

    code = "not_withdrawable"


class OpenApplication(Conflict):
    """The order already has an application that is not final."""

    code = "application_open"


class NoCounterOffer(Conflict):
    """There is no counter-offer to agree to (any more)."""

    code = "no_counter_offer"


class ApplicationService:
    """Every lookup is inside the caller's merchant and mode."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, webhooks: WebhookService, secret: bytes
    ) -> None:
        self._database = database
        self._clock = clock
        self._work = ApplicationWork(queue)
        self._recorder = AnswerRecorder(webhooks, self._work)
        self._secret = secret

    def current(self, session: Session) -> Application | None:
        """The newest application of the session's shopper and order."""
        with self._database.read() as connection:
            rows = store.of_order(
                connection, session.merchant_id, session.mode.value, order_of(session), session.shopper_ref
            )
        return to_application(rows[0]) if rows else None

    def get(self, merchant_id: str, mode: Mode, application_id: str) -> Application:
        """:class:`NotFound` outside the tenant."""
        with self._database.read() as connection:
            return to_application(_require(store.find(connection, merchant_id, mode.value, application_id)))

    def list(
        self, merchant_id: str, mode: Mode, after: str | None, order: str | None, limit: int
    ) -> list[Application]:
        """Newest first; :class:`scenebank.errors.InvalidInput` for an ``after`` that is no application of theirs."""
        with self._database.read() as connection:
            if after is not None and store.find(connection, merchant_id, mode.value, after) is None:
                raise InvalidInput.one("after", "cursor")
            rows = store.page(connection, merchant_id, mode.value, after, order, limit)
        return [to_application(row) for row in rows]

    def consents(self, application: Application) -> tuple[Consent, ...]:
        with self._database.read() as connection:
            return tuple(to_consent(row) for row in store.read_consents(connection, application.id))

    def operations(self, application: Application) -> tuple[OperationView, ...]:
        with self._database.read() as connection:
            rows = store.operations_of(connection, application.id)
        return tuple(to_operation(row, application.amount.currency) for row in rows)

    def submit(self, session: Session, market: Market, choice: Choice) -> Application:
        """Keep the application and the work to do; the same choice again is the same application.

        :class:`OpenApplication` when the order has another one that is not final."""
        try:
            return self._try_submit(session, market, choice)
        except IntegrityError:  # another process was quicker with the same order: what it wrote is there now
            return self._try_submit(session, market, choice)

    def _try_submit(self, session: Session, market: Market, choice: Choice) -> Application:
        with self._database.begin() as connection:
            return self._submit(connection, session, market, choice)

    def _submit(self, connection: Connection, session: Session, market: Market, choice: Choice) -> Application:
        earlier = store.of_order(connection, session.merchant_id, session.mode.value, order_of(session), None)
        running = next((row for row in earlier if Status(row["status"]) not in FINAL), None)
        if running is not None:
            if running["shopper_ref"] == session.shopper_ref and same_body(running, session, choice):
                return to_application(running)
            raise OpenApplication
        attempt = max((row["attempt"] for row in earlier), default=0) + 1
        key = submission_key(self._secret, session, choice.offer.product.product_id, attempt)
        made = insert_application(connection, session, market, choice, key, attempt, self._clock.now())
        row = _require(store.lock(connection, made))
        for given in store.read_consents(connection, made):
            receipts.consent_given(connection, row, given)
        receipts.moved(connection, row, None, "shopper", row["created_at"])
        self._recorder.tell(connection, row)
        self._work.submit(connection, row, 0)
        return to_application(row)

    def may_withdraw(self, application: Application) -> bool:
        return application.status in WITHDRAWABLE and not application.withdrawing

    def withdraw(self, session: Session, application_id: str, reason: str = "shopper") -> Application:
        """Take it back: at once where the bank was never called, else as soon as the bank agrees.

        :class:`NotWithdrawable` when it is too late. Asking twice is the same as asking once."""
        with self._database.begin() as connection:
            row = self._own(connection, session, application_id)
            return to_application(self._withdraw(connection, row, reason))

    def _withdraw(self, connection: Connection, row: RowMapping, reason: str) -> RowMapping:
        if row["withdrawing"] or row["status"] == Status.WITHDRAWN.value:
            return row
        if Status(row["status"]) not in WITHDRAWABLE:
            raise NotWithdrawable
        now = self._clock.now()
        if not store.attempts(connection, row["submission_key"]):
            return self._recorder.move(connection, row, Status.WITHDRAWN, reason, now, {"withdrawing": reason})
        operation_id = self._add_operation(connection, row, Operation.WITHDRAW, None, dump({"reason": reason}))
        self._work.operate(connection, row, operation_id, 0)
        return store.change(
            connection, row, milliseconds(now), reason, Status(row["status"]), {"withdrawing": reason}
        )

    def withdraw_consent(self, session: Session, application_id: str, consent_id: str) -> Application:
        """Write the withdrawal down; an application that still needs the consent is withdrawn with it. Without
        what the shop says of its shopper the bank can decide as well; it only hears no more of that."""
        with self._database.begin() as connection:
            row = self._own(connection, session, application_id)
            known = {consent["id"]: consent for consent in store.read_consents(connection, application_id)}
            if consent_id not in known:
                raise NotFound("no such consent")
            store.withdraw_consent(connection, row, known[consent_id], milliseconds(self._clock.now()))
            if Status(row["status"]) in WITHDRAWABLE and known[consent_id]["purpose"] != PURPOSE:
                row = self._withdraw(connection, row, "consent_withdrawn")
            return to_application(row)

    def accept_offer(self, session: Session, application_id: str, text: str, plan: Plan) -> Application:
        """Agree to the bank's counter-offer, with the exact ``text`` that was shown, at the price of ``plan``."""
        with self._database.begin() as connection:
            row = self._own(connection, session, application_id)
            counter = to_application(row).counter_offer
            if row["status"] != Status.OFFERED.value or counter is None or row["withdrawing"]:
                raise NoCounterOffer
            running = (one for one in store.operations_of(connection, row["id"]) if one["status"] == "pending")
            if not any(one["operation"] == Operation.ACCEPT_OFFER.value for one in running):
                evidence = {
                    "offer_id": counter.offer_id,
                    "text_hash": text_hash(text),
                    "text": text,
                    "given_at": milliseconds(self._clock.now()),
                    "offer": offer_json(plan),
                    "schedule": schedule_json(plan.schedule),
                }
                made = self._add_operation(connection, row, Operation.ACCEPT_OFFER, None, dump(evidence))
                self._work.operate(connection, row, made, 0)
                receipts.counter_offer_accepted(connection, row, evidence)
            return to_application(row)

    def settle(
        self, merchant_id: str, mode: Mode, application_id: str, settlement: Settlement
    ) -> tuple[Application, OperationView]:
        """Fulfil, cancel or refund; ``amount`` None is all that is left. The same key again is the same operation.

        :class:`NotFound`, :class:`scenebank.errors.InvalidInput` or :class:`Conflict`, with the amount that is left."""
        with self._database.begin() as connection:
            found = _require(store.find(connection, merchant_id, mode.value, application_id))
            row = _require(store.lock(connection, found["id"]))
            currency = row["currency"]
            made = f"op_{hashlib.sha256(f'{application_id}:{settlement.key}'.encode()).hexdigest()[:32]}"
            earlier = store.operation(connection, made)
            if earlier is None:
                others = [to_operation(one, currency) for one in store.operations_of(connection, application_id)]
                amount = check_settlement(to_application(row), others, settlement)
                self._add_operation(connection, row, settlement.operation, amount, None, made)
                self._work.operate(connection, row, made, 0)
                earlier = store.operation(connection, made)
            return to_application(row), to_operation(_require(earlier), currency)

    def callback(self, bank_id: str, event: CallbackEvent) -> bool:
        """Ask the bank because it says that something changed; False when that was known."""
        try:
            with self._database.begin() as connection:
                store.first_sight(connection, bank_id, event.event_id, milliseconds(self._clock.now()))
                row = store.by_key(connection, event.client_reference)
                if row is not None and row["bank_id"] == bank_id:
                    self._work.ask(connection, row, f"callback-{event.event_id}", 0)
                return row is not None
        except IntegrityError:
            return False

    def returned(self, application_id: str) -> Application | None:
        """The shopper is back from the bank's page: ask now. None for an id nobody has."""
        with self._database.begin() as connection:
            row = store.lock(connection, application_id)
            if row is None:
                return None
            self._work.ask(connection, row, f"back-{milliseconds(self._clock.now()) // 1000}", 0)
            return to_application(row)

    def _own(self, connection: Connection, session: Session, application_id: str) -> RowMapping:
        found = store.find(connection, session.merchant_id, session.mode.value, application_id)
        if found is None or found["shopper_ref"] != session.shopper_ref:
            raise NotFound("no such application")
        return _require(store.lock(connection, application_id))

    def _add_operation(
        self, connection: Connection, row: RowMapping, operation: Operation, amount: Money | None,
        evidence: str | None, operation_id: str | None = None,
    ) -> str:  # fmt: skip
        operation_id = operation_id or new_id("op")
        values: dict[str, Any] = {
            "id": operation_id,
            "application_id": row["id"],
            "operation": operation.value,
            "amount_minor": amount.minor if amount else None,
            "evidence": evidence,
            "status": "pending",
            "created_at": milliseconds(self._clock.now()),
        }
        connection.execute(insert(operations).values(**values))
        return operation_id


def _require(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFound("no such application")
    return row
