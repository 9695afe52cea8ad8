"""What people do with revisions: one transaction each, whoever acts is looked up inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from scenebank.catalogue import store as versions
from scenebank.catalogue.cdr.store import hold_product
from scenebank.catalogue.documents import IDENTIFIER, version_of
from scenebank.catalogue.publishing import store
from scenebank.catalogue.publishing.audit import AuditChain
from scenebank.catalogue.publishing.checks import document_problems, problems_of
from scenebank.catalogue.publishing.difference import changed_fields
from scenebank.catalogue.publishing.imported import document_of
from scenebank.catalogue.publishing.model import (
    Act,
    ContentChanged,
    LiveMoved,
    NotApproved,
    NothingBefore,
    NothingLive,
    OtherTime,
    Revision,
    check_eyes,
    check_move,
)
from scenebank.catalogue.publishing.moving import Begun, Mover
from scenebank.catalogue.publishing.reading import live_product, visible, working
from scenebank.catalogue.publishing.roles import check_role
from scenebank.clock import Clock, instant, milliseconds
from scenebank.errors import InvalidInput, NotFound
from scenebank.store.database import Database

NONE = "none"  # as the version that is live where nothing is
ALONE_MS = 30 * 24 * 3600 * 1000  # for so long after its approval one person may go back to a version
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Wanted:
    """A new draft: ``document``, or with ``source`` a copy of what is ``live`` or was ``imported``."""

    bank_id: str
    product_id: str
    document: Mapping[str, Any] | None = None
    source: str | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    reason: str | None = None


class PublishingService:
    """``who`` is a team member's name. A product of another bank is :class:`NotFound`, like one that is not there."""

    def __init__(self, database: Database, clock: Clock, chain: AuditChain) -> None:
        self._database = database
        self._clock = clock
        self._chain = chain

    def draft(self, who: str, wanted: Wanted) -> Revision:
        """:class:`InvalidInput` for a bank that is not there or a document of another product."""

        def act(mover: Mover) -> Revision:
            self._allow(mover.connection, who, Act.DRAFT, wanted.bank_id)
            document = dict(_source_of(mover.connection, wanted))
            document |= {"bank_id": wanted.bank_id, "product_id": wanted.product_id}
            _check_reason(wanted.reason, needed=False)
            origin = "imported" if wanted.source == "imported" else "written"
            return mover.begin(Begun(
                wanted.bank_id, wanted.product_id, document, origin, wanted.starts_at, wanted.ends_at, wanted.reason
            ))  # fmt: skip

        if not IDENTIFIER.fullmatch(wanted.product_id):
            raise InvalidInput.one("/product_id", "product_product_id")
        return self._moved(who, act)

    def edit(self, who: str, revision_id: str, changes: Mapping[str, Any], seen: str | None = None) -> Revision:
        """``changes`` of ``document``, ``starts_at``, ``ends_at`` and ``reason``; whatever was approved is not any
        more. ``seen`` is the content hash the editor had before him: :class:`ContentChanged` where it is another."""

        def act(mover: Mover) -> Revision:
            revision = self._held(mover.connection, who, Act.EDIT, revision_id, seen)
            check_move(revision, Act.EDIT)
            values = dict(changes)
            if not values:
                raise InvalidInput.one("", "edit_nothing")
            _check_reason(values.get("reason"), needed=False)
            detail: dict[str, Any] = {
                name: [instant(getattr(revision, name)), instant(values[name])]
                for name in ("starts_at", "ends_at") if name in values
            }  # fmt: skip
            if "document" in values:
                values |= _new_document(revision, values["document"])
                detail["fields"] = changed_fields(revision.document, values["document"])
            values["based_on"] = versions.live_version(mover.connection, revision.bank_id, revision.product_id)
            return mover.move(
                revision, Act.EDIT, detail, **values, edition=revision.edition + 1, approved_hash=None,
                approved_by=None, approved_at=None, editors=tuple(sorted({*revision.editors, who})),
            )  # fmt: skip

        return self._moved(who, act)

    def submit(self, who: str, revision_id: str) -> Revision:
        """:class:`InvalidInput` names all that is wrong with it."""

        def act(mover: Mover) -> Revision:
            revision = self._held(mover.connection, who, Act.SUBMIT, revision_id)
            check_move(revision, Act.SUBMIT)
            problems = problems_of(revision, live_product(mover.connection, revision))
            if problems:
                raise InvalidInput(problems)
            return mover.move(revision, Act.SUBMIT)

        return self._moved(who, act)

    def approve(self, who: str, revision_id: str, seen: str | None = None) -> Revision:
        """Of exactly what stands there: ``seen`` is its content hash as the approver had it before him."""

        def act(mover: Mover) -> Revision:
            revision = self._held(mover.connection, who, Act.APPROVE, revision_id, seen)
            check_move(revision, Act.APPROVE)
            check_eyes(revision, who)
            return mover.move(
                revision, Act.APPROVE, approved_hash=revision.content_hash, approved_by=who, approved_at=mover.now
            )

        return self._moved(who, act)

    def reject(self, who: str, revision_id: str, reason: str) -> Revision:
        """Back to the draft, with what is to be changed."""

        def act(mover: Mover) -> Revision:
            revision = self._held(mover.connection, who, Act.REJECT, revision_id)
            check_move(revision, Act.REJECT)
            _check_reason(reason, needed=True)
            return mover.move(
                revision, Act.REJECT, {"reason": reason}, approved_hash=None, approved_by=None, approved_at=None
            )

        return self._moved(who, act)

    def schedule(self, who: str, revision_id: str, at: int | None = None) -> Revision:
        """It goes live at ``at`` (ms), or at the time it was approved for: that one binds where it was approved with
        one. :class:`OtherTime`."""

        def act(mover: Mover) -> Revision:
            revision = self._held(mover.connection, who, Act.SCHEDULE, revision_id)
            check_move(revision, Act.SCHEDULE)
            self._check_approved(revision)
            starts_at = _start(revision, at, mover.now)
            if revision.starts_at is not None:
                return mover.move(revision, Act.SCHEDULE, {"at": instant(starts_at)})
            return _approved_for(mover, revision, starts_at)

        return self._moved(who, act)

    def publish(self, who: str, revision_id: str, replaces: str | None = None) -> Revision:
        """Live now, in place of the version ``replaces`` (or ``"none"``): that which was live when it was drafted,
        where none is named. :class:`NotApproved`, :class:`OtherTime`, :class:`LiveMoved`."""

        def act(mover: Mover) -> Revision:
            revision = self._held(mover.connection, who, Act.PUBLISH, revision_id)
            check_move(revision, Act.PUBLISH)
            self._check_approved(revision)
            _check_open(revision, mover.now)
            live = versions.live_version(mover.connection, revision.bank_id, revision.product_id) or NONE
            expected = replaces or revision.based_on or NONE
            if live != expected:
                raise LiveMoved(
                    f"{live} is live, and the revision was to take the place of {expected}: look at the difference"
                    f" again, then edit it or publish it in place of {live}"
                )
            return mover.put_live(revision, Act.PUBLISH, {"replaces": live})

        return self._moved(who, act)

    def rollback(self, who: str, bank_id: str, product_id: str, version: str | None, reason: str) -> Revision:
        """To the version that was live before, or to ``version``. At once, where something is live, and the version
        was approved in the last 30 days and may still be sold; else it waits for an approval like any other."""

        def act(mover: Mover) -> Revision:
            self._allow(mover.connection, who, Act.ROLLBACK, bank_id)
            _check_reason(reason, needed=True)
            before = store.sold_before(mover.connection, bank_id, product_id, version)
            live = store.live(mover.connection, bank_id, product_id)
            if before is None or (live is not None and live.version == before.version):
                raise NothingBefore(
                    f"{bank_id}/{product_id} has no {version or 'other version'} that was live before: see its history"
                )
            if version_of(before.document) != before.version:
                raise NotApproved("what stands there is not what was sold: see `catalogue audit verify`")
            over = before.ends_at is not None and before.ends_at <= mover.now
            begun = mover.begin(Begun(
                bank_id, product_id, before.document, "rollback", None, None if over else before.ends_at, reason
            ))  # fmt: skip
            approved = store.last_approval(mover.connection, bank_id, product_id, before.version)
            detail = {"restores": before.id, "reason": reason}
            if live is None or over or approved is None or approved < mover.now - ALONE_MS:
                return mover.move(begun, Act.SUBMIT, detail)
            return mover.put_live(begun, Act.ROLLBACK, detail)

        return self._moved(who, act)

    def withdraw(self, who: str, bank_id: str, product_id: str, reason: str) -> Revision:
        """No more of it is sold from now on, and nothing that is scheduled for it starts by itself."""

        def act(mover: Mover) -> Revision:
            self._allow(mover.connection, who, Act.WITHDRAW, bank_id)
            _check_reason(reason, needed=True)
            revision = store.live(mover.connection, bank_id, product_id)
            waiting = store.waiting(mover.connection, bank_id, product_id)
            if revision is None and not waiting:
                raise NothingLive(f"nothing of {bank_id}/{product_id} is live or scheduled")
            held = [mover.move(one, Act.HOLD, {"reason": reason}) for one in waiting]
            return held[-1] if revision is None else mover.take_away(revision, Act.WITHDRAW, {"reason": reason})

        return self._moved(who, act)

    def _allow(self, connection: Connection, who: str, act: Act, bank_id: str) -> None:
        member = working(connection, who)
        if not member.sees(bank_id):
            raise NotFound("no such product")
        check_role(member, act)

    def _held(
        self, connection: Connection, who: str, act: Act, revision_id: str, seen: str | None = None
    ) -> Revision:
        member = working(connection, who)
        revision = visible(connection, member, revision_id)
        check_role(member, act)
        if seen is not None and seen != revision.content_hash:
            raise ContentChanged("it was changed after it was read: read it again, and look at the difference")
        return revision

    def _check_approved(self, revision: Revision) -> None:
        if not revision.is_approved:
            raise NotApproved("what stands there is not what was approved: edit it, and have it approved")

    def _moved(self, who: str, act: Callable[[Mover], Revision]) -> Revision:
        with self._database.begin() as connection:
            self._chain.hold(connection)
            return act(Mover(connection, self._chain, who, milliseconds(self._clock.now())))


