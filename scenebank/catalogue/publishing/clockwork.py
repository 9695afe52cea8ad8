"""What comes with time: scheduled revisions start, and those with an end end. Run by every worker, again and again;
what is due stands in the database, so that nothing is lost with a process, and nothing done twice."""

from __future__ import annotations

from scenebank.catalogue.publishing import store
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.publishing.model import Act, Revision, State
from scenebank.catalogue.publishing.moving import Mover
from scenebank.clock import Clock, milliseconds
from scenebank.errors import InvalidInput
from scenebank.store.database import Database

ACTOR = "system:schedule"


class Clockwork:
    """One revision a transaction."""

    def __init__(self, database: Database, clock: Clock, chain: AuditChain) -> None:
        self._database = database
        self._clock = clock
        self._chain = chain

    def run_due(self) -> int:
        """How many moved."""
        now = milliseconds(self._clock.now())
        with self._database.read() as connection:
            due = store.due(connection, now)
        return sum(self._carry(revision_id, now) for revision_id in due)

    def _carry(self, revision_id: str, now: int) -> bool:
        with self._database.begin() as connection:
            self._chain.hold(connection)
            if revision_id not in store.due(connection, now):
                return False  # another worker was quicker
            revision = store.by_id(connection, revision_id)
            if revision is None:
                return False
            mover = Mover(connection, self._chain, ACTOR, now)
            if revision.state is State.LIVE:
                mover.take_away(revision, Act.END)
            elif not revision.is_approved:
                mover.move(revision, Act.MISS, {"why": "it is not what was approved"}, **_UNAPPROVED)
            elif revision.ends_at is not None and revision.ends_at <= now:
                mover.move(revision, Act.MISS, {"why": "its time was over before it could start"}, **_UNAPPROVED)
            else:
                self._start(mover, revision)
            return True

    def _start(self, mover: Mover, revision: Revision) -> None:
        try:
            mover.put_live(revision, Act.START)
        except InvalidInput as error:  # raised before anything is written; the others shall not wait for this one
            mover.move(revision, Act.MISS, {"why": str(error)}, **_UNAPPROVED)


_UNAPPROVED = {"approved_hash": None, "approved_by": None, "approved_at": None}
