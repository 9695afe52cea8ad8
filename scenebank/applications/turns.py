"""Whose turn it is among the operations of one application: the bank is given one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping

from scenebank.applications import store
from scenebank.applications.work import ApplicationWork


def next_operation(connection: Connection, application_id: str) -> RowMapping | None:
    """The one that may go to the bank now."""
    return _next(store.operations_of(connection, application_id), store.begun(connection, application_id))


def pass_turn(connection: Connection, application_id: str, work: ApplicationWork, now_ms: int) -> None:
    """Left to its own looks, the next one would go a minute later. One that was begun waits for the bank."""
    begun = store.begun(connection, application_id)
    following = _next(store.operations_of(connection, application_id), begun)
    if following is not None and following["id"] not in begun:
        work.hurry(connection, following, now_ms)


def unheard(operations: Sequence[RowMapping]) -> frozenset[str]:
    """Operations that the bank refused, and has not yet said after that what it holds."""
    return frozenset(one["id"] for one in operations if one["status"] == "refused" and one["finished_at"] is None)


def _next(operations: Sequence[RowMapping], begun: frozenset[str]) -> RowMapping | None:
    """The one that was begun goes first, whatever the clocks say of who came earlier, or two would aim at the same
    total. Nobody's turn while the bank, which refused one, has not been heard: it may hold what we do not know of, and
    that would pass for the next one's."""
    if unheard(operations):
        return None
    pending = [one for one in operations if one["status"] == "pending"]
    return min(pending, key=lambda one: one["id"] not in begun, default=None)
