"""Sessions and launch requests as rows, and back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import RowMapping

from scenebank.clock import milliseconds, moment_of
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.sessions.model import Launch, Session, Signals
from scenebank.sessions.requests import SessionRequest


def request_document(request: SessionRequest) -> str:
    """What an opaque launch token stands for, as it is kept."""
    return json.dumps({
        "widgets": list(request.widgets),
        "origin": request.origin,
        "shopper": request.shopper_ref,
        "order": request.order_id,
        "amount": request.amount.json() if request.amount else None,
        "signals": _signals_json(request.signals),
        "return_url": request.return_url,
    })  # fmt: skip


def opaque_launch(row: RowMapping) -> Launch:
    document = json.loads(row["document"])
    return Launch(
        token_id=row["token_hash"],
        merchant_id=row["merchant_id"],
        mode=Mode(row["mode"]),
        widgets=tuple(document["widgets"]),
        origin=document["origin"],
        shopper_ref=document["shopper"],
        order_id=document["order"],
        amount=Money.from_json(document["amount"]) if document["amount"] else None,
        signals=_signals(document["signals"]),
        return_url=document["return_url"],
        issued_at=moment_of(row["created_at"]),
        expires_at=moment_of(row["expires_at"]),
    )


def session_row(session: Session) -> dict[str, Any]:
    signals, amount = _signals_json(session.signals), session.amount
    return {
        "id": session.id,
        "merchant_id": session.merchant_id,
        "mode": session.mode.value,
        "widget": session.widget,
        "origin": session.origin,
        "shopper_ref": session.shopper_ref,
        "order_id": session.order_id,
        "amount_minor": amount.minor if amount else None,
        "currency": amount.currency if amount else None,
        "signals": json.dumps(signals) if signals else None,
        "return_url": session.return_url,
        "catalogue_version": session.catalogue_version,
        "generation": session.generation,
        "expires_at": milliseconds(session.expires_at),
    }


def session_of(row: RowMapping) -> Session:
    amount = None if row["amount_minor"] is None else Money(row["amount_minor"], row["currency"])
    return Session(
        id=row["id"], merchant_id=row["merchant_id"], mode=Mode(row["mode"]), widget=row["widget"],
        origin=row["origin"], shopper_ref=row["shopper_ref"], order_id=row["order_id"], amount=amount,
        signals=_signals(json.loads(row["signals"])) if row["signals"] else None, return_url=row["return_url"],
        catalogue_version=row["catalogue_version"], generation=row["generation"],
        expires_at=moment_of(row["expires_at"]),
    )  # fmt: skip


def _signals_json(signals: Signals | None) -> dict[str, Any] | None:
    return {"values": dict(signals.values), "version": signals.consent_version} if signals else None


def _signals(document: dict[str, Any] | None) -> Signals | None:
    return Signals(document["values"], document["version"]) if document else None
