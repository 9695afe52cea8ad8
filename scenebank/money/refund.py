"""What a refund does to a purchase in instalments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scenebank.money.even_parts import even_parts
from scenebank.money.model import Money
from scenebank.money.rows import Row, Rows
from scenebank.money.schedule import Schedule


class ChargedFees(StrEnum):
    """What the contract says of interest and fees already charged."""

    KEPT = "kept"
    RETURNED = "returned"


@dataclass(frozen=True)
class Refund:
    """``to_loan`` lowers what is owed, ``to_shopper`` is paid out (with ``fee_returned`` in it), ``outstanding`` stays
    owed, ``future`` is how it is repaid. ``to_loan + to_shopper - fee_returned`` is the refund."""

    to_loan: Money
    to_shopper: Money
    fee_returned: Money
    outstanding: Money
    future: Schedule


def refund(schedule: Schedule, paid: int, amount: Money, charged: ChargedFees) -> Refund:
    """``amount`` comes back from the shop after ``paid`` payments; all of it before the first, and the loan is
    cancelled with nothing owed.

    Open principal first, the rest to the shopper. Charges still to come fall in proportion to the open principal, each
    rounded down; charges already made are kept, or come back in proportion to the refund. Source: this house's reading
    of Directive 2008/48/EC art. 15 (linked credit) and art. 16 (costs fall with early repayment)."""
    if not 0 <= paid <= len(schedule.rows) or not Money.zero(amount.currency) <= amount <= schedule.financed:
        raise ValueError("a refund is at most what was financed, after as many payments as there are")
    currency = amount.currency
    done, open_rows = schedule.rows[:paid], schedule.rows[paid:]
    owed = schedule.financed.minor - sum(row.principal.minor for row in done)
    to_loan = min(amount.minor, owed)
    fee_returned = 0
    if charged is ChargedFees.RETURNED:
        made = Money(sum(row.interest.minor + row.fee.minor for row in done), currency)
        fee_returned = _part(made.minor, Fraction(amount.minor, schedule.financed.minor))
    left = Money(owed - to_loan, currency)
    return Refund(
        Money(to_loan, currency),
        Money(amount.minor - to_loan + fee_returned, currency),
        Money(fee_returned, currency),
        left,
        Schedule(left, Rows.of(left, _future(open_rows, left.minor, owed)) if left else Rows()),
    )


def _future(open_rows: tuple[Row, ...], left: int, owed: int) -> list[tuple[int, int, int]]:
    share = Fraction(left, owed)
    return [
        (principal, _part(row.interest.minor, share), _part(row.fee.minor, share))
        for principal, row in zip(even_parts(left, len(open_rows)), open_rows, strict=True)
    ]


def _part(minor: int, share: Fraction) -> int:
    """Rounded down."""
    return minor * share.numerator // share.denominator
