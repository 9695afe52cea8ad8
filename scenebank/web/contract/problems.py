"""Which problems an operation answers with: those of its door, its body and its key, and its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scenebank.catalogue.publishing.reading import NoMember
from scenebank.errors import Forbidden, InvalidInput, NotFound, ScenebankError, Unauthenticated
from scenebank.merchants.idempotency import KeyRequired, KeyReused, StillRunning
from scenebank.merchants.service import UnknownKey
from scenebank.web.api.doors import ModeMismatch
from scenebank.web.api.scopes import ScopeMissing
from scenebank.web.contract.operation import Door, Once, Operation

_MERCHANT: tuple[type[ScenebankError], ...] = (Unauthenticated, Forbidden, ScopeMissing)
_DOORS: dict[Door, tuple[type[ScenebankError], ...]] = {
    Door.MERCHANT: _MERCHANT, Door.OFFERS: (*_MERCHANT, ModeMismatch, UnknownKey), Door.PAGE: (UnknownKey,),
    Door.TEAM: (Unauthenticated, Forbidden, NoMember), Door.ANYBODY: (),
}  # fmt: skip
_ONCE: dict[Once, tuple[type[ScenebankError], ...]] = {
    Once.NO: (), Once.MAY: (KeyReused, StillRunning), Once.MUST: (KeyRequired, KeyReused, StillRunning),
}  # fmt: skip
WORDS = {
    400: "not to be read, or without the Idempotency-Key", 401: "no key, or not one that opens this",
    403: "the key may not do this", 404: "there is no such thing of yours", 405: "another method",
    409: "the state does not allow it now", 411: "a body without its length", 413: "the body is too large",
    422: "something that was sent is not what it must be", 429: "too many requests: wait as `Retry-After` says",
    451: "a rule of the market forbids to show it",
    500: "something went wrong on our side", 503: "not ready: ask again",
}  # fmt: skip


def problems_of(operation: Operation, has_path: bool) -> dict[int, list[str]]:
    """The codes by their status. Any request may be too many, or meet a fault of ours."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for status, code in _codes(operation, has_path):
        if code not in found[status]:
            found[status].append(code)
    return dict(sorted(found.items()))


def _codes(operation: Operation, has_path: bool) -> Iterator[tuple[int, str]]:
    errors: list[type[ScenebankError]] = [*_DOORS[operation.door], InvalidInput, *operation.refuses]
    errors += _ONCE[operation.once]
    yield from ((error.status, error.code) for error in errors)
    if operation.body is not None or operation.form is not None or operation.raw:
        yield from ((400, "bad_request"), (411, "length_required"), (413, "too_large"))
    if has_path:
        yield NotFound.status, "no_such_address"
    yield from ((429, "rate_limited"), (500, "internal"))
    for status, codes in operation.problems.items():
        yield from ((status, code) for code in codes)
