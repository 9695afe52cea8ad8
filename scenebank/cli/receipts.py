"""``receipts verify``: the whole ledger, row by row."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals
from scenebank.receipts.verification import Verdict
from scenebank.wiring import Wired


def receipts_group(wired: Wired) -> AppGroup:
    group = AppGroup("receipts", help="The ledger of consents and state changes.")

    @group.command("verify", help="Walk the whole ledger; exit 1 and name the first row that is not as it was.")
    @as_json_option
    def verify(as_json: bool) -> None:
        with refusals(wired):
            verdict = wired.receipts.verification.run()
        if as_json:
            click.echo(json.dumps(_result(verdict)))
        else:
            click.echo(f"{verdict.entries} entries, {verdict.heads} heads, {verdict.waiting} not sealed yet")
        if verdict.bad is not None:
            bad = verdict.bad
            raise click.ClickException(f"{bad.table}, row {bad.row}: {bad.problem}")
        click.echo("every entry stands as it was sealed", err=True)

    return group


def _result(verdict: Verdict) -> dict[str, Any]:
    bad, newest = verdict.bad, verdict.newest
    return {
        "ok": bad is None,
        "entries": verdict.entries,
        "heads": verdict.heads,
        "waiting": verdict.waiting,
        "head": newest.statement if newest else None,
        "bad": {"table": bad.table, "row": bad.row, "problem": bad.problem} if bad else None,
    }
