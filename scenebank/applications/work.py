"""The links of an application, and how long they wait. Ids are deterministic: the same work is enqueued once."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from scenebank.applications.model import WAITING_FOR_BANK, Status
from scenebank.banks.port import BankError, RateLimited
from scenebank.engine.queue import Link, WorkQueue

# Where a bank is slow, what moves money waits behind nothing that only reads.
SUBMIT = Link("applications.submit", "bank")
OPERATE = Link("applications.operate", "bank")
ASK = Link("applications.ask", "bank", rank=1)
FETCH_SCHEDULE = Link("applications.fetch_schedule", "bank", rank=2)
POLL = "poll"

# Seconds before the next try. Somebody may be looking at the first ones.
_AGAIN_S = (1, 2, 4, 8, 15, 30, 60)
_POLL_S = (1, 2, 4, 8, 15, 30, 60, 60, 120, 300, 600, 1800, 3600)
# Once the bank has agreed it tells us of changes; asking is for callbacks that got lost.
_AGREED_S = 3600
_ACTIVE_S = 86_400
_HURRIED = 720  # looks, one a minute
_CLOCKS_DIFFER_MIN = 30


def again_s(error: BankError | None, number: int) -> int:
    """How long before try ``number`` (from 1) of something that has to get through: a minute at most, unless the bank
    asks for more."""
    if isinstance(error, RateLimited):
        return error.retry_after_s
    return _nth(_AGAIN_S, number)


def poll_s(status: Status, number: int) -> int:
    """How long before poll ``number`` (from 1)."""
    if status is Status.ACTIVE:
        return _ACTIVE_S
    return _nth(_POLL_S, number) if status in WAITING_FOR_BANK else _AGREED_S


def _nth(waits: tuple[int, ...], number: int) -> int:
    return waits[min(number, len(waits)) - 1]


def _operate_id(operation_id: str, number: int) -> str:
    return f"operate:{operation_id}:{number}"


class ApplicationWork:
    """Enqueues the links of one application, each in the caller's transaction."""

    def __init__(self, queue: WorkQueue) -> None:
        self._queue = queue

    def submit(self, connection: Connection, row: RowMapping, number: int, delay_s: float = 0) -> None:
        self._enqueue(connection, SUBMIT, row, f"submit:{row['id']}:{number}", str(number), delay_s=delay_s)

    def ask(self, connection: Connection, row: RowMapping, tag: str, number: int, delay_s: float = 0) -> None:
        """``tag`` names the chain: the poll goes on while the bank has something to say; others end with an answer."""
        self._enqueue(connection, ASK, row, f"ask:{row['id']}:{tag}:{number}", tag, str(number), delay_s=delay_s)

    def operate(
        self, connection: Connection, row: RowMapping, operation_id: str, number: int, delay_s: float = 0
    ) -> None:
        work_id = _operate_id(operation_id, number)
        self._enqueue(connection, OPERATE, row, work_id, operation_id, str(number), delay_s=delay_s)

    def hurry(self, connection: Connection, operation: RowMapping, now_ms: int) -> None:
        """Let an operation that waits for its turn look at once; it has but one look to come. After half a day of
        waiting it goes by itself."""
        minutes = max(0, now_ms - operation["created_at"]) // 60_000
        numbers = range(min(len(_AGAIN_S) + minutes + _CLOCKS_DIFFER_MIN, _HURRIED))
        self._queue.hurry(connection, *(_operate_id(operation["id"], number) for number in numbers))

    def fetch_schedule(
        self, connection: Connection, row: RowMapping, tag: str, number: int = 0, delay_s: float = 0
    ) -> None:
        work_id = f"schedule:{row['id']}:{tag}:{number}"
        self._enqueue(connection, FETCH_SCHEDULE, row, work_id, tag, str(number), delay_s=delay_s)

    def _enqueue(
        self, connection: Connection, link: Link, row: RowMapping, work_id: str, *arguments: str, delay_s: float
    ) -> None:
        self._queue.enqueue(
            connection, link, work_id, row["id"], *arguments, delay_s=delay_s, partition=row["bank_id"]
        )
