"""Work that ended in an error: visible to operators, and put back by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from dbos import DBOSClient

_DEAD = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


@dataclass(frozen=True)
class DeadLetter:
    """One piece of work that nobody will try again by itself."""

    work_id: str
    link: str
    failed_at: datetime
    error: str


def dead_letters(database_url: str, limit: int = 100) -> list[DeadLetter]:
    """The newest first."""
    client = DBOSClient(system_database_url=database_url)
    try:
        found = client.list_workflows(status=_DEAD, limit=limit, sort_desc=True, load_input=False)
        return [
            DeadLetter(
                one.workflow_id,
                one.name,
                datetime.fromtimestamp((one.updated_at or 0) / 1000, UTC),
                type(one.error).__name__ if one.error else one.status,
            )
            for one in found
        ]
    finally:
        client.destroy()
