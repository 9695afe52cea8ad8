"""The way to the bank's own page: a handle that works once, for a minute, so that the bank's address, which may hold
a secret of the bank's, never stands in a page."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import insert

from scenebank.applications import store
from scenebank.applications.model import Application, NextStep, Status
from scenebank.applications.rows import to_application
from scenebank.clock import Clock, milliseconds
from scenebank.errors import Conflict, NotFound
from scenebank.sessions.model import Session
from scenebank.store.database import Database
from scenebank.store.tables import bank_handles

_LIFE_MS = 60_000
_PAGE_STEPS = frozenset({NextStep.REDIRECT, NextStep.DOCUMENTS})


class NoBankPage(Conflict):
    """The bank has no page for the shopper at this moment."""

    code = "no_bank_page"


class HandleUnknown(NotFound):
    """Nobody made this handle."""


class HandleSpent(Conflict):
    """The handle was used, or its minute is over."""

    code = "handle_spent"


def has_bank_page(application: Application) -> bool:
    """Whether something waits for the shopper on the bank's own page."""
    if application.withdrawing:
        return False
    if application.status is Status.OFFERED:
        return True
    return application.status is Status.ACTION_REQUIRED and application.next_step in _PAGE_STEPS


class BankPages:
    """Makes and redeems handles; only the handle's hash is kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, session: Session, application_id: str) -> str:
        """A new handle; :class:`NoBankPage` when the bank does not wait for the shopper."""
        handle = secrets.token_urlsafe(32)
        with self._database.begin() as connection:
            row = store.find(connection, session.merchant_id, session.mode.value, application_id)
            if row is None or row["shopper_ref"] != session.shopper_ref:
                raise NotFound("no such application")
            if not row["redirect_url"] or row["withdrawing"]:
                raise NoBankPage
            now_ms = milliseconds(self._clock.now())
            if session.return_url is not None:  # the way back is to where this shopper comes from now
                store.return_to(connection, application_id, session.return_url)
            connection.execute(insert(bank_handles).values(
                handle_hash=_hash(handle), application_id=application_id, expires_at=now_ms + _LIFE_MS
            ))  # fmt: skip
        return handle

    def redeem(self, handle: str) -> str:
        """The bank's address; :class:`HandleUnknown`, :class:`HandleSpent` or :class:`NoBankPage`."""
        with self._database.begin() as connection:
            good = store.redeem_handle(connection, _hash(handle), milliseconds(self._clock.now()))
            application_id = store.handle_application(connection, _hash(handle))
            if application_id is None:
                raise HandleUnknown("no such handle")
            if not good:
                raise HandleSpent
            application = store.by_id(connection, application_id)
            if application is None or not application["redirect_url"] or application["withdrawing"]:
                raise NoBankPage
            return str(application["redirect_url"])

    def application_of(self, handle: str) -> Application | None:
        """What a handle was made for, spent or not; None for one nobody made."""
        with self._database.read() as connection:
            application_id = store.handle_application(connection, _hash(handle))
            row = store.by_id(connection, application_id) if application_id else None
        return to_application(row) if row is not None else None

    def moved(self, bank_id: str, before: str, after: str) -> None:
        """The bank's pages stand at another origin now, with the same paths: lead there."""
        with self._database.begin() as connection:
            store.move_bank_pages(connection, bank_id, before, after)


def _hash(handle: str) -> str:
    return hashlib.sha256(handle.encode()).hexdigest()
