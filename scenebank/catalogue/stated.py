"""What a lender states of a product, as the part ``stated`` of its document: read once, with a pointer to what is
wrong.

::

    {"rates": [{"rate": rate, "comparison_rate"?: rate, "fixed": true, "smallest"?: money, "largest"?: money,
                "term"?: months, "note"?: text}],
     "fees"?: [{"name": text, "amount"?: money}], "min_amount"?: money, "max_amount"?: money,
     "min_term"?: months, "max_term"?: months, "links"?: {"apply", "overview", "terms", "fees", "eligibility"},
     "stated_on": day, "until"?: day}

Rates are on the basis ``nominal_annual``, comparison rates on ``au_comparison``: both are the lender's own figures. A
fee without a figure is one whose price stands in the terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from scenebank.catalogue.model import StatedFee, StatedRate
from scenebank.errors import FieldError, InvalidInput
from scenebank.fields import Flag, ListOf, Object, Rule, Text, Whole, Wrong, maybe, needed
from scenebank.fields import Kind as FieldKind
from scenebank.fields.kinds import Schema
from scenebank.money.fields import MONEY
from scenebank.money.model import Money, Rate, RateBasis

LINKS = ("apply", "overview", "terms", "fees", "eligibility")
_LONGEST_LIST = 100
_LONGEST_TERM = 480  # months; forty years


@dataclass(frozen=True)
class _Rate(FieldKind):
    """A fraction of a year, below 1, on one basis."""

    basis: RateBasis

    def schema(self, named: Any) -> Schema:
        return {"type": "object"}

    def example(self) -> Any:
        return {"value": "0.0845", "basis": self.basis.value}

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Rate | None:
        try:
            rate = Rate.from_json(value) if isinstance(value, Mapping) else None
        except ValueError:
            rate = None
        if rate is not None and rate.basis is self.basis and Decimal(0) <= rate.value < Decimal(1):
            return rate
        wrong.append(FieldError(pointer, "stated_rate", {"basis": self.basis.value}))
        return None


class _Day(Text):
    def _fits(self, value: str) -> bool:
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False


def _rising(low: str, high: str) -> Rule:
    def broken(read: Mapping[str, Any]) -> Iterable[FieldError]:
        if read[low] is not None and read[high] is not None and read[high] < read[low]:
            yield FieldError(f"/{high}", "stated_upside_down", {})

    return Rule({}, broken)


_WORDS = Text("stated_text", r"[^\u0000-\u001f\ufffd]*[^\s\u0000-\u001f\ufffd][^\u0000-\u001f\ufffd]*", longest=300)
_TERM = Whole(1, _LONGEST_TERM, "stated_term")
_DAY = _Day("stated_day", sample="2026-11-24")
_LINK = Text("stated_link", r"https://[^\s\u0000-\u0020\u007f<>\"@\\\\]{1,480}", sample="https://bank.example/loan")
_RATE = Object({
    "rate": needed(_Rate(RateBasis.NOMINAL_ANNUAL)), "comparison_rate": maybe(_Rate(RateBasis.AU_COMPARISON)),
    "fixed": needed(Flag()), "smallest": maybe(MONEY), "largest": maybe(MONEY), "term": maybe(_TERM),
    "note": maybe(_WORDS, ""),
})  # fmt: skip
_FEE = Object({"name": needed(_WORDS), "amount": maybe(MONEY)})
_STATED = Object({
    "rates": needed(ListOf(_RATE, 1, _LONGEST_LIST, "stated_rates")),
    "fees": maybe(ListOf(_FEE, 0, _LONGEST_LIST), ()),
    "min_amount": maybe(MONEY), "max_amount": maybe(MONEY), "min_term": maybe(_TERM), "max_term": maybe(_TERM),
    "links": maybe(Object({name: maybe(_LINK) for name in LINKS}), {}),
    "stated_on": needed(_DAY), "until": maybe(_DAY),
}, rules=(_rising("min_term", "max_term"), _rising("stated_on", "until")))  # fmt: skip


def read_stated(document: object, currency: str) -> dict[str, Any]:
    """The members of :class:`scenebank.catalogue.model.Indicative` a part ``stated`` has; :class:`InvalidInput` names
    each field that is wrong. Limits are in the market's ``currency``; a fee keeps its own."""
    wrong: Wrong = []
    read = _STATED.read("/stated", document, wrong)
    if not wrong:
        wrong += _of_amounts(read, currency)
    if wrong:
        raise InvalidInput(wrong)
    rates = tuple(
        StatedRate(one["rate"], one["comparison_rate"], one["fixed"], one["smallest"], one["largest"], one["term"],
                   one["note"])
        for one in read["rates"]
    )  # fmt: skip
    fees = tuple(StatedFee(one["name"], one["amount"]) for one in read["fees"])
    links = {name: link for name, link in read["links"].items() if link is not None}
    members: dict[str, Any] = read | {"rates": rates, "fees": fees, "links": links}
    return members


def _of_amounts(read: Mapping[str, Any], currency: str) -> Iterable[FieldError]:
    pairs = [("/stated", read["min_amount"], read["max_amount"], "min_amount", "max_amount")]
    pairs += [
        (f"/stated/rates/{number}", one["smallest"], one["largest"], "smallest", "largest")
        for number, one in enumerate(read["rates"])
    ]
    for pointer, low, high, low_name, high_name in pairs:
        of_others = [name for name, one in ((low_name, low), (high_name, high)) if _is_other(one, currency)]
        for name in of_others:
            yield FieldError(f"{pointer}/{name}", "product_currency", {})
        if not of_others and low is not None and high is not None and high < low:
            yield FieldError(f"{pointer}/{high_name}", "stated_upside_down", {})


def _is_other(money: Money | None, currency: str) -> bool:
    return money is not None and money.currency != currency
