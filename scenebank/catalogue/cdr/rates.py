"""Lending and deposit rates."""

from __future__ import annotations

from decimal import Decimal

from scenebank.catalogue.cdr import words
from scenebank.catalogue.cdr.figures import (
    DEPOSIT_MOST,
    DISCOUNT_MOST,
    LENDING_MOST,
    annual_rate,
    comparison_rate,
    plain,
    rate_json,
)
from scenebank.catalogue.cdr.part import Part
from scenebank.catalogue.cdr.texts import duration
from scenebank.catalogue.cdr.tiers import Entry, conditions, texts_of, tiers
from scenebank.money.model import RateBasis


def lending_rates(product: Part, is_new: bool) -> list[Entry]:
    """``[{type, rate, comparison_rate, repayment, purpose, due, …}]``; ``is_new``: a generation after V4."""
    return [_lending(part, is_new) for part in product.parts("lendingRates")]


def deposit_rates(product: Part, is_new: bool) -> list[Entry]:
    """``[{type, rate, term, pays, …}]``: ``term`` where the rate is for a fixed one."""
    return [_deposit(part, is_new) for part in product.parts("depositRates")]


def _lending(part: Part, is_new: bool) -> Entry:
    kind = part.choice("lendingRateType", words.LENDING_RATES)
    most = DISCOUNT_MOST if kind in words.DISCOUNT_RATES else LENDING_MOST
    rate = annual_rate(part, "rate", most, kind in words.MAY_BE_NEGATIVE)
    comparison = comparison_rate(part, None if kind in words.MAY_BE_NEGATIVE else rate)
    if rate is not None and comparison is None and kind not in words.MAY_BE_NEGATIVE:
        part.tell("no_comparison_rate", "comparisonRate")
    return {
        "type": kind,
        "rate": rate_json(rate),
        "comparison_rate": _comparison(comparison),
        "repayment": part.choice("repaymentType", words.REPAYMENTS, required=is_new),
        "purpose": part.choice("loanPurpose", words.PURPOSES, required=is_new),
        "due": part.choice("interestPaymentDue", words.DUE, required=False),
    } | _common(part, is_new)


def _deposit(part: Part, is_new: bool) -> Entry:
    kind = part.choice("depositRateType", words.DEPOSIT_RATES)
    rate = annual_rate(part, "rate", DEPOSIT_MOST, kind == "market_linked")
    entry = {"type": kind, "rate": rate_json(rate)} | _common(part, is_new)
    value = entry["value"]
    return entry | {"term": duration(value) if isinstance(value, str) and kind == "fixed" else None}


def _comparison(value: Decimal | None) -> Entry | None:
    return None if value is None else {"value": plain(value), "basis": RateBasis.AU_COMPARISON.value}


def _common(part: Part, is_new: bool) -> Entry:
    return {
        "calculated": part.duration("calculationFrequency"),
        "pays": part.duration("applicationFrequency"),
        "applied": part.choice("applicationType", words.APPLICATIONS, required=is_new),
        "tiers": tiers(part),
        "conditions": conditions(part),
        "value": part.text("additionalValue"),
    } | texts_of(part)
