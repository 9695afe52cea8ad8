"""What the bank answers: the official document, and under ``meta.scenebank`` what it has no place for."""

from __future__ import annotations

import json
from typing import Any

from sandbox_bank.applications import ENDED, WAITING, Application
from sandbox_bank.products import PRODUCTS
from sandbox_bank.schedule import rows
from sandbox_bank.stages import OFFICIAL

_REASONS = {"income_too_low": "The income stated does not carry this instalment."}


def application_answer(application: Application, base: str, self_link: str) -> dict[str, Any]:
    """``ApplyForBankAccountResponseV1``; ``base`` is the bank's address."""
    status, next_step = OFFICIAL[application.stage]
    data: dict[str, Any] = {"applicationStatus": status, "applicationId": application.id, "nextStep": next_step}
    if application.stage in WAITING:
        data["redirectUri"] = f"{base}/sign/{application.page}"
    if application.stage == "REJECTED":
        data["rejectionReasons"] = [_rejection(application.reason or "")]
    return {"data": data, "links": {"self": self_link}, "meta": {"scenebank": _ours(application)}}


def schedule_answer(application: Application, self_link: str) -> dict[str, Any]:
    """What is owed after everything that was cancelled and refunded."""
    product = PRODUCTS[application.bank_id, application.product_id]
    agreed = 0 if application.stage in ENDED else application.agreed
    financed = (application.approved or agreed) - application.cancelled - application.refunded
    made = rows(product, financed, application.term)
    payable = sum(int(row["payment"]) for row in made)
    data = {
        "financed": _money(application, financed),
        "totalPayable": _money(application, payable),
        "totalCost": _money(application, payable - financed),
        "rows": made,
    }
    meta = {"scenebank": {"clientReference": application.client_reference}}
    return {"data": data, "links": {"self": self_link}, "meta": meta}


def scheme_answer(scheme_id: str, self_link: str) -> dict[str, Any]:
    """``OriginationSchemeResponseV1``: what an application must, may and must not hold."""
    required, no = {"requirement": "REQUIRED"}, {"requirement": "NOT_SUPPORTED"}
    needs = {
        "referrer": required,
        "applicants": {"requirement": "OPTIONAL"},
        "products": required,
        "income": no,
        "expenses": no,
        "assets": no,
        "liabilities": no,
    }
    data = {
        "schemeUType": "cdrApplyForBankAccountV1",
        "cdrApplyForBankAccountV1": {"version": "1", "minVersion": "1", "dataRequirements": {"v1": needs}},
    }
    return {"data": data, "links": {"self": self_link}, "meta": {"scenebank": {"schemeId": scheme_id}}}


def record(application: Application) -> dict[str, Any]:
    """All the bank knows, for those who try things out."""
    return {
        "applicationId": application.id,
        "bank": application.bank_id,
        "clientReference": application.client_reference,
        "stage": application.stage,
        "sequence": application.sequence,
        "changedAt": application.changed_at,
        "productId": application.product_id,
        "amount": _money(application, application.amount),
        "agreed": _money(application, application.agreed),
        "term": application.term,
        "ledger": _ledger(application),
        "document": application.statement,
        "claims": json.loads(application.claims),
        "body": json.loads(application.body),
    }


def _ours(application: Application) -> dict[str, Any]:
    ours: dict[str, Any] = {
        "clientReference": application.client_reference,
        "productId": application.product_id,
        "amount": _money(application, application.amount),
        "term": application.term,
        "sequence": application.sequence,
        "changedAt": application.changed_at,
        "stage": application.stage,
        "ledger": _ledger(application),
    }
    if application.stage == "COUNTER_OFFER":
        ours["counterOffer"] = {
            "offerId": application.offer_id,
            "amount": _money(application, application.offer_amount or 0),
            "term": application.term,
        }
    if application.stage == "DOCUMENTS":
        ours["documents"] = ["income_proof"]
    if application.stage == "REJECTED":
        ours["reasonCodes"] = [application.reason]
    return ours


def _ledger(application: Application) -> dict[str, dict[str, str]]:
    names = ("approved", "fulfilled", "cancelled", "refunded")
    return {name: _money(application, getattr(application, name)) for name in names}


def _rejection(reason: str) -> dict[str, Any]:
    return {"code": "NOT_ELIGIBLE", "message": _REASONS.get(reason, reason), "detail": {"reason": reason}}


def _money(application: Application, minor: int) -> dict[str, str]:
    return {"amount": str(minor), "currency": application.currency}
