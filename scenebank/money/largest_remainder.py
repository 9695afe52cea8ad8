"""Amounts shared out so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from scenebank.money.model import Money


def split(total: Money, weights: Sequence[Decimal | int]) -> list[Money]:
    """One share for each weight: its part rounded down, then a minor unit each to the largest remainders, the earlier
    party first among equals. A weight of 0 gets nothing. The shares of less than nothing are those of its opposite.

    Source: the method of largest remainders (Hamilton), in exact fractions."""
    if not all(isinstance(weight, Decimal | int) for weight in weights):
        raise TypeError("a weight is a Decimal or an int")
    exact = [Fraction(weight) for weight in weights]
    if not exact or min(exact) < 0 or sum(exact) == 0:
        raise ValueError("weights are none below zero, and not all zero")
    sign, left = (-1, -total.minor) if total.minor < 0 else (1, total.minor)
    parts = [left * weight * Fraction(1, sum(exact)) for weight in exact]
    shares = [part.numerator // part.denominator for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda number: shares[number] - parts[number])
    for number in by_remainder[: left - sum(shares)]:
        shares[number] += 1
    return [Money(sign * share, total.currency) for share in shares]


def split_rows(rows: Sequence[Money], weights: Sequence[Decimal | int]) -> list[list[Money]]:
    """Every row shared out so that the shares of a row add up to it and those of a party, over all rows, to its share
    of the sum: the running totals are split, and each row is the difference of two. For joint loans."""
    if not rows:
        return []
    total = Money.zero(rows[0].currency)
    before = [total for _weight in weights]
    shared = []
    for row in rows:
        total += row
        now = split(total, weights)
        shared.append([share - earlier for share, earlier in zip(now, before, strict=True)])
        before = now
    return shared
