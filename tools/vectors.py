"""Every figure of the vectors computed anew, as a table: ``python -m tools.vectors``."""

from __future__ import annotations

import sys
from decimal import Decimal

from tests.money.vectors import SETS, VectorSet
from tests.money.vectors.check import Check, Vector

_ROW = "{:<20} {:>7} {:>4} {:>5}  {:>18} {:>16}"


def main() -> int:
    """Prints planned, run and right of each set; 1 where anything is wrong or missing."""
    print(_ROW.format("set", "planned", "run", "right", "largest difference", "largest residual"))
    wrong, notes = [], []
    for one in SETS:
        checked = [(vector, one.check(vector)) for vector in one.vectors()]
        print(_row(one, checked))
        wrong += [f"{vector['id']}: {vector['source']}" for vector, check in checked if not check.right]
        wrong += [f"{one.name}: {len(checked)} of {one.planned}"] if len(checked) != one.planned else []
        notes += [f"{vector['id']}: {vector['note']}" for vector, _check in checked if "note" in vector]
    print("\nA difference is in percent or in the currency; what is compared exactly has none. Notes:")
    print("\n".join(notes))
    print("\n".join(["", "WRONG", *wrong]) if wrong else "\nall right")
    return 1 if wrong else 0


def _row(one: VectorSet, checked: list[tuple[Vector, Check]]) -> str:
    right = sum(check.right for _vector, check in checked)
    difference = max((check.difference for _vector, check in checked), default=Decimal(0))
    residual = max((check.residual for _vector, check in checked), default=Decimal(0))
    return _ROW.format(one.name, one.planned, len(checked), right, _short(difference), _short(residual))


def _short(number: Decimal) -> str:
    return f"{number:.1E}" if number else "0"


if __name__ == "__main__":
    sys.exit(main())
