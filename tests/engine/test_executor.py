"""Durable work on both databases: in the caller's transaction, once, resumed after a death."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from scenebank.engine.dead_letters import dead_letters
from scenebank.engine.migrate import migrate_engine
from scenebank.engine.queue import Link, connect_queue
from scenebank.engine.slots import take_slot
from scenebank.store.database import Database

NOTE = Link("note", "bank")
# The worker of these tests: writes its argument into a file; "slow" waits for a file named go; "bad" always fails.
WORKER = """
import pathlib, signal, sys, threading, time
from scenebank.engine.executor import Executor
folder = pathlib.Path(sys.argv[2])
def note(text):
    (folder / "begun").open("a").write(text + "\\n")
    while text == "slow" and not (folder / "go").exists():
        time.sleep(0.05)
    if text == "bad":
        raise RuntimeError("words of somebody \\udc80")
    (folder / "done").open("a").write(text + "\\n")
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
Executor(sys.argv[1], {"note": note}).run(stop)
"""


@contextmanager
def worker(database_url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", WORKER, database_url, str(folder)])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def lines(folder: Path, name: str) -> list[str]:
    path = folder / name
    return path.read_text().split() if path.exists() else []


def wait_for(folder: Path, name: str, *expected: str) -> None:
    deadline = time.monotonic() + 60
    while not set(expected) <= set(lines(folder, name)):
        assert time.monotonic() < deadline, f"{name} has {lines(folder, name)}, not {expected}"
        time.sleep(0.05)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    with made.begin():
        pass  # the first connection sets the journal mode of a SQLite file
    migrate_engine(database_url)
    yield made
    made.dispose()


def enqueue(connection: Connection, database: Database, work_id: str, text: str, delay_s: float = 0) -> None:
    connect_queue(database.url).enqueue(connection, NOTE, work_id, text, delay_s=delay_s, partition="harbour")


def test_work_lives_and_dies_with_the_callers_transaction(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        enqueue(connection, database, "one", "kept")
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        enqueue(connection, database, "two", "undone")
        raise ZeroDivisionError
    with database.begin() as connection:
        enqueue(connection, database, "three", "late", delay_s=1)
        enqueue(connection, database, "one", "again")
        enqueue(connection, database, "four", "hurried", delay_s=3600)
    with database.begin() as connection:
        connect_queue(database.url).hurry(connection, "four")
    with worker(database.url, tmp_path):
        wait_for(tmp_path, "done", "hurried", "kept", "late")
    assert sorted(lines(tmp_path, "done")) == ["hurried", "kept", "late"]


def test_what_has_the_lowest_rank_goes_first(database: Database, tmp_path: Path) -> None:
    queue, later = connect_queue(database.url), [f"later{number}" for number in range(8)]
    with database.begin() as connection:
        for word in later:
            queue.enqueue(connection, replace(NOTE, rank=1), word, word, partition="harbour")
        queue.enqueue(connection, NOTE, "money", "money", partition="harbour")
    with worker(database.url, tmp_path):
        wait_for(tmp_path, "done", "money", *later)
    assert "money" in lines(tmp_path, "begun")[:4]  # as many as one bank is called at a time


def test_another_worker_resumes_what_a_killed_one_held(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        enqueue(connection, database, "one", "slow")
    with worker(database.url, tmp_path) as first, worker(database.url, tmp_path):
        wait_for(tmp_path, "begun", "slow")
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        (tmp_path / "go").touch()
        wait_for(tmp_path, "done", "slow")


def test_a_slot_belongs_to_one_live_process(database: Database) -> None:
    first, second = take_slot(database.url), take_slot(database.url)
    assert first.name != second.name
    for _time in range(20):  # what is given back is free at once
        first.release()
        again = take_slot(database.url)
        assert again.name == first.name
        first = again
    second.release()
    first.release()


def test_work_that_keeps_failing_is_shown_to_operators(database: Database, tmp_path: Path) -> None:
    with database.begin() as connection:
        enqueue(connection, database, "one", "bad")
    with worker(database.url, tmp_path):
        deadline = time.monotonic() + 60
        while not (found := dead_letters(database.url)):
            assert time.monotonic() < deadline, "the work never failed"
            time.sleep(0.2)
    assert [(letter.work_id, letter.link, letter.error) for letter in found] == [("one", "note", "RuntimeError")]
    with database.read() as connection:
        table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
        assert "words of" not in str(connection.execute(text(f"SELECT * FROM {table}")).all())
