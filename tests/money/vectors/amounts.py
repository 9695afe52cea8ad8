"""Splits, minor units and rounding."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

from scenebank.money.largest_remainder import split, split_rows
from scenebank.money.model import Rate, RateBasis, exponent
from scenebank.money.rounding import half_up
from scenebank.money.schedule import Method, make_schedule
from tests.money.vectors.amounts_of import money
from tests.money.vectors.check import Check, Vector, same


def check(vector: Vector) -> Check:
    return _CHECKS[vector["what"]](vector)


def _weights(vector: Vector) -> list[Decimal]:
    return [Decimal(weight) for weight in vector["weights"]]


def _split(vector: Vector) -> Check:
    shares = split(money(vector["total"], vector["currency"]), _weights(vector))
    return same([share.minor for share in shares], vector["minor"])


def _rows(vector: Vector) -> Check:
    rate = Rate(Decimal(vector["rate"]), RateBasis.NOMINAL_ANNUAL)
    principal = money(vector["principal"], vector["currency"])
    made = make_schedule(principal, vector["terms"], Method.EQUAL_INSTALMENT, rate)
    columns = [
        split_rows([getattr(row, name) for row in made.rows], _weights(vector)) for name in ("principal", "interest")
    ]
    found = [[[share.minor for share in part] for part in row] for row in zip(*columns, strict=True)]
    totals = [[sum(party) for party in zip(*column, strict=True)] for column in zip(*found, strict=True)]
    return same((found, totals), (vector["rows"], vector["totals"]))


def _exponent(vector: Vector) -> Check:
    return same(exponent(vector["currency"]), vector["exponent"])


def _rounding(vector: Vector) -> Check:
    value = Decimal(vector["value"])
    even = value.quantize(Decimal(1).scaleb(-vector["places"]), rounding=ROUND_HALF_EVEN)
    return same((str(half_up(value, vector["places"])), str(even)), (vector["half_up"], vector["half_even"]))


_CHECKS: dict[str, Callable[[Vector], Check]] = {
    "largest_remainder": _split,
    "cumulative_split": _rows,
    "currency_exponent": _exponent,
    "rounding": _rounding,
}
