"""Handing work to the engine inside the caller's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dbos import DBOSClient
from sqlalchemy import Connection

# Set by hand: an edit of a link's code must not strand the work that waits.
APPLICATION_VERSION = "links-1"
QueueName = Literal["bank", "webhook", "system"]


@dataclass(frozen=True)
class Link:
    """A short piece of durable work: ``name`` as registered with the executor, ``queue`` it waits in."""

    name: str
    queue: QueueName


class WorkQueue:
    """The pure client of the engine; starts no thread, migrates nothing."""

    def __init__(self, client: DBOSClient) -> None:
        self._client = client

    def enqueue(
        self, connection: Connection, link: Link, work_id: str, *arguments: str, delay_s: float = 0, partition: str = ""
    ) -> None:
        """Enqueue ``link(*arguments)`` once under the deterministic ``work_id``, visible when the caller's
        transaction commits, not before ``delay_s``. ``partition`` is the bank for the queue ``bank``."""
        raise NotImplementedError
