"""What team members see: their bank's revisions and moves, or, where they are the operator's, all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, RowMapping

from scenebank.catalogue import store as versions
from scenebank.catalogue.documents import parse_listed
from scenebank.catalogue.model import Listed
from scenebank.catalogue.publishing import store
from scenebank.catalogue.publishing.checks import problems_of
from scenebank.catalogue.publishing.difference import Step
from scenebank.catalogue.publishing.model import Revision, State
from scenebank.errors import FieldError, Forbidden, NotFound
from scenebank.exact_json import read_json
from scenebank.store.database import Database
from scenebank.team import store as team
from scenebank.team.model import Member

_Result = TypeVar("_Result")


class NoMember(Forbidden):
    """Nobody of this name works here."""

    code = "no_member"


class PublishingRecords:
    """``who`` is a team member's name. Another bank's is :class:`NotFound`, like what is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, who: str, revision_id: str) -> Revision:
        return self._read(who, lambda connection, member: visible(connection, member, revision_id))

    def page(
        self, who: str, bank_id: str | None, product_id: str | None, state: State | None, after: int | None, limit: int
    ) -> list[Revision]:
        """The newest first, behind the number ``after``."""

        def read(connection: Connection, member: Member) -> list[Revision]:
            _check_bank(member, bank_id)
            return store.page(connection, bank_id or member.bank_id, product_id, state, after, limit)

        return self._read(who, read)

    def history(self, who: str, bank_id: str, product_id: str) -> list[Revision]:
        """All of a product, the newest first; :class:`NotFound` where there are none."""

        def read(connection: Connection, member: Member) -> list[Revision]:
            found = store.history(connection, bank_id, product_id) if member.sees(bank_id) else []
            if not found:
                raise NotFound("no such product")
            return found

        return self._read(who, read)

    def moves(
        self, who: str, bank_id: str | None, product_id: str | None, after: int, limit: int
    ) -> list[RowMapping]:
        """Rows of the audit in order, behind the number ``after``."""

        def read(connection: Connection, member: Member) -> list[RowMapping]:
            _check_bank(member, bank_id)
            return store.audit_page(connection, bank_id or member.bank_id, product_id, after, limit)

        return self._read(who, read)

    def step(self, who: str, revision_id: str, against: str | None = None) -> Step:
        """What a revision changes: of what is live, or of the version ``against``."""

        def read(connection: Connection, member: Member) -> Step:
            revision = visible(connection, member, revision_id)
            ids = (revision.bank_id, revision.product_id)
            version = against or versions.live_version(connection, *ids)
            text = None if version is None else versions.read_version(connection, *ids, version)
            if against is not None and text is None:
                raise NotFound(f"there is no version {against[:64]}")
            return Step(version, None if text is None else read_json(text), revision)

        return self._read(who, read)

    def problems(self, who: str, revision_id: str) -> list[FieldError]:
        """Why it could not be submitted as it stands."""

        def read(connection: Connection, member: Member) -> list[FieldError]:
            revision = visible(connection, member, revision_id)
            return problems_of(revision, live_product(connection, revision))

        return self._read(who, read)

    def _read(self, who: str, read: Callable[[Connection, Member], _Result]) -> _Result:
        with self._database.read() as connection:
            return read(connection, working(connection, who))


def working(connection: Connection, who: str) -> Member:
    """:class:`NoMember` for nobody, or somebody let go."""
    found = team.by_name(connection, who)
    if found is None or found.ended_at is not None:
        raise NoMember(f"nobody who works here is called {who[:40]}")
    return found


def visible(connection: Connection, member: Member, revision_id: str) -> Revision:
    """:class:`NotFound`."""
    found = store.by_id(connection, revision_id)
    if found is None or not member.sees(found.bank_id):
        raise NotFound("no such revision")
    return found


def live_product(connection: Connection, revision: Revision) -> Listed | None:
    """What is live of the revision's product."""
    live = store.live(connection, revision.bank_id, revision.product_id)
    return None if live is None else parse_listed(live.document)


def _check_bank(member: Member, bank_id: str | None) -> None:
    if bank_id is not None and not member.sees(bank_id):
        raise NotFound("no such bank")
