"""Made-up products as banks publish them, of the fourth and the seventh generation; no bank of this name exists."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from scenebank.catalogue.cdr.judging import Candidate, candidates
from scenebank.catalogue.cdr.model import Judged

NOW = datetime(2026, 11, 24, tzinfo=UTC)
Product = dict[str, Any]
_LOAN_V4: Product = {
    "productId": "loan-1", "lastUpdated": "2026-10-01T09:00:00Z", "productCategory": "PERS_LOANS",
    "name": "Loan for a boat", "description": "Borrow for a boat.", "brand": "Example Bank", "isTailored": False,
    "effectiveFrom": "2026-01-01T00:00:00+10:00", "applicationUri": "https://bank.example/apply",
    "additionalInformation": {"termsUri": "https://bank.example/terms"},
    "features": [{"featureType": "REDRAW"}],
    "constraints": [
        {"constraintType": "MIN_LIMIT", "additionalValue": "2000.00"},
        {"constraintType": "MAX_LIMIT", "additionalValue": "50000.00"},
    ],
    "eligibility": [{"eligibilityType": "MIN_AGE", "additionalValue": "18"}],
    "fees": [
        {"name": "Establishment", "feeType": "UPFRONT", "amount": "150.00", "currency": "AUD"},
        {"name": "Abroad", "feeType": "TRANSACTION", "transactionRate": "0.03"},
        {"name": "Variation", "feeType": "VARIABLE"},
    ],
    "lendingRates": [{
        "lendingRateType": "FIXED", "rate": "0.0799", "comparisonRate": "0.0845", "calculationFrequency": "P1D",
        "applicationFrequency": "P1M", "repaymentType": "PRINCIPAL_AND_INTEREST",
        "tiers": [{"name": "Term", "unitOfMeasure": "MONTH", "minimumValue": 12, "maximumValue": 84}],
    }],
}  # fmt: skip
_PLAN_V7: Product = {
    "productId": "plan-1", "lastUpdated": "2026-10-01T09:00:00Z", "productCategory": "BUY_NOW_PAY_LATER",
    "name": "Pay in parts", "description": "Pay in parts.", "brand": "EXB", "brandName": "Example Bank",
    "brandGroup": "Example Group", "isTailored": False, "applicationUri": "https://bank.example/plan",
    "cardArt": [{"cardScheme": "VISA", "cardType": "CREDIT", "imageUri": "https://bank.example/card.png"}],
    "instalments": {
        "minimumSplit": 3, "maximumSplit": 12, "minimumPlanValue": "50.00", "maximumPlanValue": "3000.00",
        "maximumConcurrentPlans": 5, "instalmentsLimit": "5000.00",
    },
    "fees": [
        {"name": "Late", "feeType": "LATE_PAYMENT", "feeMethodUType": "fixedAmount", "fixedAmount": {"amount": "7"},
         "feeCap": "68.00", "feeCapPeriod": "P1Y"},
        {"name": "Abroad", "feeType": "TRANSACTION", "feeMethodUType": "rateBased",
         "rateBased": {"rateType": "TRANSACTION", "rate": "0.025", "amountRange": {"feeMinimum": "1.50"}},
         "discounts": [{"description": "Members", "discountType": "ELIGIBILITY_ONLY",
                        "discountMethodUType": "rateBased", "rateBased": {"rateType": "FEE", "rate": "1.0"},
                        "eligibility": [{"discountEligibilityType": "STAFF"}]}]},
        {"name": "Copy", "feeType": "ENQUIRY", "feeMethodUType": "variable",
         "variable": {"feeMinimum": "5.00", "feeMaximum": "20.00"}},
    ],
    "lendingRates": [{
        "lendingRateType": "VARIABLE", "rate": "0.1190", "applicationType": "PERIODIC",
        "repaymentType": "PRINCIPAL_AND_INTEREST", "loanPurpose": "UNCONSTRAINED",
        "applicabilityConditions": [{"rateApplicabilityType": "NEW_CUSTOMER"}],
        "tiers": [{"name": "Balance", "unitOfMeasure": "DOLLAR", "minimumValue": "0.00", "maximumValue": "3000.00",
                   "applicabilityConditions": [{"rateApplicabilityType": "ONLINE_ONLY"}]}],
    }],
}  # fmt: skip


def loan() -> Product:
    """A personal loan of the fourth generation, as it should be."""
    return copy.deepcopy(_LOAN_V4)


def plan() -> Product:
    """Instalments at the checkout, of the seventh generation, as they should be."""
    return copy.deepcopy(_PLAN_V7)


def put(product: Product, pointer: str, value: Any) -> Product:
    """The product with ``value`` at a place; ``...`` takes the member away."""
    *steps, last = pointer[1:].split("/")
    around: Any = product
    for step in steps:
        around = around[int(step)] if isinstance(around, list) else around[step]
    place: Any = int(last) if isinstance(around, list) else last
    if value is ...:
        del around[place]
    else:
        around[place] = value
    return product


def answer(product: Product) -> bytes:
    """As a bank answers."""
    return json.dumps({"data": product, "links": {"self": "https://bank.example"}, "meta": {}}).encode()


def candidate(octets: bytes) -> Candidate:
    (one,) = candidates(octets, None)
    assert isinstance(one, Candidate), one
    return one


def judged(octets: bytes, now: datetime = NOW) -> Judged:
    return candidate(octets).judged([], now)
