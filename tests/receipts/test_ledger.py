"""The ledger on both databases: whatever is changed behind its back is found at its row; nothing is lost or doubled."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from scenebank.receipts.heads import HeadSigner
from scenebank.receipts.model import BadRow, LedgerBroken
from scenebank.store.database import Database
from tests.support.ledger import Ledger

SOME_AND_ALL = [pytest.param(1000, 8, id="some"), pytest.param(10_000, 80, id="all", marks=pytest.mark.long)]
SHIFT_UP = (  # in two steps: positions are unique at every moment
    "UPDATE receipts SET position = -position - 2 WHERE position >= :at",
    "UPDATE receipts SET position = -position - 1 WHERE position < 0",
)
COPY = (
    "INSERT INTO receipts (id, application_id, merchant_id, mode, leaf, position) "
    "SELECT 'rcp_copy', application_id, merchant_id, mode, leaf, :at FROM receipts WHERE position = :of"
)


def alter(ledger: Ledger, at: int) -> Callable[[], None]:
    before = ledger.leaf(at)
    ledger.sql("UPDATE receipts SET leaf = replace(leaf, '129900', '129901') WHERE position = :at", at=at)
    return lambda: ledger.sql("UPDATE receipts SET leaf = :leaf WHERE position = :at", leaf=before, at=at)


def remove(ledger: Ledger, at: int) -> Callable[[], None]:
    """Its number is kept aside to put it back."""
    ledger.sql(
        "CREATE TABLE IF NOT EXISTS aside AS SELECT * FROM receipts WHERE 1 = 0",
        "INSERT INTO aside SELECT * FROM receipts WHERE position = :at",
        "DELETE FROM receipts WHERE position = :at", at=at,
    )  # fmt: skip
    return lambda: ledger.sql("INSERT INTO receipts SELECT * FROM aside", "DELETE FROM aside")


def insert(ledger: Ledger, at: int) -> Callable[[], None]:
    ledger.sql(*SHIFT_UP, COPY, at=at, of=at - 1 if at else 1)
    return lambda: ledger.sql(
        "DELETE FROM receipts WHERE id = 'rcp_copy'",
        "UPDATE receipts SET position = -position WHERE position > :at",
        "UPDATE receipts SET position = -position - 1 WHERE position < 0", at=at,
    )  # fmt: skip


def swap(ledger: Ledger, at: int) -> Callable[[], None]:
    def again() -> None:
        ledger.sql(
            "UPDATE receipts SET position = -1 WHERE position = :at",
            "UPDATE receipts SET position = :at WHERE position = :at + 1",
            "UPDATE receipts SET position = :at + 1 WHERE position = -1", at=at,
        )  # fmt: skip

    again()
    return again


@pytest.mark.parametrize(("size", "rows"), SOME_AND_ALL)
def test_whatever_is_changed_is_found_at_its_row(database_url: str, tmp_path: Path, size: int, rows: int) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(size)
    assert ledger.first_bad() is None
    chosen = [0, size - 2, *random.Random(6962).sample(range(1, size - 2), rows)]
    for at in chosen:
        for change in (alter, remove, insert, swap):
            mend = change(ledger, at)
            found = ledger.first_bad()
            assert found and (found.table, found.row) == ("receipts", at), (change.__name__, at, found)
            mend()
    assert ledger.first_bad() is None


@pytest.mark.parametrize(
    "size", [pytest.param(1000, id="some"), pytest.param(10_000, id="all", marks=pytest.mark.long)]
)
def test_every_single_row_is_watched(database_url: str, tmp_path: Path, size: int) -> None:
    """All rows altered at once: each is named, in its order, and nothing else."""
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(size)
    ledger.sql("UPDATE receipts SET leaf = replace(leaf, '129900', '129901')")
    assert [(one.table, one.row) for one in ledger.service.verification.bad_rows()] == [
        ("receipts", position) for position in range(size)
    ]
    ledger.sql("DELETE FROM receipts WHERE position % 3 = 1")
    missing = [one.row for one in ledger.service.verification.bad_rows() if "missing" in one.problem]
    assert missing == list(range(1, size, 3))


@pytest.mark.parametrize(("statement", "table", "row"), [
    ("UPDATE receipts SET id = 'rcp_other' WHERE position = 5", "receipts", 5),
    ("UPDATE receipts SET mode = 'live' WHERE position = 6", "receipts", 6),
    ("UPDATE receipt_nodes SET hash = 'ab' WHERE level = 0 AND place = 7", "receipts", 7),
    ("UPDATE receipt_nodes SET hash = 'ab' WHERE level = 2 AND place = 1", "receipt_nodes", 7),
    ("DELETE FROM receipt_nodes WHERE level = 3 AND place = 0", "receipt_nodes", 7),
    ("INSERT INTO receipt_nodes (level, place, hash) VALUES (9, 9, 'ab')", "receipt_nodes", 40),
    ("UPDATE receipt_heads SET root = 'ab' WHERE size = 40", "receipt_heads", 40),
    ("UPDATE receipt_heads SET statement = replace(statement, '.', '.e') WHERE size = 40", "receipt_heads", 40),
    ("UPDATE receipt_heads SET \"at\" = 5 WHERE size = 40", "receipt_heads", 40),
    ("DELETE FROM receipts WHERE position = 39", "receipts", 39),
])  # fmt: skip
def test_what_stands_around_the_entries_is_watched_too(
    database_url: str, tmp_path: Path, statement: str, table: str, row: int
) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(40)
    ledger.sql(statement)
    found = ledger.first_bad()
    assert found and (found.table, found.row) == (table, row), found


def test_an_entry_behind_the_last_head_is_found_and_a_waiting_one_is_not_bad(database_url: str, tmp_path: Path) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(20)
    with ledger.database.begin() as connection:
        ledger.add(connection, 20)
    verdict = ledger.service.verification.run()
    assert (verdict.entries, verdict.waiting, verdict.bad) == (20, 1, None)
    ledger.sql("UPDATE receipts SET position = 20 WHERE position IS NULL")
    assert ledger.first_bad() == BadRow("receipts", 20, "stands behind the last head")


def test_nothing_is_signed_over_a_ledger_that_was_changed(database_url: str, tmp_path: Path) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(20)
    with ledger.database.begin() as connection:
        ledger.add(connection, 20)
    ledger.sql("UPDATE receipt_nodes SET hash = :other WHERE level = 4 AND place = 0", other="ab" * 32)
    with pytest.raises(LedgerBroken):
        ledger.service.seal()
    assert ledger.sizes()[-1] == 20


def test_a_head_over_other_rows_is_found_though_its_signature_holds(database_url: str, tmp_path: Path) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(20)
    forged = HeadSigner(ledger.scene.wired.keys, "").sign(20, b"x" * 32, 5)
    values = {"root": forged.root.hex(), "statement": forged.statement}
    ledger.sql('UPDATE receipt_heads SET root = :root, statement = :statement, "at" = 5 WHERE size = 20', **values)
    assert ledger.first_bad() == BadRow("receipt_heads", 20, "the rows do not lead to the root that was signed")


APPENDS = """
import sys
from pathlib import Path
from sqlalchemy import text
from scenebank.config import load_config
from scenebank.receipts.append import append
from scenebank.receipts.model import Entry, Kind
from scenebank.wiring import build_services
folder, url, application, merchant, name = sys.argv[1:]
wired = build_services(load_config({"DATA_DIR": folder, "DATABASE_URL": url}))
facts = {"market": "CN", "bank": "harbour", "product": "harbour-one"}
print("ready", flush=True)
sys.stdin.read()
for number in range(60):
    with wired.database.begin() as connection:
        told = {"who": name, "number": number}
        append(connection, Entry(Kind.APPLICATION_MOVED, application, merchant, "test", "", facts, told))
    if number % 3 == 0:
        wired.receipts.seal()
