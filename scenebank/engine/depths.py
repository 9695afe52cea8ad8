"""How much durable work there is, counted in the engine's own table."""

from __future__ import annotations

from sqlalchemy import text

from scenebank.store.database import Database

QUEUES = ("bank", "webhook", "system")
_COUNT = """
    SELECT queue_name, status, count(*) FROM {table}
    WHERE status IN ('ENQUEUED', 'DELAYED', 'PENDING')
       OR (status IN ('ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') AND NOT was_forked_from)
    GROUP BY queue_name, status
"""


def work_depths(database: Database) -> tuple[dict[str, int], int]:
    """What waits or runs in each queue, and how many dead letters there are that nobody has put back."""
    waiting, dead = dict.fromkeys(QUEUES, 0), 0
    query = _COUNT.format(table="workflow_status" if database.is_sqlite else "dbos.workflow_status")
    with database.read() as connection:
        for queue, status, count in connection.execute(text(query)):
            if status in ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"):
                dead += count
            elif queue in waiting:
                waiting[queue] += count
    return waiting, dead
