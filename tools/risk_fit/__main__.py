"""``python -m tools.risk_fit ROWS.csv CARD.json --label ended --bad bad --number tenure_months:rising …``: a scorecard
fitted to how it ended. On standard output its name, version and digest, and how well it tells good from bad, on the
rows it was fitted to and on those held out."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenebank.errors import InvalidInput
from scenebank.risk.documents import read_scorecard
from scenebank.risk.model import Scorecard
from scenebank.risk.report import Table, read_table, report
from tools.risk_fit.fitting import Wanted, fit


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where nothing can be fitted."""
    asked = _asked(arguments)
    try:
        table = read_table(asked.rows, asked.label, asked.bad)
        _check_columns(asked, table)
        here, held_out = _parted(table, asked.held_out, asked.seed)
        wanted = Wanted(dict(_trend(one) for one in asked.number), asked.category, asked.double)
        fitted = fit(wanted, here.rows, [_bad(table, row) for row in here.rows])
        document: dict[str, Any] = {
            "name": asked.name, "version": asked.version, "base_points": asked.base, "bounds": asked.bounds,
            "features": fitted.features,
        }  # fmt: skip
        card = read_scorecard(document)
        figures = {"fitted": _figures(card, here), "held_out": _figures(card, held_out) if held_out else None}
    except (InvalidInput, OSError, ValueError) as error:
        print(f"risk_fit: {asked.rows.name} cannot be fitted: {error}", file=sys.stderr)
        return 1
    asked.card.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for name, why in fitted.left_out.items():
        print(f"left out: {name}: {why}", file=sys.stderr)
    print(json.dumps({"name": card.name, "version": card.version, "digest": card.digest, **figures}))
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.risk_fit", description=__doc__)
    parser.add_argument("rows", type=Path, help="a CSV file with a head")
    parser.add_argument("card", type=Path, help="where the card is written")
    parser.add_argument("--label", required=True, help="the column that says how it ended")
    parser.add_argument("--bad", required=True, help="its word for badly")
    parser.add_argument("--number", action="append", default=[], help="a column of numbers: NAME, or NAME:rising, "
                        "NAME:falling where the points must")  # fmt: skip
    parser.add_argument("--category", action="append", default=[], help="a column of words")
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--base", type=int, default=0, help="points of somebody average (0)")
    parser.add_argument("--double", type=int, default=20, help="points that double the odds of good (20)")
    parser.add_argument("--bounds", type=int, nargs=2, help="the least and the most a score may be")
    parser.add_argument("--held-out", type=float, default=0.3, help="the share of rows it is not fitted to (0.3)")
    parser.add_argument("--seed", type=int, default=1, help="of who is held out (1)")
    return parser.parse_args(arguments)


def _trend(asked: str) -> tuple[str, str | None]:
    name, colon, trend = asked.rpartition(":")
    if not colon:
        return asked, None
    if trend not in ("rising", "falling"):
        raise ValueError(f"{asked}: a trend is rising or falling")
    return name, trend


def _check_columns(asked: argparse.Namespace, table: Table) -> None:
    names = [*(_trend(one)[0] for one in asked.number), *asked.category]
    missing = [name for name in names if name not in table.rows[0] or name == table.label]
    if missing or not names:
        raise ValueError(f"no such column to fit: {', '.join(missing) or 'name one with --number or --category'}")


def _parted(table: Table, share: float, seed: int) -> tuple[Table, Table | None]:
    """Good and bad ones alike."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    out: set[int] = set()
    for ended in (True, False):
        of_them = [number for number, row in enumerate(table.rows) if _bad(table, row) is ended]
        out.update(chance.sample(of_them, round(len(of_them) * share)))
    here = Table([row for number, row in enumerate(table.rows) if number not in out], table.label, table.bad)
    there = Table([row for number, row in enumerate(table.rows) if number in out], table.label, table.bad)
    return here, there if out else None


def _bad(table: Table, row: Mapping[str, str]) -> bool:
    return row[table.label] == table.bad


def _figures(card: Scorecard, table: Table) -> dict[str, Any]:
    found = report(card, table, (), 0, None)
    return {name: found[name] for name in ("rows", "bad", "ks", "auc")}


if __name__ == "__main__":
    sys.exit(main())
