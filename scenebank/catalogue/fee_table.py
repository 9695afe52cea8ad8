"""A document's own fee table: what the bank states it costs, term by term, held against what the calculator makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from scenebank.catalogue.model import Product
from scenebank.errors import FieldError
from scenebank.markets import market
from scenebank.money.annual_rate import annual_rate
from scenebank.money.model import Money
from scenebank.money.schedule import make_schedule

TOLERANCE = Decimal("0.0001")  # 0.01 %
_FRACTION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?")
_STATED = ("cost", "annual_rate")


def fee_table_problems(product: Product, table: object) -> list[FieldError]:
    """``[{term, cost?, annual_rate?}]``: ``cost`` is all interest and fees as a fraction of the amount, ``annual_rate``
    a fraction on the market's basis. Made for the largest amount, where rounding weighs least."""
    if not isinstance(table, list) or not table:
        return [FieldError("/fee_table", "fee_table_shape", {})]
    return [error for number, row in enumerate(table) for error in _of_row(product, f"/fee_table/{number}", row)]


def _of_row(product: Product, pointer: str, row: object) -> Iterator[FieldError]:
    if not isinstance(row, Mapping) or not _is_row(row):
        yield FieldError(pointer, "fee_table_shape", {})
        return
    if row["term"] not in product.terms:
        yield FieldError(f"{pointer}/term", "fee_table_term", {"terms": ", ".join(map(str, product.terms))})
        return
    made = _figures(product, row["term"])
    for name in _STATED:
        stated = row.get(name)
        if stated is not None and abs(Decimal(stated) - made[name]) > TOLERANCE:
            params = {"stated": str(stated), "computed": f"{made[name]:.6f}"}
            yield FieldError(f"{pointer}/{name}", "fee_table_differs", params)


def _is_row(row: Mapping[str, Any]) -> bool:
    if not set(row) <= {"term", *_STATED} or type(row.get("term")) is not int:
        return False
    stated = [row[name] for name in _STATED if name in row]
    return bool(stated) and all(isinstance(one, str) and _FRACTION.fullmatch(one) for one in stated)


def _figures(product: Product, term: int) -> dict[str, Decimal]:
    amount: Money = product.max_amount
    schedule = make_schedule(amount, term, product.method, product.rate)
    return {
        "cost": Decimal(schedule.total_cost.minor) / amount.minor,
        "annual_rate": annual_rate(schedule, market(product.market).rate_basis).value,
    }
