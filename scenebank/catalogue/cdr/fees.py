"""Fees and their discounts, of both generations; a price is never guessed, and a missing one is never zero."""

from __future__ import annotations

from decimal import Decimal

from scenebank.catalogue.cdr import words
from scenebank.catalogue.cdr.figures import amount, currency_of, fee_rate
from scenebank.catalogue.cdr.part import Part
from scenebank.catalogue.cdr.tiers import Entry, texts_of

UNSTATED: Entry = {"form": "unstated"}
# V4 had one member for each way of pricing, side by side.
_FLAT = {
    "amount": None, "balanceRate": "balance", "transactionRate": "transaction", "accruedRate": "interest_accrued",
    "feeRate": "fee",
}  # fmt: skip


def fees(product: Part, is_new: bool) -> list[Entry]:
    """``[{type, name, price, cap, per, discounts, …}]``; ``price`` is ``{form: fixed, amount}``, ``{form: rate, rate,
    min, max, per}``, ``{form: range, min, max}`` or ``{form: unstated}``: see the bank's terms."""
    return [_fee(part, is_new) for part in product.parts("fees")]


def _fee(part: Part, is_new: bool) -> Entry:
    currency = currency_of(part)
    return {
        "type": part.choice("feeType", words.FEES),
        "name": part.name(),
        "price": _price(part, "feeMethodUType", currency, is_new),
        "cap": amount(part, "feeCap", currency),
        "per": part.duration("feeCapPeriod"),
        "currency": currency,
        "discounts": [_discount(one, currency, is_new) for one in part.parts("discounts")],
        "value": part.text("additionalValue"),
    } | texts_of(part)


def _discount(part: Part, currency: str | None, is_new: bool) -> Entry:
    return {
        "type": part.choice("discountType", words.DISCOUNTS),
        "text": part.text("description", required=True),
        "price": _price(part, "discountMethodUType", currency, is_new),
        "value": part.text("additionalValue"),
        "details": texts_of(part),
        "eligibility": [
            {"type": one.choice("discountEligibilityType", words.DISCOUNT_ELIGIBILITY),
             "value": one.text("additionalValue")} | texts_of(one)
            for one in part.parts("eligibility")
        ],
    }  # fmt: skip


def _price(part: Part, method: str, currency: str | None, is_new: bool) -> Entry:
    if is_new or part.has(method):
        return _by_method(part, method, currency)
    return _flat(part, currency)


def _by_method(part: Part, method: str, currency: str | None) -> Entry:
    chosen = part.choice(method, words.FEE_METHODS)
    if chosen is None:
        return UNSTATED
    name = {"fixedamount": "fixedAmount", "ratebased": "rateBased"}.get(chosen, chosen)
    given = [one for one in ("fixedAmount", "rateBased", "variable") if part.has(one)]
    if len(given) > 1:
        part.tell("two_prices")
        return UNSTATED
    inner = part.part(name)
    if inner is None:
        if name != "variable":
            part.tell("missing", name, name)
        return UNSTATED
    if name == "fixedAmount":
        return _fixed(inner, currency)
    if name == "rateBased":
        return _by_rate(inner, currency)
    low, high = _range(inner, "feeMinimum", "feeMaximum", currency)
    return {"form": "range", "min": low, "max": high} if low or high else UNSTATED


def _fixed(part: Part, currency: str | None) -> Entry:
    value = amount(part, "amount", currency, required=True)
    return {"form": "fixed", "amount": value} if value else UNSTATED


def _by_rate(part: Part, currency: str | None) -> Entry:
    basis = part.choice("rateType", words.FEE_BASES)
    rate = fee_rate(part, "rate", basis) if basis else None
    bounds = part.part("amountRange")
    names = ("feeMinimum", "feeMaximum") if bounds and not bounds.has("discountMinimum") else \
        ("discountMinimum", "discountMaximum")  # fmt: skip
    low, high = _range(bounds, *names, currency) if bounds else (None, None)
    per = part.duration("accrualFrequency")
    return {"form": "rate", "rate": rate, "min": low, "max": high, "per": per} if rate else UNSTATED


def _range(part: Part, low: str, high: str, currency: str | None) -> tuple[dict[str, str] | None, ...]:
    least, most = amount(part, low, currency), amount(part, high, currency)
    if least and most and int(least["amount"]) > int(most["amount"]):
        part.tell("upside_down", low, part.value[low], part.value[high])
    return least, most


def _flat(part: Part, currency: str | None) -> Entry:
    per = part.duration("accrualFrequency")
    stated = [name for name in _FLAT if part.raw(name) not in (None, "")]
    for name in _FLAT:
        if part.value.get(name) == "":
            part.tell("empty", name)
    priced = [name for name in stated if _decimal(part.value[name]) != 0]
    if len(priced) > 1:
        for name in priced:
            _read(part, name, currency, per)  # so that a figure that cannot be is still told
        part.tell("two_prices")
        return UNSTATED
    if len(stated) > 1:
        part.tell("zero_beside_price")
    if not stated:
        return UNSTATED
    return _read(part, (priced or stated)[0], currency, per)


def _read(part: Part, name: str, currency: str | None, per: str | None) -> Entry:
    basis = _FLAT[name]
    if basis is None:
        return _fixed(part, currency)
    rate = fee_rate(part, name, basis)
    return {"form": "rate", "rate": rate, "min": None, "max": None, "per": per} if rate else UNSTATED


def _decimal(value: object) -> Decimal | None:
    """None for what is no figure, which is told where it is read."""
    try:
        return Decimal(value) if isinstance(value, str | Decimal) else None
    except ArithmeticError:
        return None