"""


def test_two_processes_at_once_lose_double_and_reorder_nothing(database_url: str, tmp_path: Path) -> None:
    """Both append and both seal; all processes are loaded before any begins."""
    ledger = Ledger(database_url, tmp_path)
    before = len(ledger.ids())
    told = [str(tmp_path), ledger.database.url, ledger.application.id, ledger.scene.merchant.id]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDS, *told, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for name in ("left", "right")
    ]  # fmt: skip
    for one in started:
        assert one.stdout and one.stdout.readline() == b"ready\n"
    for one in started:
        assert one.stdin
        one.stdin.close()
    assert [one.wait(100) for one in started] == [0, 0]
    ledger.service.seal()
    with Database(database_url).read() as connection:
        rows = connection.execute(text("SELECT position, leaf FROM receipts ORDER BY position")).all()
    assert [row.position for row in rows] == list(range(before + 120))
    entries = [json.loads(row.leaf) for row in rows[before:]]
    for name in ("left", "right"):
        assert [one["number"] for one in entries if one["who"] == name] == list(range(60))
    assert ledger.first_bad() is None


def test_what_is_rolled_back_leaves_no_receipt(database_url: str, tmp_path: Path) -> None:
    ledger = Ledger(database_url, tmp_path)
    before = ledger.ids()
    with pytest.raises(RuntimeError), ledger.database.begin() as connection:
        ledger.add(connection, 1)
        raise RuntimeError
    ledger.fill(len(before) + 1)
    assert ledger.ids()[:-1] == before
    assert ledger.first_bad() is None


def test_the_command_names_the_first_bad_row(database_url: str, tmp_path: Path) -> None:
    ledger = Ledger(database_url, tmp_path)
    ledger.fill(30)
    run = ledger.scene.client.application.test_cli_runner().invoke
    good = run(args=["receipts", "verify", "--json"])
    assert good.exit_code == 0
    assert json.loads(good.stdout)["entries"] == 30
    ledger.sql("UPDATE receipts SET leaf = replace(leaf, 'bank', 'sank') WHERE position = 11")
    bad = run(args=["receipts", "verify", "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["bad"]["row"] == 11
    assert "receipts, row 11" in bad.stderr
    assert run(args=["receipts", "verify", "--fast"]).exit_code == 2
