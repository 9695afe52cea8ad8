"""The verbs that change an application: each one transaction, with its key, its call and its news."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox_bank import calls, errors, stages
from sandbox_bank.applications import Application, by_id, insert, now_text, save
from sandbox_bank.behaviour import Behaviour, magic_of, read_behaviour
from sandbox_bank.callbacks import plan
from sandbox_bank.database import Books
from sandbox_bank.orders import BankOrder

Change = Callable[[Application, Behaviour], Application]


@dataclass(frozen=True)
class Keyed:
    """A request that may come again: its number among the calls, its key, and what it says."""

    bank_id: str
    call: int
    key: str
    target: str
    body: bytes

    @property
    def fingerprint(self) -> str:
        path = urlsplit(self.target).path  # without our address, which may change between two tries
        return hashlib.sha256(path.encode() + b"\n" + self.body).hexdigest()


def apply(books: Books, keyed: Keyed, order: BankOrder, claims: Mapping[str, Any]) -> tuple[Application, bool]:
    """Book it; True when it was booked before under this key."""
    with books.writing() as connection:
        behaviour = read_behaviour(connection)
        known = _known(connection, keyed, behaviour)
        application = known or _new(order, keyed.bank_id, claims, behaviour)
        if known is None:
            insert(connection, application)
            _remember(connection, keyed, application)
        calls.name(connection, keyed.call, order.client_reference, booked=known is None, replayed=known is not None)
        return application, known is not None


def change(books: Books, keyed: Keyed, application_id: str, by: Change) -> tuple[Application, bool]:
    """Change it as ``by`` says; True when this key changed it before."""
    with books.writing() as connection:
        behaviour = read_behaviour(connection)
        known = _known(connection, keyed, behaviour)
        if known is None:
            found = by_id(connection, keyed.bank_id, application_id)
            if found is None:
                raise errors.missing("there is no such application")
            application = by(found, behaviour)
            save(connection, application)
            plan(connection, application)
            _remember(connection, keyed, application)
        else:
            application = known
        calls.name(
            connection, keyed.call, application.client_reference, booked=known is None, replayed=known is not None
        )
        return application, known is not None


def by_shopper(books: Books, bank_id: str, application_id: str, by: Change) -> Application:
    """A change on the bank's own pages."""
    with books.writing() as connection:
        found = by_id(connection, bank_id, application_id)
        if found is None:
            raise errors.missing("there is no such application")
        application = by(found, read_behaviour(connection))
        save(connection, application)
        plan(connection, application)
        return application


def _known(connection: sqlite3.Connection, keyed: Keyed, behaviour: Behaviour) -> Application | None:
    if not behaviour.deduplicate:
        return None
    row = connection.execute(
        "SELECT fingerprint, application_id FROM keys WHERE bank_id = ? AND key = ?", (keyed.bank_id, keyed.key)
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != keyed.fingerprint:
        raise errors.other_body()
    return by_id(connection, keyed.bank_id, row["application_id"])


def _remember(connection: sqlite3.Connection, keyed: Keyed, application: Application) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)",
        (keyed.bank_id, keyed.key, keyed.fingerprint, application.id),
    )


def _new(order: BankOrder, bank_id: str, claims: Mapping[str, Any], behaviour: Behaviour) -> Application:
    magic = magic_of(order.order, order.amount)
    stage = stages.first_stage(magic)
    offered = stages.counter_amount(order.amount) if stage == "COUNTER_OFFER" else None
    return Application(
        id=f"ba_{secrets.token_hex(10)}",
        bank_id=bank_id,
        client_reference=order.client_reference,
        body=order.body,
        claims=json.dumps(claims),
        product_id=order.product.product_id,
        amount=order.amount,
        currency=order.product.currency,
        term=order.term,
        stage=stage,
        sequence=1,
        changed_at=now_text(),
        magic=magic,
        agreed=order.amount,
        approved=0,
        fulfilled=0,
        cancelled=0,
        refunded=0,
        offer_id=f"of_{secrets.token_hex(6)}" if offered is not None else None,
        offer_amount=offered,
        reason="income_too_low" if stage == "REJECTED" else None,
        statement=None,
        page=secrets.token_urlsafe(24),
        ripe_at=stages.ripe_at(stage, behaviour) if stage != "REJECTED" else None,
    )
