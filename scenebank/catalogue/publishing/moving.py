"""Every move of a revision, and the one way to become live: in a transaction that holds the audit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from scenebank.catalogue import store as versions
from scenebank.catalogue.documents import Document, parse_listed, version_of
from scenebank.catalogue.publishing import store
from scenebank.catalogue.publishing.audit import AuditChain, Head, Move, read_head
from scenebank.catalogue.publishing.model import Act, Revision, State, check_move
from scenebank.errors import InvalidInput

_NO_DETAIL: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Begun:
    """What a revision begins with."""

    bank_id: str
    product_id: str
    document: Document
    origin: str
    starts_at: int | None = None
    ends_at: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Mover:
    """``actor`` moves at ``now`` (ms); ``connection`` is a transaction that holds ``chain``."""

    connection: Connection
    chain: AuditChain
    actor: str
    now: int

    def begin(self, begun: Begun, act: Act = Act.DRAFT) -> Revision:
        """A new draft. :class:`InvalidInput` where the bank is not there."""
        if not versions.hold_bank(self.connection, begun.bank_id):
            raise InvalidInput.one("/bank_id", "unknown_bank", bank=begun.bank_id)
        last = read_head(self.connection)
        revision = store.insert_revision(self.connection, {
            "id": f"rev_{secrets.token_hex(10)}", "bank_id": begun.bank_id, "product_id": begun.product_id,
            "state": State.DRAFT, "edition": 1, "document": begun.document,
            "version": version_of(begun.document), "starts_at": begun.starts_at, "ends_at": begun.ends_at,
            "reason": begun.reason, "origin": begun.origin,
            "based_on": versions.live_version(self.connection, begun.bank_id, begun.product_id),
            "author": self.actor, "editors": (self.actor,), "created_at": self.now, "updated_at": self.now,
            "audit_number": last.number + 1,
        })  # fmt: skip
        self._note(last, revision, None, act, {"origin": begun.origin})
        return revision

    def move(self, revision: Revision, act: Act, detail: Mapping[str, Any] = _NO_DETAIL, **values: Any) -> Revision:
        """:class:`scenebank.catalogue.publishing.model.NotNow` where its state does not allow ``act``."""
        last = read_head(self.connection)
        known = {"state": check_move(revision, act), "updated_at": self.now, "audit_number": last.number + 1}
        moved = store.change(self.connection, revision, **known, **values)
        self._note(last, moved, revision.state, act, detail)
        return moved

    def put_live(self, revision: Revision, act: Act, detail: Mapping[str, Any] = _NO_DETAIL) -> Revision:
        """Shoppers see it from now on, and no more what they saw before. Nothing else makes anything live."""
        check_move(revision, act)
        product = parse_listed(revision.document)
        before = store.live(self.connection, revision.bank_id, revision.product_id)
        if before is not None:
            self.move(before, Act.SUPERSEDE, {"by": revision.id})
        versions.make_live(self.connection, product, revision.document, self.now)
        versions.raise_number(self.connection)
        return self.move(revision, act, detail, live_at=self.now)

    def put_unreviewed(self, begun: Begun) -> Revision:
        """What the house itself publishes."""
        return self.put_live(self.begin(begun), Act.SEED)

    def take_away(self, revision: Revision, act: Act, detail: Mapping[str, Any] = _NO_DETAIL) -> Revision:
        """Shoppers do not see the product any more."""
        moved = self.move(revision, act, detail)
        versions.withdraw(self.connection, revision.bank_id, revision.product_id)
        versions.raise_number(self.connection)
        return moved

    def _note(
        self, last: Head, moved: Revision, before: State | None, act: Act, detail: Mapping[str, Any]
    ) -> None:
        self.chain.append(self.connection, last, Move(moved, before, act, self.actor, self.now, detail))
