"""Tiers of a rate, and the conditions under which a rate applies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scenebank.catalogue.cdr import words
from scenebank.catalogue.cdr.figures import CURRENCY, money, plain
from scenebank.catalogue.cdr.part import Part
from scenebank.money.model import MAX_MINOR, exponent

Entry = dict[str, Any]
# Days of a century: a bound above it says "no end".
_MOST = {"dollar": Decimal(MAX_MINOR).scaleb(-exponent(CURRENCY)), "day": Decimal(36_525), "month": Decimal(1_200)}


def tiers(rate: Part) -> list[Entry]:
    """``[{name, unit, min, max, method, conditions, text, uri}]``: bounds inclusive, ``max`` None for no end. Unit
    ``money`` has money, ``day`` and ``month`` whole numbers, ``percent`` a decimal as a text."""
    return [_tier(part) for part in rate.parts("tiers")]


def conditions(part: Part) -> list[Entry]:
    """A list since V5, one object before."""
    if isinstance(part.value.get("applicabilityConditions"), dict):
        one = part.part("applicabilityConditions")
        return [texts_of(one)] if one and one.value else []
    found = []
    for one in part.parts("applicabilityConditions"):
        kind = one.choice("rateApplicabilityType", words.CONDITIONS, required=False)
        found.append({"type": kind, "value": one.text("additionalValue")} | texts_of(one))
    return found


def texts_of(part: Part) -> Entry:
    """What every entry may have: a text for people and where to read more."""
    return {"text": part.text("additionalInfo"), "uri": part.link("additionalInfoUri")}


def _tier(part: Part) -> Entry:
    name, unit = part.name(), part.choice("unitOfMeasure", words.UNITS)
    low = part.decimal("minimumValue", "tier_form", required=True, or_number=True)
    high = part.decimal("maximumValue", "tier_form", or_number=True)
    if high is not None and ((high == 0 and low) or (unit in _MOST and high > _MOST[unit])):
        part.tell("no_maximum", "maximumValue", str(high))
        high = None
    if low is not None and high is not None and low > high:
        part.tell("upside_down", "minimumValue", str(low), str(high))
    return {
        "name": name,
        "unit": "money" if unit == "dollar" else unit,
        "min": _bound(part, "minimumValue", low, unit),
        "max": _bound(part, "maximumValue", high, unit),
        "method": part.choice("rateApplicationMethod", words.TIER_METHODS, required=False),
        "conditions": conditions(part),
    } | texts_of(part)


def _bound(part: Part, name: str, value: Decimal | None, unit: str | None) -> object:
    if value is None or unit is None:
        return None
    if unit == "dollar":
        return money(part, name, value, CURRENCY)
    if value < 0:
        part.tell("amount_negative", name, str(value))
        return None
    if unit == "percent":
        return plain(value)
    if value != value.to_integral_value() or value > _MOST[unit]:
        part.tell("tier_form", name, str(value))
        return None
    return int(value)
