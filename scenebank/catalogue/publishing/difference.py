"""What a revision changes: field by field, and as the shopper feels it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from babel.numbers import format_currency, format_percent

from scenebank.catalogue.documents import parse_listed
from scenebank.catalogue.model import Product
from scenebank.catalogue.publishing.model import Revision
from scenebank.errors import InvalidInput, escaped
from scenebank.markets import market
from scenebank.money.annual_rate import annual_rate
from scenebank.money.model import Money, Rate
from scenebank.money.schedule import make_schedule

_USUAL = 129_900  # minor units, the price of a telephone: between the smallest and the largest amount
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Step:
    """From a version (None: from nothing) and its document to a revision."""

    version: str | None
    document: Mapping[str, Any] | None
    revision: Revision


@dataclass(frozen=True)
class Felt:
    """What an amount costs over a term: the first payment, all payments, and the annual rate of the market."""

    payment: Money
    total: Money
    annual_rate: Rate

    def json(self) -> dict[str, Any]:
        return {
            "payment": self.payment.json(), "total": self.total.json(), "annual_rate": self.annual_rate.json(),
        }  # fmt: skip


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``{pointer, before, after}`` of every place that differs, null for nothing."""
    return [{"pointer": pointer, "before": old, "after": new} for pointer, old, new in _changed("", before, after)]


def felt_difference(step: Step) -> tuple[list[dict[str, Any]], int]:
    """Amount by amount and term by term what changes for a shopper, with ``words``, and how many stay the same. Empty
    where the draft is not complete enough to be priced, or only states what its lender does."""
    after = _priced(step.revision.document)
    if after is None:
        return [], 0
    before = None if step.document is None else _priced(step.document)
    rows = [_row(before, after, amount, term) for amount in _amounts(before, after) for term in _terms(before, after)]
    changed = [row for row in rows if row["before"] != row["after"]]
    return changed, len(rows) - len(changed)


def _priced(document: Mapping[str, Any]) -> Product | None:
    try:
        found = parse_listed(document)
    except InvalidInput:
        return None
    return found if isinstance(found, Product) else None


def field_words(one: Mapping[str, Any]) -> str:
    """``/rate/value: 7.2 % → 6.9 %``."""
    return f"{one['pointer']}: {_value(one['pointer'], one['before'])} → {_value(one['pointer'], one['after'])}"


def _changed(pointer: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _changed(f"{pointer}/{escaped(name)}", before.get(name), after.get(name))
    elif _is_table(before) and _is_table(after):
        for number, (old, new) in enumerate(zip_longest(before, after)):
            yield from _changed(f"{pointer}/{number}", old, new)
    elif before != after:
        yield pointer, before, after


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _value(pointer: str, value: Any) -> str:
    if value is None:
        return "nothing"
    if pointer.endswith("rate/value") and isinstance(value, str):
        return _percent(value)
    if _is_table(value) or isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _percent(text: str) -> str:
    try:
        return format_percent(text, "#,##0.00###### %", locale="en")
    except (ArithmeticError, ValueError):
        return text


def _row(before: Product | None, after: Product, amount: Money, term: int) -> dict[str, Any]:
    old, new = _felt(before, amount, term), _felt(after, amount, term)
    words = f"{term} × on {_money(amount)}: {_payment(old)} → {_payment(new)}"
    return {
        "term": term, "amount": amount.json(), "before": old and old.json(), "after": new and new.json(),
        "words": words,
    }  # fmt: skip


def _felt(product: Product | None, amount: Money, term: int) -> Felt | None:
    if product is None or not product.fits(amount) or term not in product.terms:
        return None
    schedule = make_schedule(amount, term, product.method, product.rate)
    return Felt(
        schedule.rows[0].payment, schedule.total_payable, annual_rate(schedule, market(product.market).rate_basis)
    )


def _amounts(before: Product | None, after: Product) -> list[Money]:
    """The smallest, a usual and the largest of both."""
    both = [one for one in (before, after) if one is not None and one.min_amount.currency == after.min_amount.currency]
    found = {minor for one in both for minor in (one.min_amount.minor, _usual(one), one.max_amount.minor)}
    return [Money(minor, after.min_amount.currency) for minor in sorted(found)]


def _usual(product: Product) -> int:
    return min(max(_USUAL, product.min_amount.minor), product.max_amount.minor)


def _terms(before: Product | None, after: Product) -> list[int]:
    return sorted({*after.terms, *(before.terms if before else ())})


def _payment(felt: Felt | None) -> str:
    return "not offered" if felt is None else _money(felt.payment)


def _money(money: Money) -> str:
    return format_currency(money.decimal, money.currency, locale="zh_Hans_CN" if money.currency == "CNY" else "en_GB")
