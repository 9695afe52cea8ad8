"""The SQL of applications. A change is guarded by the state it was decided on: one row or an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, literal, select, update

from scenebank.applications import receipts
from scenebank.applications.model import FINAL, Status
from scenebank.engine.queue import TryAgain
from scenebank.store.tables import (
    application_moves,
    applications,
    bank_attempts,
    bank_handles,
    callbacks_seen,
    consents,
    operations,
)

# Asked many times in every application's life, so each is made once.
_BY_ID = select(applications).where(applications.c.id == bindparam("id"))
_LOCKED = _BY_ID.with_for_update()
_IN_TENANT = _BY_ID.where(applications.c.merchant_id == bindparam("merchant"), applications.c.mode == bindparam("mode"))
_ATTEMPTS = (
    select(bank_attempts)
    .where(
        bank_attempts.c.key == bindparam("key"),
        bank_attempts.c.outcome.is_(None) | bank_attempts.c.outcome.not_in(("unavailable", "rate_limited", "asked")),
    )
    .order_by(bank_attempts.c.id)
)
_ATTEMPT, _MOVE = insert(bank_attempts), insert(application_moves)
_ATTEMPT_ENDS = update(bank_attempts).where(bank_attempts.c.id == bindparam("of"))
_CONSENTS = select(consents).where(consents.c.application_id == bindparam("id")).order_by(consents.c.id)
_OPERATION = select(operations).where(operations.c.id == bindparam("id"))
_OPERATIONS = (
    select(operations)
    .where(operations.c.application_id == bindparam("id"))
    .order_by(operations.c.created_at, operations.c.id)
)


class Overtaken(TryAgain):
    """The row changed between reading and writing. The work is tried again on the new state."""


def lock(connection: Connection, application_id: str) -> RowMapping | None:
    """The row, held against other writers until the transaction ends."""
    return connection.execute(_LOCKED, {"id": application_id}).mappings().one_or_none()


def by_id(connection: Connection, application_id: str) -> RowMapping | None:
    """The row as it is, for links: they name applications themselves."""
    return connection.execute(_BY_ID, {"id": application_id}).mappings().one_or_none()


def find(connection: Connection, merchant_id: str, mode: str, application_id: str) -> RowMapping | None:
    """The row inside its tenant."""
    wanted = {"id": application_id, "merchant": merchant_id, "mode": mode}
    return connection.execute(_IN_TENANT, wanted).mappings().one_or_none()


def by_key(connection: Connection, submission_key: str) -> RowMapping | None:
    query = select(applications).where(applications.c.submission_key == submission_key)
    return connection.execute(query).mappings().one_or_none()


def of_order(
    connection: Connection, merchant_id: str, mode: str, order_id: str, shopper_ref: str | None
) -> list[RowMapping]:
    """All applications of an order, newest first; of one shopper, or of any."""
    query = select(applications).where(
        applications.c.merchant_id == merchant_id, applications.c.mode == mode, applications.c.order_id == order_id
    )
    if shopper_ref is not None:
        query = query.where(applications.c.shopper_ref == shopper_ref)
    return list(connection.execute(query.order_by(applications.c.attempt.desc())).mappings())


def page(
    connection: Connection, merchant_id: str, mode: str, after: str | None, order_id: str | None, limit: int
) -> list[RowMapping]:
    """Newest first, from behind the application ``after``."""
    table = applications
    query = select(table).where(table.c.merchant_id == merchant_id, table.c.mode == mode)
    if order_id is not None:
        query = query.where(table.c.order_id == order_id)
    if after is not None:
        last = find(connection, merchant_id, mode, after)
        if last is None:
            return []
        key = (last["created_at"], last["id"])
        query = query.where(
            (table.c.created_at < key[0]) | ((table.c.created_at == key[0]) & (table.c.id < key[1]))
        )
    newest = query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit)
    return list(connection.execute(newest).mappings())


def change(
    connection: Connection, row: RowMapping, now_ms: int, cause: str, status: Status, values: Mapping[str, Any]
) -> RowMapping:
    """Write a change decided on ``row`` and, where the status moves, the move; the new row."""
    final = {"open_order": row["id"]} if status in FINAL else {}
    written = connection.execute(
        update(applications)
        .where(
            applications.c.id == row["id"],
            applications.c.status == row["status"],
            applications.c.sequence == row["sequence"],
        )
        .values(**values, **final, status=status.value, sequence=row["sequence"] + 1, updated_at=now_ms)
    )
    if written.rowcount != 1:
        raise Overtaken(row["id"])
    changed = lock(connection, row["id"]) or row
    if status.value != row["status"]:
        connection.execute(_MOVE, {
            "application_id": row["id"], "sequence": row["sequence"] + 1, "from_status": row["status"],
            "to_status": status.value, "cause": cause, "at": now_ms,
        })  # fmt: skip
        receipts.moved(connection, changed, row["status"], cause, now_ms)
    return changed


def start_attempt(connection: Connection, application_id: str, operation: str, key: str, now_ms: int) -> int:
    """Write down that a call is about to be made; its id."""
    about = {"application_id": application_id, "operation": operation, "key": key, "started_at": now_ms}
    made = connection.execute(_ATTEMPT, about)
    return int((made.inserted_primary_key or (0,))[0])


def end_attempt(connection: Connection, attempt_id: int, outcome: str, now_ms: int) -> None:
    connection.execute(_ATTEMPT_ENDS, {"of": attempt_id, "answered_at": now_ms, "outcome": outcome})


def attempts(connection: Connection, key: str) -> list[RowMapping]:
    """Earlier calls under a key that may have reached the bank, oldest first."""
    return list(connection.execute(_ATTEMPTS, {"key": key}).mappings())


def begun(connection: Connection, application_id: str) -> frozenset[str]:
    """The keys under which the bank was called, or was about to be."""
    query = select(bank_attempts.c.key).where(bank_attempts.c.application_id == application_id)
    return frozenset(connection.execute(query).scalars())


def read_consents(connection: Connection, application_id: str) -> list[RowMapping]:
    return list(connection.execute(_CONSENTS, {"id": application_id}).mappings())


def withdraw_consent(connection: Connection, row: RowMapping, consent: RowMapping, now_ms: int) -> None:
    """The first withdrawal counts."""
    written = connection.execute(
        update(consents)
        .where(
            consents.c.id == consent["id"],
            consents.c.application_id == row["id"],
            consents.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now_ms)
    )
    if written.rowcount == 1:
        receipts.consent_withdrawn(connection, row, consent, now_ms)


def operation(connection: Connection, operation_id: str) -> RowMapping | None:
    return connection.execute(_OPERATION, {"id": operation_id}).mappings().one_or_none()


def operations_of(connection: Connection, application_id: str) -> list[RowMapping]:
    return list(connection.execute(_OPERATIONS, {"id": application_id}).mappings())


def write_evidence(connection: Connection, operation_id: str, evidence: str) -> None:
    connection.execute(update(operations).where(operations.c.id == operation_id).values(evidence=evidence))


def finish_operation(
    connection: Connection, operation_id: str, status: str, reason: str | None, now_ms: int | None
) -> None:
    """Only what is pending has an end to come."""
    connection.execute(
        update(operations)
        .where(operations.c.id == operation_id, operations.c.status == "pending")
        .values(status=status, reason=reason, finished_at=now_ms)
    )


def refuse_operation(connection: Connection, operation_id: str, reason: str) -> None:
    """The bank will not do it. It is finished once the bank has been heard since."""
    finish_operation(connection, operation_id, "refused", reason, None)


def heard(connection: Connection, refused: frozenset[str], now_ms: int) -> bool:
    """Whether any of them was unheard until now."""
    unheard_of = operations.c.id.in_(refused) & operations.c.finished_at.is_(None)
    return connection.execute(update(operations).where(unheard_of).values(finished_at=now_ms)).rowcount > 0


def redeem_handle(connection: Connection, handle_hash: str, now_ms: int) -> bool:
    """Use a handle up: True for the one caller it is good for."""
    written = connection.execute(
        update(bank_handles)
        .where(
            bank_handles.c.handle_hash == handle_hash,
            bank_handles.c.used_at.is_(None),
            bank_handles.c.expires_at > now_ms,
        )
        .values(used_at=now_ms)
    )
    return written.rowcount == 1


def return_to(connection: Connection, application_id: str, url: str) -> None:
    connection.execute(update(applications).where(applications.c.id == application_id).values(return_url=url))


def move_bank_pages(connection: Connection, bank_id: str, before: str, after: str) -> None:
    address = applications.c.redirect_url
    there = (applications.c.bank_id == bank_id) & address.startswith(f"{before}/", autoescape=True)
    moved = literal(after) + func.substr(address, len(before) + 1)
    connection.execute(update(applications).where(there).values(redirect_url=moved))


def handle_application(connection: Connection, handle_hash: str) -> str | None:
    """The application a handle was made for, used up or not."""
    query = select(bank_handles.c.application_id).where(bank_handles.c.handle_hash == handle_hash)
    return connection.execute(query).scalar_one_or_none()


def first_sight(connection: Connection, bank_id: str, event_id: str, now_ms: int) -> None:
    """Write a callback's id down; ``IntegrityError`` where it was there, also from another process just now."""
    connection.execute(insert(callbacks_seen).values(bank_id=bank_id, event_id=event_id, at=now_ms))
