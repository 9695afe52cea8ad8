"""``risk report``: how well a scorecard tells good from bad, and how it treats groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, said, tell
from scenebank.exact_json import read_json
from scenebank.risk.documents import read_scorecard
from scenebank.risk.report import read_table, report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def risk_group() -> AppGroup:
    group = AppGroup("risk", help="Scorecards of joint risk control.")

    @group.command(
        "report", help="KS, AUC, stability, and approval by band and group, of CARD over the rows of a CSV file."
    )
    @click.argument("card", type=_FILE)
    @click.argument("rows", type=_FILE)
    @click.option("--label", required=True, help="the column that says how it ended")
    @click.option("--bad", required=True, help="its word for badly")
    @click.option("--cut", required=True, type=int, help="the score from which on it would be approved")
    @click.option("--group", "groups", multiple=True, help="a column to look at apart; may be given again")
    @click.option("--before", type=_FILE, help="rows of an earlier time, for the stability index")
    @as_json_option
    def command(
        card: Path,
        rows: Path,
        label: str,
        bad: str,
        cut: int,
        groups: tuple[str, ...],
        before: Path | None,
        as_json: bool,
    ) -> None:
        with said():
            try:
                read = read_scorecard(read_json(card.read_text("utf-8")))
                earlier = None if before is None else read_table(before, label, bad)
                found = report(read, read_table(rows, label, bad), groups, cut, earlier)
            except ValueError as error:
                raise click.ClickException(f"{card.name} or {rows.name} cannot be read: {error}") from error
        if as_json:
            tell(found, as_json)
        else:
            click.echo("\n".join(_lines(found)))

    return group


def _lines(found: dict[str, Any]) -> list[str]:
    card = found["card"]
    head = [
        f"{card['name']} {card['version']} sha256:{card['digest']}",
        f"{found['rows']} rows, {found['bad']} bad: KS {found['ks']}, AUC {found['auc']}, PSI {found['psi'] or '-'}",
    ]
    bands = [f"from {one['name']:>5}: {_counts(one)}" for one in found["bands"]]
    groups = [
        f"{column} = {one['name']}: {_counts(one)}, approval {one['approval']}, to the best group's {one['to_best']}"
        for column, shares in found["groups"].items()
        for one in shares
    ]
    return [*head, *bands, *groups]


def _counts(one: dict[str, Any]) -> str:
    return f"{one['count']} rows, {one['approved']} approved, {one['bad']} bad"
