"""Whose turn it is among the operations of one application: the bank is given one at a time."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.work import ApplicationWork


def next_operation(connection: Connection, application_id: str) -> RowMapping | None:
    """The one that was begun goes first, whatever the clocks say of who came earlier, or two would aim at the same
    total. Nobody's turn while the bank, which refused one, has not been heard: it may hold what we do not know of, and
    that would pass for the next one's."""
    if store.unheard(connection, application_id):
        return None
    begun = store.begun(connection, application_id)
    pending = [one for one in store.operations_of(connection, application_id) if one["status"] == "pending"]
    return min(pending, key=lambda one: one["id"] not in begun, default=None)


def pass_turn(connection: Connection, application_id: str, work: ApplicationWork, now_ms: int) -> None:
    """Left to its own looks, the next one would go a minute later. One that was begun waits for the bank."""
    following = next_operation(connection, application_id)
    if following is not None and following["id"] not in store.begun(connection, application_id):
        work.hurry(connection, following, now_ms)
