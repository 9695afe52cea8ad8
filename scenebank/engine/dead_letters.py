"""Work that ended in an error: visible to operators, and put back by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOSClient, PortableWorkflowError

from scenebank.clock import moment_of
from scenebank.engine.queue import APPLICATION_VERSION
from scenebank.errors import NotFound

_DEAD = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class LinkFailed(Exception):
    """All that is kept of what a link raised: the name of its kind."""


@dataclass(frozen=True)
class DeadLetter:
    """One piece of work that nobody will try again by itself."""

    work_id: str
    link: str
    failed_at: datetime
    error: str


def dead_letters(database_url: str, limit: int = 100) -> list[DeadLetter]:
    """The newest first, without those put back already."""
    with _client(database_url) as client:
        found = client.list_workflows(
            status=_DEAD, limit=limit, sort_desc=True, load_input=False, was_forked_from=False
        )
        return [
            DeadLetter(
                one.workflow_id,
                one.name,
                moment_of(one.updated_at or 0),
                _named(one.error) if one.error else one.status,
            )
            for one in found
        ]


def put_back(database_url: str, work_id: str) -> None:
    """Run a dead letter's work once more, on its own queue; :class:`NotFound` where there is no such dead letter."""
    with _client(database_url) as client:
        found = client.list_workflows(
            workflow_ids=[work_id], status=_DEAD, load_input=False, load_output=False, was_forked_from=False
        )
        if not found:
            raise NotFound(f"no dead letter {work_id}")
        work = found[0]
        client.fork_workflow(
            work_id, 1, application_version=APPLICATION_VERSION, queue_name=work.queue_name,
            queue_partition_key=work.queue_partition_key,
        )  # fmt: skip


def _named(error: Exception) -> str:
    name = error.name if isinstance(error, PortableWorkflowError) else type(error).__name__
    return str(error) if name == LinkFailed.__name__ else name


@contextmanager
def _client(database_url: str) -> Iterator[DBOSClient]:
    client = DBOSClient(system_database_url=database_url)
    try:
        yield client
    finally:
        client.destroy()
