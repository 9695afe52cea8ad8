"""The bank's own arithmetic, with exact fractions, so that it agrees with nobody by accident."""

from __future__ import annotations

from fractions import Fraction

from sandbox_bank.products import Product

Row = dict[str, str | int]


def rows(product: Product, financed: int, term: int) -> list[Row]:
    """``number, payment, principal, interest, fee, balance`` in minor units as texts; none when nothing is owed."""
    if financed == 0:
        return []
    if product.method == "equal_instalment":
        return _annuity(financed, term, product.rate / 12)
    return _flat(financed, term, product.rate)


def _annuity(financed: int, term: int, monthly: Fraction) -> list[Row]:
    level = _half_up(financed * monthly / (1 - (1 + monthly) ** -term) if monthly else Fraction(financed, term))
    owed, made = financed, []
    for number in range(1, term + 1):
        interest = _half_up(owed * monthly)
        principal = owed if number == term else min(owed, level - interest)
        owed -= principal
        made.append(_row(number, principal, interest, 0, owed))
    return made


def _flat(financed: int, term: int, per_term: Fraction) -> list[Row]:
    share, fee = financed // term, _half_up(financed * per_term)
    owed, made = financed, []
    for number in range(1, term + 1):
        principal = owed if number == term else share
        owed -= principal
        made.append(_row(number, principal, 0, fee, owed))
    return made


def _row(number: int, principal: int, interest: int, fee: int, balance: int) -> Row:
    return {
        "number": number,
        "payment": str(principal + interest + fee),
        "principal": str(principal),
        "interest": str(interest),
        "fee": str(fee),
        "balance": str(balance),
    }


def _half_up(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)
