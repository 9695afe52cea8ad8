"""What came out for one figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Vector = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """``difference``: how far from the stated figure at most, in its own unit; ``residual``: what a solver left of its
    equation, in its currency's major unit."""

    right: bool
    difference: Decimal = Decimal(0)
    residual: Decimal = Decimal(0)


def near(computed: Decimal, vector: Vector, name: str, residual: Decimal = Decimal(0)) -> Check:
    """Within the vector's own tolerance of the figure under ``name``."""
    difference = abs(computed - Decimal(vector[name]))
    return Check(difference <= Decimal(vector["within"]), difference, abs(residual))


def same(computed: object, stated: object) -> Check:
    """Exactly."""
    return Check(computed == stated)


def together(*checks: Check) -> Check:
    return Check(
        all(one.right for one in checks),
        max(one.difference for one in checks),
        max(one.residual for one in checks),
    )
