"""For how much and how long a product is: constraints, month tiers, and instalments."""

from __future__ import annotations

from scenebank.catalogue.cdr import words
from scenebank.catalogue.cdr.figures import CURRENCY, amount, money, plain
from scenebank.catalogue.cdr.part import Part
from scenebank.catalogue.cdr.tiers import Entry, texts_of
from scenebank.money.model import Money

_AMOUNTS = {
    "min_limit": "min_amount", "max_limit": "max_amount", "min_balance": "min_balance", "max_balance": "max_balance",
    "opening_balance": "opening",
}  # fmt: skip
_SHARES = {"min_lvr": "min_lvr", "max_lvr": "max_lvr"}
_NO_MAXIMUM = frozenset({"no limit", "unlimited", "none", "no maximum", "n/a"})
_MOST_PARTS = 480


def limits(product: Part, lending_rates: list[Entry]) -> Entry:
    """``{min_amount, max_amount, min_balance, max_balance, opening, min_lvr, max_lvr, min_term, max_term, others}``:
    money, shares as decimals in a text, terms in months; None where the bank sets none. Of several of a kind the
    narrowest holds."""
    found: Entry = dict.fromkeys((*_AMOUNTS.values(), *_SHARES.values()))
    others: list[Entry] = []
    for part in product.parts("constraints"):
        kind = part.choice("constraintType", words.CONSTRAINTS)
        if kind in _AMOUNTS:
            _narrow(found, _AMOUNTS[kind], _amount(part, kind))
        elif kind in _SHARES:
            share = part.decimal("additionalValue", "rate_form")
            found[_SHARES[kind]] = None if share is None else plain(share)
        others.append({"type": kind, "value": _words(part)} | texts_of(part))
    for low, high in (("min_amount", "max_amount"), ("min_balance", "max_balance")):
        least, most = _money(found[low]), _money(found[high])
        if least and most and most < least:
            product.tell("upside_down", "constraints", least.decimal, most.decimal)
    low_term, high_term = _terms(lending_rates)
    return found | {"min_term": low_term, "max_term": high_term, "others": others}


def instalment(product: Part) -> Entry | None:
    """``{min_split, max_split, min_value, max_value, most_in_all, max_plans}`` of a plan at the checkout, since V7."""
    part = product.part("instalments")
    if part is None:
        return None
    low, high = part.whole("minimumSplit", required=True), part.whole("maximumSplit", required=True)
    if low is not None and high is not None and not 1 <= low <= high <= _MOST_PARTS:
        part.tell("splits_absurd", "minimumSplit", low, high)
    least, most = amount(part, "minimumPlanValue", CURRENCY), amount(part, "maximumPlanValue", CURRENCY)
    if least and most and int(least["amount"]) > int(most["amount"]):
        part.tell("upside_down", "minimumPlanValue", part.value["minimumPlanValue"], part.value["maximumPlanValue"])
    return {
        "min_split": low, "max_split": high, "min_value": least, "max_value": most,
        "most_in_all": amount(part, "instalmentsLimit", CURRENCY), "max_plans": part.whole("maximumConcurrentPlans"),
    }  # fmt: skip


def _amount(part: Part, kind: str) -> dict[str, str] | None:
    value = part.value.get("additionalValue")
    if kind.startswith("max") and isinstance(value, str) and value.strip().lower() in _NO_MAXIMUM:
        part.tell("no_maximum", "additionalValue", repr(value))
        return None
    found = part.decimal("additionalValue", "amount_form")
    if found == 0 and kind.startswith("max"):
        part.tell("no_maximum", "additionalValue", str(found))
        return None
    return None if found is None else money(part, "additionalValue", found, CURRENCY)


def _narrow(found: Entry, name: str, value: dict[str, str] | None) -> None:
    before, now = _money(found[name]), _money(value)
    if now is not None and (before is None or (now < before if name.startswith("max") else before < now)):
        found[name] = value


def _money(value: object) -> Money | None:
    return Money.from_json(value) if isinstance(value, dict) else None


def _words(part: Part) -> str | None:
    value = part.value.get("additionalValue")
    return part.text("additionalValue") if isinstance(value, str) and value.strip() else None


def _terms(lending_rates: list[Entry]) -> tuple[int | None, int | None]:
    """The shortest and the longest term that month tiers of lending rates name; None where there is no end."""
    lows: list[int] = []
    highs: list[int | None] = []
    for rate in lending_rates:
        for tier in rate["tiers"]:
            if tier["unit"] == "month" and tier["min"] is not None:
                lows.append(tier["min"])
                highs.append(tier["max"])
    longest = None if None in highs else max((one for one in highs if one is not None), default=None)
    return min(lows, default=None), longest
