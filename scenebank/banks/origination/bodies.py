"""What is sent: the official document's own fields, and ours inside the objects it leaves free."""

from __future__ import annotations

from typing import Any

from scenebank.banks.port import Applicant, Context, Order
from scenebank.clock import rfc3339
from scenebank.markets.countries import three_letters


def apply_body(order: Order, shopper: str) -> dict[str, Any]:
    """``ApplyForBankAccountRequestV1``."""
    context = order.context
    product = {
        "productId": context.product_id,
        "personalLoan": {
            "loanPurpose": "GOODS",
            "repaymentType": "PRINCIPAL_AND_INTEREST",
            "term": order.term,
            "amount": context.amount.decimal,
        },
    }
    data: dict[str, Any] = {
        "referrer": {"holderSpecificDetails": _details(order, shopper)},
        "products": [product],
    }
    if order.applicant is not None:
        data["applicants"] = {"primary": _applicant(order.applicant, shopper)}
    return {"data": data, "meta": {}}


def _details(order: Order, shopper: str) -> dict[str, Any]:
    context = order.context
    details: dict[str, Any] = {
        "clientReference": order.key,
        "application": order.application_id,
        "merchant": {"id": context.merchant_id, "name": context.merchant_name},
        "order": context.order_id,
        "amount": context.amount.json(),
        "term": order.term,
        "productId": context.product_id,
        "catalogueVersion": context.catalogue_version,
        "market": order.market,
        "locale": order.locale,
        "returnUri": order.return_url,
        "shopper": shopper,
        "consents": [
            {"purpose": one.purpose, "textHash": one.text_hash, "givenAt": rfc3339(one.given_at)}
            for one in order.consents
        ],
    }
    return details | _signals(context)


def _signals(context: Context) -> dict[str, Any]:
    if context.signals is None or context.signals_version is None:
        return {}
    return {"signals": {**context.signals, "version": context.signals_version}}


def _applicant(applicant: Applicant, shopper: str) -> dict[str, Any]:
    country = {"country": three_letters(applicant.tax_country), "reasonForNoTin": "NOT_AVAILABLE"}
    return {
        "applicantId": shopper,
        "name": applicant.name,
        "email": applicant.email,
        "phone": applicant.phone,
        "address": applicant.address,
        "employment": applicant.employment,
        "taxRegistration": {"otherCountries": [country]},
    }
