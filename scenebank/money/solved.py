"""What a solver of an annual rate answers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scenebank.money.model import Rate


@dataclass(frozen=True)
class Solved:
    """``rate`` unrounded; ``residual`` is what is left of its equation there, in the flows' unit of money."""

    rate: Rate
    residual: Decimal
