"""What stands in the ledger, and the words of its proofs (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scenebank.errors import NotFound


class Kind(StrEnum):
    """What an entry records."""

    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    APPLICATION_MOVED = "application_moved"


@dataclass(frozen=True)
class Entry:
    """One thing that happened to one application. ``facts`` say what is the same for all its entries (market, bank,
    product, amount), ``told`` what is this one's own; nothing personal in either."""

    kind: Kind
    application_id: str
    merchant_id: str
    mode: str
    at: str
    facts: Mapping[str, Any]
    told: Mapping[str, Any]

    def leaf(self, receipt_id: str, salt: str) -> str:
        """The canonical document (RFC 8785) whose bytes are hashed. The salt keeps a hash from being guessed."""
        return canonical({
            "v": 1, "receipt": receipt_id, "salt": salt, "kind": self.kind.value, "application": self.application_id,
            "merchant": self.merchant_id, "mode": self.mode, "at": self.at, **self.facts, **self.told,
        })  # fmt: skip


def canonical(document: Mapping[str, Any]) -> str:
    """JSON with one spelling only: names sorted, no spaces, no escapes but those JSON needs."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Receipt:
    """An entry as it stands in the ledger; ``position`` counts from 0, None while it is being sealed."""

    id: str
    application_id: str
    leaf: str
    position: int | None

    @property
    def facts(self) -> Mapping[str, Any]:
        document: dict[str, Any] = json.loads(self.leaf)
        return document


@dataclass(frozen=True)
class Head:
    """The whole ledger at one size, signed: ``statement`` is a compact JWS (RFC 7515), ``root`` 32 bytes."""

    size: int
    root: bytes
    at_ms: int
    statement: str


@dataclass(frozen=True)
class Inclusion:
    """That an entry stands at ``position`` of the ledger of ``head``: hashes from the leaf upwards (RFC 9162)."""

    position: int
    head: Head
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Consistency:
    """That the ledger of ``first`` is the beginning of that of ``second``."""

    first: Head
    second: Head
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class BadRow:
    """The first row that is not as it was: ``table`` and ``row`` name it, ``problem`` says what is wrong."""

    table: str
    row: int
    problem: str


class NoSuchReceipt(NotFound):
    """Unknown and malformed ids alike."""

    code = "no_such_receipt"


class NoSuchHead(NotFound):
    """The ledger never had a head of this size."""

    code = "no_such_head"


class LedgerBroken(Exception):
    """The rows do not lead to the head that was signed: nothing more is signed until an operator has looked."""
