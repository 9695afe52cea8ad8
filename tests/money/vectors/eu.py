"""The Union's charge, and the United Kingdom's."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from scenebank.money.eu_aprc import YearFlow, eu_aprc
from scenebank.money.rounding import half_up
from scenebank.money.uk_apr import uk_apr
from tests.money.vectors.check import Check, Vector, near, same, together


def check(vector: Vector) -> Check:
    """The rate, and the one decimal it is disclosed with."""
    flows: list[YearFlow] = [(Decimal(amount), Fraction(years)) for amount, years in vector["received"]]
    for amount, count, first, every in vector.get("paid", ()):
        flows += [(-Decimal(amount), Fraction(first) + number * Fraction(every)) for number in range(count)]
    monthly = vector.get("paid_monthly", ())
    flows += [(-Decimal(amount), Fraction(number, 12)) for number, amount in enumerate(monthly, start=1)]
    solved = eu_aprc(flows)
    percent = solved.rate.value * 100
    disclosed = same(str(half_up(percent, 1)), vector.get("disclosed", str(half_up(percent, 1))))
    return together(near(percent, vector, "apr_percent", solved.residual), disclosed)


def check_uk(vector: Vector) -> Check:
    amount, count, every = vector["paid"]
    flows: list[YearFlow] = [(Decimal(vector["received"]), Fraction(0))]
    flows += [(-Decimal(amount), number * Fraction(every)) for number in range(1, count + 1)]
    solved = uk_apr(flows)
    return near(solved.rate.value * 100, vector, "apr_percent", solved.residual)
