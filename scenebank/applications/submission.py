"""Writing an application down: its key, its row, its consents."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert

from scenebank.applications.model import Choice, Status
from scenebank.applications.rows import dump, offer_json, schedule_json
from scenebank.clock import milliseconds
from scenebank.markets.model import Market
from scenebank.merchants.model import Mode
from scenebank.risk.assessment import assess
from scenebank.risk.signals import PURPOSE
from scenebank.sessions.model import Session
from scenebank.store.tables import applications, consents


def submission_key(secret: bytes, session: Session, product_id: str, attempt: int) -> str:
    """The one key of a submission, as a UUID: HMAC(merchant, mode, shopper, order, product, step, attempt)."""
    parts = (
        session.merchant_id, session.mode.value, session.shopper_ref, order_of(session), product_id, "apply",
        str(attempt),
    )  # fmt: skip
    message = "\n".join(f"{len(part)}:{part}" for part in parts)
    return str(uuid.UUID(bytes=hmac.digest(secret, message.encode(), hashlib.sha256)[:16], version=4))


def order_of(session: Session) -> str:
    """The shop's order; a session without one is its own."""
    return session.order_id or session.id


def open_order(merchant_id: str, mode: Mode, order_id: str) -> str:
    return f"{merchant_id}:{mode.value}:{order_id}"


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def new_id(prefix: str) -> str:
    """``app_…``: 128 random bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def insert_application(
    connection: Connection, session: Session, market: Market, choice: Choice, key: str, attempt: int, now: datetime
) -> str:
    """The rows of a new application in ``submitting``; its id."""
    application_id, now_ms = new_id("app"), milliseconds(now)
    document = _document(session, choice)
    connection.execute(insert(applications).values(
        id=application_id, submission_key=key, attempt=attempt, offer_id=choice.offer_id,
        market=market.code, locale=choice.locale,
        open_order=open_order(session.merchant_id, session.mode, order_of(session)),
        signals=_signals(session, choice),
        body_hash=text_hash(dump(document)), status=Status.SUBMITTING.value, sequence=1, bank_sequence=0,
        fulfilled_minor=0, cancelled_minor=0, refunded_minor=0, approved_minor=0, documents="[]", reasons="[]",
        created_at=now_ms, updated_at=now_ms, **_facts(session, choice), **_price(choice),
    ))  # fmt: skip
    for number, given in enumerate(choice.consents):
        connection.execute(insert(consents).values(
            id=f"con_{application_id[4:]}_{number}", application_id=application_id, purpose=given.purpose,
            receiver=given.receiver, text=given.text, text_hash=text_hash(given.text), locale=choice.locale,
            given_at=now_ms,
        ))  # fmt: skip
    return application_id


def _facts(session: Session, choice: Choice) -> dict[str, Any]:
    return {
        "merchant_id": session.merchant_id,
        "mode": session.mode.value,
        "session_id": session.id,
        "widget": choice.widget,
        "shopper_ref": session.shopper_ref,
        "order_id": order_of(session),
        "origin": session.origin,
        "return_url": session.return_url,
        "applicant": dump(asdict(choice.applicant)) if choice.applicant else None,
    }


def _signals(session: Session, choice: Choice) -> str | None:
    """What the shop says of its shopper, and what the bank's card makes of it now; nothing without the shopper's
    consent to this bank."""
    said, bank = session.signals, choice.offer.bank
    if said is None or not any((one.purpose, one.receiver) == (PURPOSE, bank.bank_id) for one in choice.consents):
        return None
    found = assess(bank.scorecard, said.values) if bank.scorecard is not None else None
    return dump({
        "values": dict(said.values), "version": said.consent_version, "assessment": asdict(found) if found else None,
    })  # fmt: skip


def _price(choice: Choice) -> dict[str, Any]:
    product, plan = choice.offer.product, choice.plan
    return {
        "bank_id": product.bank_id,
        "product_id": product.product_id,
        "product_version": product.version,
        "catalogue_version": choice.catalogue_version,
        "term": plan.term,
        "amount_minor": choice.offer.amount.minor,
        "currency": choice.offer.amount.currency,
        "offer": dump(offer_json(plan)),
        "schedule": dump(schedule_json(plan.schedule)),
    }


def _document(session: Session, choice: Choice) -> dict[str, Any]:
    """Everything the shopper agreed to: the same again is the same submission."""
    return {
        "facts": _facts(session, choice) | {"session_id": ""},
        "price": _price(choice),
        "consents": [asdict(given) for given in choice.consents],
        "signals": dict(session.signals.values) if session.signals else None,
    }


def same_body(row: RowMapping, session: Session, choice: Choice) -> bool:
    return hmac.compare_digest(row["body_hash"], text_hash(dump(_document(session, choice))))
