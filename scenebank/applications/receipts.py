"""What the ledger hears of applications: every consent given or withdrawn, every move. Called where the rows are
written, in the same transaction; nothing personal goes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping

from scenebank.clock import moment_of, rfc3339
from scenebank.money.model import Money
from scenebank.receipts.append import append
from scenebank.receipts.model import Entry, Kind

COUNTER_OFFER = "accept_offer"


class _Given(Protocol):
    """A consent's row, or what would be one."""

    def __getitem__(self, name: str, /) -> Any: ...


def moved(connection: Connection, row: RowMapping, before: str | None, cause: str, at_ms: int) -> None:
    """``row`` as it is now; ``before`` None where it is new."""
    move = {"from": before, "to": row["status"], "cause": cause, "sequence": row["sequence"]}
    _append(connection, Kind.APPLICATION_MOVED, row, at_ms, {"move": move})


def consent_given(connection: Connection, row: RowMapping, consent: _Given) -> None:
    _append(connection, Kind.CONSENT_GIVEN, row, consent["given_at"], {"consent": _consent(consent)})


def consent_withdrawn(connection: Connection, row: RowMapping, consent: _Given, at_ms: int) -> None:
    _append(connection, Kind.CONSENT_WITHDRAWN, row, at_ms, {"consent": _consent(consent)})


def counter_offer_accepted(connection: Connection, row: RowMapping, evidence: Mapping[str, Any]) -> None:
    """The shopper agreed to an offer of the bank's, with the exact text shown."""
    given = {"purpose": COUNTER_OFFER, "receiver": row["bank_id"], "locale": row["locale"], **evidence}
    _append(connection, Kind.CONSENT_GIVEN, row, evidence["given_at"], {"consent": _consent(given)})


def _consent(consent: _Given) -> dict[str, str]:
    return {name: consent[name] for name in ("purpose", "receiver", "text_hash", "locale")}


def _append(connection: Connection, kind: Kind, row: RowMapping, at_ms: int, told: Mapping[str, Any]) -> None:
    facts = {
        "market": row["market"], "bank": row["bank_id"], "product": row["product_id"],
        "amount": Money(row["amount_minor"], row["currency"]).json(),
    }  # fmt: skip
    append(connection, Entry(kind, row["id"], row["merchant_id"], row["mode"], rfc3339(moment_of(at_ms)), facts, told))
