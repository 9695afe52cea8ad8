"""Figures of banks: exact amounts and rates, and whether they can be what they say.

A rate is a fraction. Banks that write percent instead are caught by what such a rate can be at most; a percentage so
small that it would be an ordinary fraction looks like any other figure, so a document with one wrong rate is kept apart
as a whole."""

from __future__ import annotations

from decimal import Decimal

from scenebank.catalogue.cdr.part import Part
from scenebank.money.model import CURRENCIES, MAX_MINOR, Money, Rate, RateBasis, exponent

CURRENCY = "AUD"
# Australia caps the annual cost of small credit at 48 % (National Credit Code, s. 32A).
LENDING_MOST = Decimal("0.48")
DEPOSIT_MOST = Decimal("0.25")
DISCOUNT_MOST = Decimal("0.25")
FEE_MOST = Decimal("0.10")
_SHARE_MOST = Decimal(1)  # of a fee, or of interest: all of it
_FARTHEST_APART = 10
RateJson = dict[str, str]


def annual_rate(part: Part, name: str, most: Decimal, may_be_negative: bool) -> Decimal | None:
    """A mandatory nominal annual rate."""
    value = part.decimal(name, "rate_form", required=True)
    return None if value is None else believed(part, name, value, most, may_be_negative)


def believed(part: Part, name: str, value: Decimal, most: Decimal, may_be_negative: bool = False) -> Decimal | None:
    """The rate, or None where it cannot be one."""
    size = abs(value)
    if size > 1:
        part.tell("percent_rate", name, repr(str(value)), f"here perhaps {plain(value.scaleb(-2))}")
    elif size > most:
        part.tell("rate_absurd", name, repr(str(value)), plain(value.scaleb(2)))
    elif value < 0 and not may_be_negative:
        part.tell("rate_negative", name, repr(str(value)))
    else:
        if value < 0:
            part.tell("negative_allowed", name, repr(str(value)))
        return value
    return None


def comparison_rate(part: Part, rate: Decimal | None) -> Decimal | None:
    """What the law compares loans by; None is "not stated"."""
    value = part.decimal("comparisonRate", "rate_form")
    value = None if value is None else believed(part, "comparisonRate", value, LENDING_MOST)
    if value and rate and rate > 0 and (rate > value * _FARTHEST_APART or value > rate * _FARTHEST_APART):
        part.tell("rate_beside_comparison", "rate", str(rate), str(value))
        return None
    return value or None  # zero beside a rate says that there is none


def fee_rate(part: Part, name: str, basis: str) -> RateJson | None:
    """A share of a balance, a transaction, accrued interest or another fee."""
    value = part.decimal(name, "rate_form", required=True)
    most = FEE_MOST if basis in ("balance", "transaction") else _SHARE_MOST
    value = None if value is None else believed(part, name, value, most)
    return None if value is None else {"value": plain(value), "basis": f"of_{basis}"}


def rate_json(value: Decimal | None) -> RateJson | None:
    """As a nominal annual rate; plain digits, never an exponent."""
    if value is None:
        return None
    return Rate(value, RateBasis.NOMINAL_ANNUAL).json() | {"value": plain(value)}


def plain(value: Decimal) -> str:
    """Without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(part: Part, name: str, currency: str | None, required: bool = False) -> dict[str, str] | None:
    """Money from an amount in major units."""
    value = part.decimal(name, "amount_form", required)
    return None if value is None or currency is None else money(part, name, value, currency)


def money(part: Part, name: str, value: Decimal, currency: str) -> dict[str, str] | None:
    """Money, or None with what is wrong told."""
    minor = value.scaleb(exponent(currency))
    if value < 0:
        part.tell("amount_negative", name, str(value))
    elif minor != minor.to_integral_value():
        part.tell("amount_too_fine", name, str(value), currency)
    elif minor > MAX_MINOR:
        part.tell("amount_absurd", name, str(value))
    else:
        return Money(int(minor), currency).json()
    return None


def currency_of(part: Part) -> str | None:
    """The fee's currency, AUD where none is named; None for one that is unknown."""
    if not part.has("currency"):
        part.raw("currency")
        return CURRENCY
    named = part.text("currency", one_line=True)
    if named is None:
        return None
    if named not in CURRENCIES:
        part.tell("currency_unknown", "currency", repr(named))
        return None
    if named != CURRENCY:
        part.tell("foreign_currency", "currency", named, CURRENCY)
    return named
