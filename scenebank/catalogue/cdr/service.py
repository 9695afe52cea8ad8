"""Importing, listing and mending what banks publish; publishing it is a matter of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial, wraps
from typing import ParamSpec

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from scenebank.catalogue.cdr import store
from scenebank.catalogue.cdr.fetching import PublicBank
from scenebank.catalogue.cdr.gathering import Found, local
from scenebank.catalogue.cdr.judging import Candidate, candidates
from scenebank.catalogue.cdr.listing import remote
from scenebank.catalogue.cdr.mending import new_mending
from scenebank.catalogue.cdr.model import Reason, Verdict
from scenebank.catalogue.cdr.reading import Unreadable
from scenebank.catalogue.cdr.reasons import reason
from scenebank.catalogue.cdr.store import Kept
from scenebank.catalogue.documents import IDENTIFIER
from scenebank.clock import Clock, milliseconds
from scenebank.errors import InvalidInput, NotFound
from scenebank.store.database import Database

_Given = ParamSpec("_Given")
_LONGEST_NAME, _LONGEST_WHY, _LONGEST_POINTER = 100, 500, 500


class Outcome(StrEnum):
    """What an import did with one source. ``kept``: it failed, and the last good copy stays."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True)
class Imported:
    """One source after an import. ``verdict`` and ``reasons`` are of what came now."""

    source: str
    bank_id: str | None
    product_id: str | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Change:
    """A value (JSON text) for a place of a product; None takes the member away."""

    pointer: str
    value: str | None


def _once_more(write: Callable[_Given, Imported]) -> Callable[_Given, Imported]:
    """Two imports of a new source at once: the second to write finds the first one's row with its next try."""

    @wraps(write)
    def tried(*given: _Given.args, **named: _Given.kwargs) -> Imported:
        try:
            return write(*given, **named)
        except IntegrityError:
            return write(*given, **named)

    return tried


