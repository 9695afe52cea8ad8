"""Forty digits for every division, power and root, whatever context the caller is in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
    localcontext,
)
from fractions import Fraction

_FORTY = Context(prec=40, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow, FloatOperation])


def forty_digits() -> AbstractContextManager[Context]:
    """A context in which a float that meets a Decimal raises ``FloatOperation``."""
    return localcontext(_FORTY)


def as_decimal(fraction: Fraction) -> Decimal:
    """To the digits of the context."""
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)