def _source_of(connection: Connection, wanted: Wanted) -> Mapping[str, Any]:
    if wanted.source == "live":
        live = store.live(connection, wanted.bank_id, wanted.product_id)
        if live is None:
            raise NothingLive(f"nothing of {wanted.bank_id}/{wanted.product_id} is live: write the document")
        return live.document
    if wanted.source == "imported":
        return document_of(hold_product(connection, wanted.bank_id, wanted.product_id))
    document = wanted.document or {}
    problems = document_problems(document, wanted.bank_id, wanted.product_id)
    if problems:
        raise InvalidInput(problems)
    return document


def _new_document(revision: Revision, document: Mapping[str, Any]) -> dict[str, Any]:
    problems = document_problems(document, revision.bank_id, revision.product_id)
    if problems:
        raise InvalidInput(problems)
    whole = {**document, "bank_id": revision.bank_id, "product_id": revision.product_id}
    return {"document": whole, "version": version_of(whole)}


def _start(revision: Revision, at: int | None, now: int) -> int:
    if at is not None and revision.starts_at is not None and at != revision.starts_at:
        raise OtherTime(f"it was approved for {instant(revision.starts_at)}: another time needs an edit, and approval")
    starts_at = revision.starts_at if at is None else at
    if starts_at is None:
        raise InvalidInput.one("/at", "schedule_when")
    if starts_at <= now:
        raise InvalidInput.one("/at", "schedule_past")
    if revision.ends_at is not None and revision.ends_at <= starts_at:
        raise InvalidInput.one("/at", "ends_before_start")
    return starts_at


def _approved_for(mover: Mover, revision: Revision, starts_at: int) -> Revision:
    """An approval without a time is for any: the time the publisher takes becomes part of what is approved."""
    timed = store.change(mover.connection, revision, starts_at=starts_at)
    return mover.move(timed, Act.SCHEDULE, {"at": instant(starts_at)}, approved_hash=timed.content_hash)


def _check_open(revision: Revision, now: int) -> None:
    if revision.starts_at is not None and now < revision.starts_at:
        raise OtherTime(f"it was approved for {instant(revision.starts_at)}: schedule it, or wait")
    if revision.ends_at is not None and revision.ends_at <= now:
        raise OtherTime(f"its time was over at {instant(revision.ends_at)}: edit it, and have it approved")


def _check_reason(reason: object, needed: bool) -> None:
    if reason is None and not needed:
        return
    if not isinstance(reason, str) or not reason.strip() or len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise InvalidInput.one("/reason", "publishing_reason")
