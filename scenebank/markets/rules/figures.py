"""Whether figures that are shown agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scenebank.markets.rules.model import Document
from scenebank.markets.rules.paths import number, values
from scenebank.money.precision import forty_digits

_MONTHS = 12
# By market: whether the year's rate is twelve months' simple rates, or compounds.
_SIMPLE = {"CN", "US", "AU"}


def rate_differs(document: Document, below: Decimal, above: Decimal) -> str | None:
    """Whether the rate shown lies farther than ``below`` under or ``above`` over the one that solves the payments.

    Without solving: with one payout and payments after it, their worth at a rate falls as the rate rises, so the true
    rate lies between two others exactly if the payments are worth more than the payout at one, less at the other."""
    shown, flows = number(document.get("apr_percent")), _flows(document)
    if shown is None or flows is None:
        return None
    received, paid = flows
    simple = document.get("apr_method") == "simple" or (
        document.get("apr_method") is None and document.get("market") in _SIMPLE
    )
    with forty_digits():
        # the shown rate may be ``above`` over the true one: the true one is at least ``shown - above``
        least, most = _worth(paid, shown - above, simple), _worth(paid, shown + below, simple)
    if least is None or most is None or not most <= received <= least:
        return f"apr_percent is {shown}, and the payments say otherwise"
    return None


def _flows(document: Document) -> tuple[Decimal, list[Decimal]] | None:
    """What is received, and each monthly payment; None where the document does not say."""
    schedule = document.get("schedule")
    if isinstance(schedule, Mapping) and schedule.get("rows"):
        principal = number(schedule.get("financed"))
        listed = [number(row.get("payment")) for row in schedule["rows"]]
    else:
        stated = [document.get("principal"), *values(document, "cost_sheet.principal")]
        principal = next((figure for one in stated if (figure := number(one)) is not None), None)
        each, count = number(document.get("per_period")), number(document.get("periods_months"))
        listed = [each] * int(count) if each is not None and count is not None else []
    paid = [one for one in listed if one is not None]
    if principal is None or not paid or len(paid) != len(listed) or principal <= 0:
        return None
    return principal, paid


def _worth(paid: list[Decimal], percent: Decimal, simple: bool) -> Decimal | None:
    """The payments at that yearly rate; None for a rate that takes everything away."""
    yearly, month = percent * Decimal("0.01"), Decimal(1) / _MONTHS
    growth = 1 + yearly * month if simple else 1 + yearly
    if growth <= 0:
        return None
    discount = growth**-1 if simple else growth**-month
    total = Decimal(0)
    for one in reversed(paid):
        total = (total + one) * discount
    return total


def rows_differ(schedule: Any) -> str | None:
    """Whether the rows of a schedule do not make its totals."""
    if not isinstance(schedule, dict) or not schedule.get("rows"):
        return "no schedule"
    rows = schedule["rows"]
    for row in rows:
        parts = [number(row.get(name)) or Decimal(0) for name in ("principal", "interest", "fee")]
        if number(row.get("payment")) != sum(parts):
            return f"row {row.get('number')} is not the sum of its parts"
    for total, name in (("total_payable", "payment"), ("financed", "principal")):
        made = sum((number(row.get(name)) or Decimal(0) for row in rows), Decimal(0))
        if number(schedule.get(total)) != made:
            return f"{total} is {schedule.get(total)}, and the rows make {made}"
    return None
