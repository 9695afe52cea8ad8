"""Figures others print or that follow from a rule, each with its source, and what computes them anew."""

from __future__ import annotations

from tests.money.vectors.sets import SETS, VectorSet

__all__ = ["SETS", "VectorSet"]
