"""JSON in and out: strict when read, money as minor units in a string when written."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Request

from scenebank.applications.model import Application
from scenebank.clock import moment_of, rfc3339
from scenebank.errors import InvalidInput, escaped
from scenebank.jose.strict_json import NotAnObject, strict_object


def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body; a name given twice, a fraction and half a character are refused."""
    raw = request.get_data()
    try:
        return strict_object(raw)
    except NotAnObject as error:
        raise InvalidInput.one("", "not_an_object") from error
    except ValueError as error:
        raise InvalidInput.one("", "malformed_json") from error


def read_fields(request: Request, known: Collection[str]) -> dict[str, Any]:
    """Like :func:`read_object`, none for no body at all; a field that is not ``known`` is refused."""
    document = read_object(request) if request.get_data() else {}
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise InvalidInput.one(f"/{escaped(unknown[0])}", "unknown_field")
    return document


def instant(milliseconds: int) -> str:
    """Milliseconds since 1970 as RFC 3339."""
    return rfc3339(moment_of(milliseconds))


def one_text(request: Request, name: str) -> str:
    """The one field of a small document."""
    document = read_object(request)
    value = document.get(name)
    if set(document) != {name} or not isinstance(value, str):
        raise InvalidInput.one(f"/{name}", "text")
    return value



def application_json(application: Application, bank_name: str) -> dict[str, Any]:
    """One application for the shop's back office; nothing personal."""
    ledger = application.ledger
    return {
        "id": application.id,
        "order": application.order_id,
        "status": application.status.value,
        "sequence": application.sequence,
        "bank": {"id": application.bank_id, "name": bank_name},
        "product": application.product_id,
        "term": application.term,
        "amount": application.amount.json(),
        "financed": ledger.financed.json(),
        **ledger.json(),
        "annual_rate": application.annual_rate,
        "schedule": [row.json() for row in application.schedule.rows],
        "reasons": list(application.reasons),
        "created_at": rfc3339(application.created_at),
        "updated_at": rfc3339(application.updated_at),
    }
