"""What a receipt costs the change it records: its append against a plain insert, each in a transaction of its own,
turn by turn on the same database."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, insert

from scenebank.receipts.append import append
from scenebank.receipts.model import Entry, Kind
from tests.support.databases import fresh_postgresql, postgresql_server
from tests.support.ledger import Ledger

LIMIT = 2.0
_RUNS = 400
_PLAIN = Table(
    "bench_plain", MetaData(), Column("number", Integer, primary_key=True), Column("id", String(40), unique=True),
    Column("leaf", Text),
)  # fmt: skip


def measure() -> dict[str, tuple[float, float]]:
    """Median milliseconds of a plain insert and of an append, by kind of database."""
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as server:
        return {"SQLite": _measure(Path(folder) / "s", ""), "PostgreSQL": _measure(
            Path(folder) / "p", fresh_postgresql(server)
        )}  # fmt: skip


def table(found: dict[str, tuple[float, float]]) -> str:
    lines = [f"{'append a receipt':16} {'runs':>5} {'plain ms':>8} {'p50 ms':>8} {'÷ plain':>7} {'limit':>7}"]
    for name, (plain, appended) in found.items():
        lines.append(f"{name:16} {_RUNS:5} {plain:8.2f} {appended:8.2f} {appended / plain:7.2f} {LIMIT:7g}")
    return "\n".join(lines)


def _measure(folder: Path, url: str) -> tuple[float, float]:
    ledger = _ledger(folder, url)
    entry = Entry(
        Kind.APPLICATION_MOVED, ledger.application.id, ledger.scene.merchant.id, "test", "2026-11-24T00:00:00.000Z",
        {"market": "CN", "bank": "harbour", "product": "harbour-one", "amount": {"amount": "1", "currency": "CNY"}},
        {"move": {"from": "submitting", "to": "in_review", "cause": "bank", "sequence": 2}},
    )  # fmt: skip
    text = entry.leaf("rcp_" + "0" * 32, "0" * 22)
    statement = insert(_PLAIN)
    subjects: tuple[Callable[[Connection], object], ...] = (
        lambda connection: connection.execute(statement, {"id": secrets.token_hex(16), "leaf": text}),
        lambda connection: append(connection, entry),
    )
    samples: tuple[list[float], list[float]] = ([], [])
    for _run in range(_RUNS):
        for subject, times in zip(subjects, samples, strict=True):
            started = time.perf_counter()
            with ledger.database.begin() as connection:
                subject(connection)
            times.append((time.perf_counter() - started) * 1000)
    return median(samples[0]), median(samples[1])


def _ledger(folder: Path, url: str) -> Ledger:
    ledger = Ledger(url, folder)
    _PLAIN.create(ledger.database.engine)
    return ledger
