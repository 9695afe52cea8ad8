"""All sets of vectors, and how many of each there are to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.money.vectors import amounts, cn, dates, deposits, eu, identifiers, refunds, schedules, us
from tests.money.vectors.check import Check, Vector

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class VectorSet:
    """``name`` is that of its file below ``data/``; ``planned`` is how many vectors it must have."""

    name: str
    planned: int
    check: Callable[[Vector], Check]

    def vectors(self) -> list[Vector]:
        """Each with the text of its source."""
        document = json.loads((_DATA / f"{self.name}.json").read_text("utf-8"), parse_float=_refuse)
        return [one | {"source": document["sources"][one["source"]]} for one in document["vectors"]]


def _refuse(number: str) -> None:
    raise ValueError(f"{number} is to be a text")


SETS = (
    VectorSet("us_apr", 22, us.check),
    VectorSet("eu_aprc", 38, eu.check),
    VectorSet("uk_apr", 17, eu.check_uk),
    VectorSet("cn_annual", 32, cn.check),
    VectorSet("deposits_and_funds", 100, deposits.check),
    VectorSet("schedules", 24, schedules.check),
    VectorSet("dates", 11, dates.check),
    VectorSet("amounts", 34, amounts.check),
    VectorSet("refunds", 8, refunds.check),
    VectorSet("identifiers", 29, identifiers.check),
)
