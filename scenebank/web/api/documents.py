"""JSON in and out: strict when read, money as minor units in a string when written."""

from __future__ import annotations

import json
from typing import Any

from flask import Request

from scenebank.applications.model import Application
from scenebank.clock import rfc3339
from scenebank.errors import InvalidInput


def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body; a name given twice, a fraction and half a character are refused."""
    try:
        document = json.loads(request.get_data(), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
        json.dumps(document, ensure_ascii=False).encode()  # half a character (a lone surrogate) is no text
    except (ValueError, RecursionError) as error:
        raise InvalidInput.one("", "malformed_json") from error
    if not isinstance(document, dict):
        raise InvalidInput.one("", "not_an_object")
    return document


def one_text(request: Request, name: str) -> str:
    """The one field of a small document."""
    document = read_object(request)
    value = document.get(name)
    if set(document) != {name} or not isinstance(value, str):
        raise InvalidInput.one(f"/{name}", "text")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name stands twice")
    return document


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no whole number")


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
