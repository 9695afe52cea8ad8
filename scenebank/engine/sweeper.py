"""Resumes the work of workers that died and did not come back: the engine itself recovers only its own."""

from __future__ import annotations

import logging
from collections import defaultdict

from dbos import DBOSClient

from scenebank.engine.slots import slot_number, try_slot

_log = logging.getLogger(__name__)


def sweep(client: DBOSClient, database_url: str, own_slot: str) -> int:
    """Put the running work of every dead slot back on its own queue; the number of pieces put back.

    The dead slot's lock is held meanwhile, so that its next owner cannot recover the same work beside us."""
    by_slot: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for work in client.list_workflows(status="PENDING", load_input=False, load_output=False):
        if work.executor_id and work.executor_id != own_slot and work.queue_name:
            by_slot[work.executor_id].append((work.queue_name, work.workflow_id))
    return sum(_resume(client, database_url, slot, works) for slot, works in by_slot.items())


def _resume(client: DBOSClient, database_url: str, slot_name: str, works: list[tuple[str, str]]) -> int:
    number = slot_number(slot_name)
    slot = None if number is None else try_slot(database_url, number)
    if slot is None:
        return 0
    try:
        for queue in {queue for queue, _work_id in works}:
            client.resume_workflows([work_id for of, work_id in works if of == queue], queue_name=queue)
    finally:
        slot.release()
    _log.warning("resumed %d pieces of work of dead %s", len(works), slot_name)
    return len(works)
