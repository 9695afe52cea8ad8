"""The people who work on a catalogue, at work on one database."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scenebank.catalogue.publishing import store
from scenebank.catalogue.publishing.audit import AuditChain, read_head
from scenebank.catalogue.publishing.clockwork import Clockwork
from scenebank.catalogue.publishing.model import Act, Revision, State
from scenebank.catalogue.publishing.moving import Begun, Mover
from scenebank.catalogue.publishing.reading import PublishingRecords
from scenebank.catalogue.publishing.service import PublishingService, Wanted
from scenebank.catalogue.publishing.verification import AuditVerification, BadRow
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import HandClock, milliseconds
from scenebank.store.database import Database
from scenebank.store.tables import (
    banks,
    catalogue_audit,
    catalogue_audit_head,
    catalogue_version,
    import_mendings,
    imported_documents,
    metadata,
    product_revisions,
    product_versions,
    team_members,
)
from scenebank.team.model import Role
from scenebank.team.service import TeamService
from tests.support.catalogue import bank, product

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOUR_MS, DAY_MS = 3600 * 1000, 24 * 3600 * 1000
KEY = b"an audit's key"
# What leads to a state, from a draft on.
WAYS: dict[State, tuple[Act, ...]] = {
    State.DRAFT: (),
    State.IN_REVIEW: (Act.SUBMIT,),
    State.APPROVED: (Act.SUBMIT, Act.APPROVE),
    State.SCHEDULED: (Act.SUBMIT, Act.APPROVE, Act.SCHEDULE),
    State.LIVE: (Act.SUBMIT, Act.APPROVE, Act.PUBLISH),
    State.SUPERSEDED: (Act.SUBMIT, Act.APPROVE, Act.PUBLISH),
    State.WITHDRAWN: (Act.SUBMIT, Act.APPROVE, Act.PUBLISH, Act.WITHDRAW),
}
_TABLES = [
    banks, catalogue_version, product_versions, product_revisions, catalogue_audit, catalogue_audit_head, team_members,
    imported_documents, import_mendings,
]  # fmt: skip
_numbers = itertools.count()


@dataclass
class Office:
    """``eve`` edits, ``abe`` approves, ``pat`` publishes, ``ada`` is the admin; banks ``alpha`` and ``beta``."""

    database: Database
    clock: HandClock

    def __post_init__(self) -> None:
        self.chain = AuditChain(KEY)
        self.catalogue = CatalogueService(self.database, self.clock, self.chain)
        self.publishing = PublishingService(self.database, self.clock, self.chain)
        self.records = PublishingRecords(self.database)
        self.clockwork = Clockwork(self.database, self.clock, self.chain)
        self.audit = AuditVerification(self.database, self.chain)
        self.team = TeamService(self.database, self.clock, b"pepper")

    def settle_in(self) -> Office:
        metadata.create_all(self.database.engine, tables=_TABLES)
        for name in ("alpha", "beta"):
            self.catalogue.publish_bank(bank(name))
        people = (("eve", Role.EDITOR), ("abe", Role.APPROVER), ("pat", Role.PUBLISHER), ("ada", Role.ADMIN))
        for name, role in people:
            self.team.add(name, role, None)
        return self

    @property
    def now_ms(self) -> int:
        return milliseconds(self.clock.now())

    @property
    def moves(self) -> int:
        with self.database.read() as connection:
            return read_head(connection).number

    def live_rate(self, product_id: str) -> str | None:
        with self.database.read() as connection:
            found = store.live(connection, "alpha", product_id)
        return None if found is None else str(found.document["rate"]["value"])

    def bad(self) -> tuple[BadRow, ...]:
        return self.audit.run().bad

    def on_sale(self, rate: str = "0.0600") -> str:
        """A new product of alpha, published by the house; its id."""
        product_id = f"p{next(_numbers)}"
        self.catalogue.publish(product("alpha", product_id, rate))
        return product_id

    def draft(self, product_id: str, rate: str = "0.0580", **more: Any) -> Revision:
        """By eve."""
        return self.publishing.draft("eve", Wanted("alpha", product_id, product("alpha", product_id, rate), **more))

    def approved(self, product_id: str, rate: str = "0.0580", **more: Any) -> Revision:
        revision = self.draft(product_id, rate, **more)
        self.publishing.submit("eve", revision.id)
        return self.publishing.approve("abe", revision.id, revision.content_hash)

    def published(self, product_id: str, rate: str) -> Revision:
        return self.publishing.publish("pat", self.approved(product_id, rate).id)

    def revision_in(self, state: State, author: str, editor: str) -> Revision:
        """The one revision of a new product, in ``state``, written by ``author`` and edited by ``editor``, approved and
        published by ada; a superseded one has another in its place. As the rows would be, whoever may do what."""
        product_id = f"s{next(_numbers)}"
        with self.database.begin() as connection:
            self.chain.hold(connection)
            by = {name: Mover(connection, self.chain, name, self.now_ms) for name in (author, editor, "ada")}
            revision = by[author].begin(Begun("alpha", product_id, product("alpha", product_id), "written"))
            waits = state in (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED)
            changed: dict[str, Any] = {"edition": 2, "editors": tuple(sorted({author, editor}))}
            changed["starts_at"] = self.now_ms + (HOUR_MS if waits else 0)
            revision = by[editor].move(revision, Act.EDIT, **changed)
            for act in WAYS[state]:
                revision = _step(by["ada"], revision, act)
            if state is State.SUPERSEDED:
                other = by["ada"].put_unreviewed(
                    Begun("alpha", product_id, product("alpha", product_id, "0.0700"), "system")
                )
                assert other.state is State.LIVE
                revision = store.by_id(connection, revision.id) or revision
        assert revision.state is state
        return revision


def _step(mover: Mover, revision: Revision, act: Act) -> Revision:
    if act is Act.APPROVE:
        whole: dict[str, Any] = {"approved_hash": revision.content_hash, "approved_by": "ada", "approved_at": mover.now}
        return mover.move(revision, act, **whole)
    if act is Act.PUBLISH:
        return mover.put_live(revision, act)
    return mover.take_away(revision, act) if act is Act.WITHDRAW else mover.move(revision, act)


@contextmanager
def office(url: str) -> Iterator[Office]:
    """A new one."""
    database = Database(url)
    yield Office(database, HandClock(NOW)).settle_in()
    database.dispose()
