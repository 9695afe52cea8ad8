"""Handing work to the engine inside the caller's own transaction."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.engine import make_url

# Set by hand: an edit of a link's code must not strand the work that waits.
APPLICATION_VERSION = "links-1"
QueueName = Literal["bank", "webhook", "system"]


class TryAgain(Exception):
    """A link may raise this to be run again shortly."""


@dataclass(frozen=True)
class Link:
    """A short piece of durable work: ``name`` as registered with the executor, ``queue`` it waits in. Of what is due
    there, and in the queue ``bank`` for the same bank, the lowest ``rank`` goes first."""

    name: str
    queue: QueueName
    rank: int = 0


class WorkQueue(Protocol):
    """Where services hand in their work."""

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        """Enqueue ``link(*arguments)`` once under the deterministic ``work_id``, visible when the caller's
        transaction commits, not before ``delay_s``. ``partition`` is the bank for the queue ``bank``."""

    def hurry(self, connection: Connection, *work_ids: str) -> None:
        """What of these waits for its time is due when the caller's transaction commits; the others stay as they
        are."""


class EngineQueue:
    """Starts no thread, migrates nothing, and does without the engine's own client, which would bring all of the engine
    into every process that serves pages: a fifth of its memory. What it writes is what that client writes
    (docs.dbos.dev: system tables, portable JSON)."""

    def __init__(self, database_url: str) -> None:
        schema = "" if make_url(database_url).get_backend_name() == "sqlite" else "dbos."
        self._new_work = text(_NEW_WORK.format(schema=schema))
        self._new_input = text(_NEW_INPUT.format(schema=schema))
        self._due_now = text(_DUE_NOW.format(schema=schema)).bindparams(bindparam("ids", expanding=True))

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        is_delayed = delay_s > 0
        connection.execute(self._new_work, {
            "id": work_id, "status": "DELAYED" if is_delayed else "ENQUEUED", "name": link.name,
            "version": APPLICATION_VERSION, "queue": link.queue,
            "partition": partition if link.queue == "bank" else None,
            "delay_until": int((time.time() + delay_s) * 1000) if is_delayed else None, "creator": str(uuid.uuid4()),
            "rank": link.rank,
        })  # fmt: skip
        written = json.dumps({"positionalArgs": arguments, "namedArgs": {}})
        connection.execute(self._new_input, {"id": work_id, "inputs": written})

    def hurry(self, connection: Connection, *work_ids: str) -> None:
        connection.execute(self._due_now, {"ids": work_ids, "now": int(time.time() * 1000)})


_NEW_WORK = """
    INSERT INTO {schema}workflow_status (
        workflow_uuid, status, name, application_version, queue_name, queue_partition_key, delay_until_epoch_ms,
        creator_xid, priority, recovery_attempts, serialization
    ) VALUES (:id, :status, :name, :version, :queue, :partition, :delay_until, :creator, :rank, 0, 'portable_json')
    ON CONFLICT (workflow_uuid) DO NOTHING
"""
_NEW_INPUT = """
    INSERT INTO {schema}workflow_input (workflow_uuid, inputs) VALUES (:id, :inputs)
    ON CONFLICT (workflow_uuid) DO NOTHING
"""
_DUE_NOW = """
    UPDATE {schema}workflow_status SET delay_until_epoch_ms = :now, updated_at = :now
    WHERE status = 'DELAYED' AND workflow_uuid IN :ids
"""


def connect_queue(database_url: str) -> EngineQueue:
    """A queue on the application's own database."""
    return EngineQueue(database_url)
