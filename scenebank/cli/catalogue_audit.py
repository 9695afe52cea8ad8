"""``catalogue history``, ``diff``, ``show`` and ``audit``: what was done, and what it changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click
from flask.cli import AppGroup

from scenebank.catalogue.publishing.audit import Head
from scenebank.catalogue.publishing.documents import difference_json, move_json, revision_json
from scenebank.catalogue.publishing.model import Revision
from scenebank.catalogue.publishing.verification import Verdict
from scenebank.cli.catalogue_moves import as_option, tell_revision
from scenebank.cli.output import as_json_option, refusals, tell_all
from scenebank.wiring import Wired

_MOST = 1000


def add_looking(group: AppGroup, wired: Wired) -> None:
    _revisions(group, wired)
    audit = AppGroup("audit", help="Every move of every revision.")
    group.add_command(audit)

    @audit.command("list", help="The moves in order.")
    @click.option("--bank")
    @click.option("--product")
    @click.option("--after", default=0, type=int, help="behind this number")
    @as_option
    @as_json_option
    def list_all(bank: str | None, product: str | None, after: int, who: str, as_json: bool) -> None:
        with refusals(wired):
            rows = [move_json(row) for row in wired.publishing_records.moves(who, bank, product, after, _MOST)]
        tell_all(rows if as_json else [_move_row(row) for row in rows], as_json)

    @audit.command("verify", help="Walk the whole audit; exit 1 and name the first row that is not as it was.")
    @click.option("--head", "known", metavar="NUMBER:HASH", help="a head that was kept elsewhere")
    @as_json_option
    def verify(known: str | None, as_json: bool) -> None:
        head = None if known is None else _head(known)
        with refusals(wired):
            verdict = wired.audit.run(head)
        if as_json:
            click.echo(json.dumps(_result(verdict)))
        else:
            click.echo(f"{verdict.rows} moves, head {verdict.head.number}:{verdict.head.hash}")
        if verdict.bad:
            bad = verdict.bad[0]
            raise click.ClickException(f"{bad.table}, row {bad.row}: {bad.problem}")
        click.echo("every move stands as it was written", err=True)


def _revisions(group: AppGroup, wired: Wired) -> None:
    @group.command("revisions", help="Revisions of all products, the newest first.")
    @click.option("--bank")
    @click.option("--product")
    @click.option("--limit", default=50, type=click.IntRange(1, _MOST), show_default=True)
    @as_option
    @as_json_option
    def revisions(bank: str | None, product: str | None, limit: int, who: str, as_json: bool) -> None:
        with refusals(wired):
            found = wired.publishing_records.page(who, bank, product, None, None, limit)
        _tell_revisions(found, as_json)

    @group.command("history", help="A product's revisions, the newest first.")
    @click.argument("bank")
    @click.argument("product")
    @as_option
    @as_json_option
    def history(bank: str, product: str, who: str, as_json: bool) -> None:
        with refusals(wired):
            found = wired.publishing_records.history(who, bank, product)
        _tell_revisions(found, as_json)

    @group.command("show", help="One revision; with --json its document too.")
    @click.argument("revision")
    @as_option
    @as_json_option
    def show(revision: str, who: str, as_json: bool) -> None:
        with refusals(wired):
            found = wired.publishing_records.get(who, revision)
        tell_revision(wired, found, who, as_json)

    @group.command("diff", help="What a revision changes: its fields, and what a shopper feels.")
    @click.argument("revision")
    @click.option("--against", metavar="VERSION", help="in place of what is live")
    @as_option
    @as_json_option
    def diff(revision: str, against: str | None, who: str, as_json: bool) -> None:
        with refusals(wired):
            found = difference_json(wired.publishing_records.step(who, revision, against))
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
            return
        lines = [one["words"] for one in (*found["fields"], *found["shopper"])]
        click.echo("\n".join([*lines, f"{found['unchanged']} amounts and terms cost the same"]))


def _tell_revisions(found: Iterable[Revision], as_json: bool) -> None:
    rows = map(revision_json, found)
    tell_all(list(rows) if as_json else [_history_row(row) for row in rows], as_json)


def _history_row(row: dict[str, Any]) -> dict[str, Any]:
    names = ("updated_at", "id", "bank_id", "product_id", "state", "version", "author", "approved_by", "reason")
    return {name: row[name] for name in names}


def _move_row(row: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "at", "actor", "act", "bank_id", "product_id", "revision_id", "from_state", "to_state")
    return {name: row[name] for name in names}


def _head(text: str) -> Head:
    number, colon, hashed = text.partition(":")
    if not colon or not number.isdecimal():
        raise click.BadParameter("it is NUMBER:HASH, as `audit verify` printed it", param_hint="--head")
    return Head(int(number), hashed)


def _result(verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": not verdict.bad,
        "moves": verdict.rows,
        "head": f"{verdict.head.number}:{verdict.head.hash}",
        "bad": [{"table": one.table, "row": one.row, "problem": one.problem} for one in verdict.bad],
    }