class ImportService:
    """Each document in a transaction of its own: one that fails leaves the others, and its own last good copy."""

    def __init__(self, database: Database, clock: Clock, bank: PublicBank) -> None:
        self._database = database
        self._clock = clock
        self._bank = bank

    def run(self, sources: Sequence[str], bank_id: str | None) -> Iterator[Imported]:
        """Import files, folders and addresses, one result for each document. Everything of an address belongs to
        ``bank_id``; a file's bank is its brand's name where none is given."""
        if bank_id is None and any(_is_address(source) for source in sources):
            raise InvalidInput.one("bank", "import_bank")
        if bank_id is not None and not IDENTIFIER.fullmatch(bank_id):
            raise InvalidInput.one("bank", "bank_id")
        seen: dict[tuple[str, str], str] = {}
        for source in sources:
            named: set[str] = set()
            etag_of = partial(self._etag, bank_id)
            for found in remote(self._bank, source, etag_of) if _is_address(source) else local(source):
                if found.is_list:
                    yield from self._list(found, named)
                else:
                    named.add(found.source)
                    yield from self._document(found, bank_id, seen)

    def imported(self, verdict: Verdict | None = None) -> list[Kept]:
        """Everything on file."""
        with self._database.read() as connection:
            return store.read_all(connection, verdict)

    def mend(
        self, bank_id: str, product_id: str, changes: Sequence[Change], undone: Sequence[str], by: str, why: str
    ) -> Kept:
        """Put values at places of the bank's product, take the mendings at ``undone`` back, and judge it anew: all of
        it or nothing."""
        for name, text, most in (("by", by, _LONGEST_NAME), ("why", why, _LONGEST_WHY)):
            if not text.strip() or len(text) > most or not text.isprintable():
                raise InvalidInput.one(name, f"mending_{name}")
        with self._database.begin() as connection:
            kept = self._held(connection, bank_id, product_id)
            candidate = _candidate(kept)
            for pointer in undone:
                if not store.drop_mending(connection, bank_id, product_id, pointer):
                    raise NotFound(f"nothing was mended at {pointer}")
            for change in changes:
                if len(change.pointer) > _LONGEST_POINTER:
                    raise InvalidInput.one(change.pointer[:40], "mending_place")
                mending = new_mending(candidate.product, change.pointer, change.value, by, why, self._now_ms())
                store.save_mending(connection, bank_id, product_id, mending)
            judged = candidate.judged(store.read_mendings(connection, bank_id, product_id), self._clock.now())
            store.save_judged(connection, kept.source, judged, self._now_ms())
            return self._held(connection, bank_id, product_id)

    def _held(self, connection: Connection, bank_id: str, product_id: str) -> Kept:
        kept = store.hold_product(connection, bank_id, product_id)
        if kept is None:
            raise NotFound(f"no product {product_id} of {bank_id} was imported")
        return kept

    def _document(self, found: Found, bank_id: str | None, seen: dict[tuple[str, str], str]) -> Iterator[Imported]:
        if found.is_unchanged:
            yield self._same(found)
            return
        if found.octets is None:
            yield self._failed(found.source, found.reason or reason("no_product"))
            return
        try:
            products = candidates(found.octets, bank_id)
        except Unreadable as error:
            yield self._failed(found.source, error.reason)
            return
        for number, one in enumerate(products):
            source = found.source if len(products) == 1 else f"{found.source}#/data/products/{number}"
            if isinstance(one, Reason):
                yield self._failed(source, one)
            elif (first := seen.setdefault((one.bank_id, one.product_id), source)) != source:
                yield self._failed(source, reason("same_product_twice", found=one.product_id, expected=first))
            else:
                yield self._saved(source, one, found.etag)

    @_once_more
    def _saved(self, source: str, candidate: Candidate, etag: str | None) -> Imported:
        ids, now_ms = (candidate.bank_id, candidate.product_id), self._now_ms()
        with self._database.begin() as connection:
            before = store.read_source(connection, source)
            judged = candidate.judged(store.read_mendings(connection, *ids), self._clock.now())
            same = before is not None and _says(before) == (
                *ids, judged.verdict, judged.reasons, candidate.content_hash, judged.document
            )  # fmt: skip
            values = {
                **store.judgement(judged), "content_hash": candidate.content_hash, "etag": etag, "failure": None,
                "failed_at": None, "gone_at": None,
                "raw": before.raw if same and before else candidate.raw,
                "changed_at": before.changed_at if same and before else now_ms,
            }  # fmt: skip
            store.save(connection, source, ids, values)
        is_new = before is None or before.raw is None
        outcome = Outcome.UNCHANGED if same else Outcome.NEW if is_new else Outcome.CHANGED
        return Imported(source, *ids, judged.verdict, judged.reasons, outcome)

    def _same(self, found: Found) -> Imported:
        """The bank says that nothing has changed; what we hold is judged again, as the day may have."""
        with self._database.read() as connection:
            before = store.read_source(connection, found.source)
        if before is None or before.raw is None:
            return self._failed(found.source, reason("refused_status", found="304 for what we never had"))
        return self._saved(found.source, _candidate(before), found.etag)

    @_once_more
    def _failed(self, source: str, why: Reason) -> Imported:
        with self._database.begin() as connection:
            before = store.read_source(connection, source)
            if before is not None and before.raw is not None:
                if before.failure != why:
                    store.save_failure(connection, source, why, self._now_ms())
                return Imported(source, before.bank_id, before.product_id, Verdict.REJECTED, (why,), Outcome.KEPT)
            if before is None or before.reasons != (why,):
                store.save_rejected(connection, source, why, self._now_ms())
        return Imported(source, None, None, Verdict.REJECTED, (why,), Outcome.REFUSED)

    def _list(self, found: Found, named: set[str]) -> Iterator[Imported]:
        if found.reason is not None:
            yield Imported(found.source, None, None, Verdict.REJECTED, (found.reason,), Outcome.REFUSED)
            return
        with self._database.begin() as connection:
            gone = store.mark_gone(connection, f"{found.source}/", named, self._now_ms())
        for one in gone:
            yield Imported(one.source, one.bank_id, one.product_id, one.verdict, one.reasons, Outcome.GONE)

    def _etag(self, bank_id: str | None, source: str) -> str | None:
        with self._database.read() as connection:
            before = store.read_source(connection, source)
        return before.etag if before is not None and before.raw is not None and before.bank_id == bank_id else None

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())


def _is_address(source: str) -> bool:
    return source.startswith(("https://", "http://"))


def _candidate(kept: Kept) -> Candidate:
    """The bank's product as it stands on file."""
    (one,) = candidates((kept.raw or "").encode(), kept.bank_id)
    if isinstance(one, Reason):
        raise NotFound(f"{kept.source} holds no product: {one.words}")
    return one


def _says(kept: Kept) -> tuple[object, ...]:
    return kept.bank_id, kept.product_id, kept.verdict, kept.reasons, kept.content_hash, kept.document
