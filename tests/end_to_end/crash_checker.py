"""Decides from what clients, bank, database and shop wrote down whether anything was lost or done twice."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from scenebank.wiring import build_services
from tests.support.post_box import PostBox
from tests.support.shopper import Shopper
from tests.support.stack import Stack

SETTLED = ("action_required", "accepted", "fulfilling")
_PATIENCE_S = 90.0


@dataclass
class ClientLog:
    """What clients were told: applications by order, the application by the key of a fulfilment, visits that began."""

    applications: dict[str, str] = field(default_factory=dict)
    fulfilled: dict[str, str] = field(default_factory=dict)
    visits: int = 0

    def submit(self, shopper: Shopper) -> None:
        """Apply, and write down what was answered."""
        shopper.submit()
        assert shopper.code == 200, shopper.text[:300]
        assert shopper.page.status, shopper.text[:300]
        self.applications[shopper.order] = shopper.application_id


def faults(stack: Stack, box: PostBox, log: ClientLog) -> list[str]:
    """In words; none where all holds. Waits until nothing is on its way any more."""
    _wait_settled(stack, box)
    engine = create_engine(stack.config.database_url)
    try:
        with engine.connect() as connection:
            found = [*_lost(connection, log), *_events(connection, box), *_launches(connection)]
            found += _at_bank(stack, connection, log)
    finally:
        engine.dispose()
    return found + _integrity(stack) + _receipts(stack)


def _wait_settled(stack: Stack, box: PostBox) -> None:
    """What does not come to its end for a while is found by the checks. Whatever was killed between a call and its
    answer is asked for some twelve seconds later, one after the other: what becomes less goes on."""
    engine = create_engine(stack.config.database_url)
    end, least = time.monotonic() + _PATIENCE_S, sys.maxsize
    moving = (
        f"SELECT count(*) FROM applications WHERE status NOT IN {SETTLED}",
        "SELECT count(*) FROM operations WHERE status = 'pending'",
        "SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'",
        "SELECT count(*) FROM receipts WHERE position IS NULL",
    )
    while time.monotonic() < end:
        with engine.connect() as connection:
            left = sum(connection.execute(text(one)).scalar_one() for one in moving)
        if left == 0:
            break
        if left < least:
            end, least = time.monotonic() + _PATIENCE_S, left
        time.sleep(0.2)
    engine.dispose()


def _rows(connection: Connection, query: str) -> list[Any]:
    return list(connection.execute(text(query)).all())


def _lost(connection: Connection, log: ClientLog) -> list[str]:
    known = {row.id: row for row in _rows(connection, "SELECT id, order_id, status, bank_ref FROM applications")}
    operations = {row.id: row for row in _rows(connection, "SELECT id, status, amount_minor FROM operations")}
    found = [f"lost: {order} {one}" for order, one in log.applications.items() if one not in known]
    found += [f"not settled: {row.id} {row.status}" for row in known.values() if row.status not in SETTLED]
    found += [f"never at the bank: {row.id}" for row in known.values() if row.bank_ref is None]
    orders = Counter(row.order_id for row in known.values())
    found += [f"twice: order {order}" for order, count in orders.items() if count > 1]
    for key, application in log.fulfilled.items():
        row = operations.get(operation_id(application, key))
        if row is None or (row.status, row.amount_minor) != ("done", 100):
            found.append(f"lost: fulfilment {key} {row and row.status}")
    return found


def operation_id(application: str, key: str) -> str:
    """The id the house gives an operation: the same for the same key."""
    return f"op_{hashlib.sha256(f'{application}:{key}'.encode()).hexdigest()[:32]}"


def _at_bank(stack: Stack, connection: Connection, log: ClientLog) -> list[str]:
    """From the raw calls: whoever deduplicates, it was not the bank."""
    booked = Counter(call["key"] for call in stack.bank.calls() if call["booked"])
    found = [f"done twice at the bank: {key} {count}" for key, count in booked.items() if count > 1]
    keys = {row.id: row.submission_key for row in _rows(connection, "SELECT id, submission_key FROM applications")}
    wanted = [keys[one] for one in log.applications.values() if one in keys]
    wanted += [operation_id(application, key) for key, application in log.fulfilled.items()]
    found += [f"never done at the bank: {key}" for key in wanted if booked[key] < 1]
    ours = {*keys.values(), *(row.id for row in _rows(connection, "SELECT id FROM operations"))}
    found += [f"done at the bank under a key of nobody's: {key}" for key in booked if key not in ours]
    goods = Counter(log.fulfilled.values())
    for row in _rows(connection, "SELECT id, fulfilled_minor FROM applications"):
        at_bank = [int(one["ledger"]["fulfilled"]["amount"]) for one in stack.bank.records(keys[row.id])]
        if at_bank != [row.fulfilled_minor] or row.fulfilled_minor != 100 * goods[row.id]:
            found.append(f"{row.id}: {row.fulfilled_minor} here, {at_bank} at the bank, {100 * goods[row.id]} wanted")
    return found


def _events(connection: Connection, box: PostBox) -> list[str]:
    """Every move has one event; every event came, each time as the same."""
    events = {row.id: row for row in _rows(connection, "SELECT id, type, data FROM events")}
    told = Counter((one["application"], one["sequence"]) for one in (json.loads(row.data) for row in events.values()))
    found = [f"told under {count} ids: {what}" for what, count in told.items() if count > 1]
    moves = _rows(connection, "SELECT application_id, sequence FROM application_moves")
    found += [f"never told: {move}" for move in map(tuple, moves) if told[move] != 1]
    came = {name for name, _body in box.came}
    found += [f"never delivered: {name}" for name in events if name not in came]
    found += [f"delivered and not on record: {name}" for name in came if name not in events]
    bodies = Counter(name for name, _body in set(box.came))
    found += [f"delivered in {count} wordings: {name}" for name, count in bodies.items() if count > 1]
    return found + ([f"{box.refused} webhooks not believed"] if box.refused else [])


def _launches(connection: Connection) -> list[str]:
    """A burnt token and its session are there together."""
    rows = _rows(connection, "SELECT session_id FROM launches_used WHERE session_id NOT IN (SELECT id FROM sessions)")
    return [f"burnt without a session: {row.session_id}" for row in rows]


def _integrity(stack: Stack) -> list[str]:
    """Every SQLite file there is. PostgreSQL checks its pages itself."""
    files = [stack.config.data_dir / "bank" / "sandbox_bank.sqlite3"]
    url = make_url(stack.config.database_url)
    if url.get_backend_name() == "sqlite":
        files.append(Path(url.database or ""))
    found = []
    for file in files:
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
            foreign = connection.execute("PRAGMA foreign_key_check").fetchall()
        found += [f"{file.name}: {said}"] if said != "ok" else []
        found += [f"{file.name}: {len(foreign)} rows lead nowhere"] if foreign else []
    return found


def _receipts(stack: Stack) -> list[str]:
    wired = build_services(stack.config)
    verdict = wired.receipts.verification.run()
    with wired.database.read() as connection:
        moves = connection.execute(text("SELECT count(*) FROM application_moves")).scalar_one()
    wired.database.dispose()
    found = [f"the ledger: {verdict.bad}"] if verdict.bad else []
    if verdict.waiting or verdict.entries < moves:
        found.append(f"the ledger holds {verdict.entries} of {moves} moves, {verdict.waiting} wait")
    return found
