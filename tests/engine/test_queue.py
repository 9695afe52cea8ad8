"""What hands work to the engine writes what the engine's own client writes, and does without the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOSClient, WorkflowSerializationFormat
from sqlalchemy import Connection, text

from scenebank.engine.migrate import migrate_engine
from scenebank.engine.queue import APPLICATION_VERSION, Link, connect_queue
from scenebank.store.database import Database

# Made anew for each: when, by whom, and for how long it waits.
OF_THE_MOMENT = {"workflow_uuid", "created_at", "updated_at", "creator_xid", "delay_until_epoch_ms"}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    with made.begin():
        pass
    migrate_engine(database_url)
    yield made
    made.dispose()


def row_of(connection: Connection, database: Database, table: str, work_id: str) -> dict[str, Any]:
    name = table if database.is_sqlite else f"dbos.{table}"
    found = connection.execute(text(f"SELECT * FROM {name} WHERE workflow_uuid = :id"), {"id": work_id})
    return dict(found.mappings().one())


@pytest.mark.parametrize(
    ("queue", "delay_s", "rank"), [("bank", 0, 0), ("bank", 60, 2), ("webhook", 0, 1), ("system", 7.5, 0)]
)
def test_the_row_is_that_of_the_engines_client(database: Database, queue: Any, delay_s: float, rank: int) -> None:
    options: dict[str, Any] = {
        "workflow_name": "link.x", "queue_name": queue, "workflow_id": "theirs", "app_version": APPLICATION_VERSION,
        "serialization_type": WorkflowSerializationFormat.PORTABLE,
    }  # fmt: skip
    options |= ({"delay_seconds": delay_s} if delay_s else {}) | ({"priority": rank} if rank else {})
    options |= {"queue_partition_key": "港"} if queue == "bank" else {}
    client = DBOSClient(system_database_url=database.url, lazy=True)
    with database.begin() as connection:
        client.enqueue_in_transaction(connection, options, "a", '"ü\n')  # type: ignore[arg-type]
        connect_queue(database.url).enqueue(
            connection, Link("link.x", queue, rank), "ours", "a", '"ü\n', delay_s=delay_s, partition="港"
        )
    client.destroy()
    with database.read() as connection:
        theirs, ours = (row_of(connection, database, "workflow_status", one) for one in ("theirs", "ours"))
        inputs = [row_of(connection, database, "workflow_input", one)["inputs"] for one in ("theirs", "ours")]
    # The client says `null` where it has nothing to say of the work; nothing said is the same.
    assert theirs.pop("attributes") in (None, "null") and ours.pop("attributes") is None
    for name in theirs.keys() - OF_THE_MOMENT:
        assert (name, ours[name]) == (name, theirs[name])
    for name in ("created_at", "updated_at", "delay_until_epoch_ms"):
        assert (theirs[name] is None) == (ours[name] is None)
        assert abs((theirs[name] or 0) - (ours[name] or 0)) < 10_000
    assert json.loads(inputs[0]) == json.loads(inputs[1]) == {"positionalArgs": ["a", '"ü\n'], "namedArgs": {}}


def test_handed_in_twice_it_is_there_once_as_it_was(database: Database) -> None:
    queue = connect_queue(database.url)
    with database.begin() as connection:
        queue.enqueue(connection, Link("first", "system"), "w", "a")
    with database.begin() as connection:
        queue.enqueue(connection, Link("second", "webhook"), "w", "b", delay_s=9)
    with database.read() as connection:
        found = row_of(connection, database, "workflow_status", "w")
        assert (found["name"], found["queue_name"], found["status"]) == ("first", "system", "ENQUEUED")
        assert json.loads(row_of(connection, database, "workflow_input", "w")["inputs"])["positionalArgs"] == ["a"]


def test_a_process_that_serves_pages_does_without_the_engine(tmp_path: Path) -> None:
    engine = {"dbos", "psycopg", "sqlalchemy.orm"}
    asked = f"import sys, app; app.create_app(); print(*sorted({engine} & sys.modules.keys()))"
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ["DATA_DIR"] = str(tmp_path)
    done = subprocess.run([sys.executable, "-c", asked], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_hurried_is_what_waits_for_its_time_and_nothing_else(database: Database) -> None:
    queue, link, begun = connect_queue(database.url), Link("link.x", "system"), int(time.time() * 1000)
    with database.begin() as connection:
        for work_id, delay_s in (("soon", 60), ("later", 60), ("now", 0)):
            queue.enqueue(connection, link, work_id, delay_s=delay_s)
        queue.hurry(connection, "soon", "now", "never")
    with database.read() as connection:
        soon, later, now = (
            row_of(connection, database, "workflow_status", one) for one in ("soon", "later", "now")
        )  # fmt: skip
    assert soon["status"] == later["status"] == "DELAYED"
    assert begun <= soon["delay_until_epoch_ms"] <= time.time() * 1000
    assert later["delay_until_epoch_ms"] >= begun + 60_000
    assert (now["status"], now["delay_until_epoch_ms"]) == ("ENQUEUED", None)
