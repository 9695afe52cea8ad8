"""Handing work to the engine inside the caller's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Connection

# Set by hand: an edit of a link's code must not strand the work that waits.
APPLICATION_VERSION = "links-1"
QueueName = Literal["bank", "webhook", "system"]


class TryAgain(Exception):
    """A link may raise this to be run again shortly."""


@dataclass(frozen=True)
class Link:
    """A short piece of durable work: ``name`` as registered with the executor, ``queue`` it waits in."""

    name: str
    queue: QueueName


class WorkQueue(Protocol):
    """Where services hand in their work."""

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        """Enqueue ``link(*arguments)`` once under the deterministic ``work_id``, visible when the caller's
        transaction commits, not before ``delay_s``. ``partition`` is the bank for the queue ``bank``."""


class EngineQueue:
    """The pure client of the engine; starts no thread, migrates nothing."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": link.name,
            "queue_name": link.queue,
            "workflow_id": work_id,
            "app_version": APPLICATION_VERSION,
        }
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        if link.queue == "bank":
            options["queue_partition_key"] = partition
        self._client.enqueue_in_transaction(connection, options, *arguments)


def connect_queue(database_url: str) -> EngineQueue:
    """A queue on the application's own database; connects with its first use."""
    return EngineQueue(DBOSClient(system_database_url=database_url, lazy=True))
