"""``catalogue``: products of banks, imported, listed and mended, and on their way to the shoppers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from scenebank.banks import BANKS
from scenebank.catalogue.cdr.model import ORDER, Reason, Verdict
from scenebank.catalogue.cdr.service import Change, Imported, Outcome
from scenebank.catalogue.cdr.store import Kept
from scenebank.catalogue.documents import parse_bank
from scenebank.cli.catalogue_audit import add_looking
from scenebank.cli.catalogue_moves import FILE, add_moving, add_writing, read_document
from scenebank.cli.output import as_json_option, refusals, tell, tell_all
from scenebank.clock import instant
from scenebank.errors import InvalidInput
from scenebank.wiring import Wired

_VERDICTS = click.Choice([one.value for one in Verdict])


def catalogue_group(wired: Wired) -> AppGroup:
    group = AppGroup("catalogue", help="Products of banks.")
    _importing(group, wired)
    _listing(group, wired)
    _mending(group, wired)
    _joining(group, wired)
    add_writing(group, wired)
    add_moving(group, wired)
    add_looking(group, wired)
    return group


def _joining(group: AppGroup, wired: Wired) -> None:
    @group.command("bank", help="A bank joins, or what is on file of it changes: FILE is its document.")
    @click.argument("path", metavar="FILE", type=FILE)
    @as_json_option
    def join(path: Path, as_json: bool) -> None:
        with refusals(wired):
            bank = parse_bank(read_document(path))
            if bank.adapter not in BANKS:
                raise InvalidInput.one("adapter", "bank_document", problem=f"an adapter is one of {', '.join(BANKS)}")
            wired.catalogue.publish_bank(bank)
        tell({"bank_id": bank.bank_id, "adapter": bank.adapter}, as_json)


def _importing(group: AppGroup, wired: Wired) -> None:
    @group.command("import", help="Import CDR product data from files, folders and banks' public addresses.")
    @click.argument("sources", nargs=-1, required=True, metavar="SOURCE…")
    @click.option("--bank", help="whose products they are; without it, a file's bank is its brand's name")
    @as_json_option
    def import_all(sources: tuple[str, ...], bank: str | None, as_json: bool) -> None:
        with refusals(wired):
            found = list(wired.imports.run(sources, bank))
        tell_all([_imported_row(one, as_json) for one in found], as_json)
        counts = Counter(one.verdict for one in found if one.outcome is not Outcome.GONE)
        words = ", ".join(f"{counts[one]} {one.value}" for one in ORDER if counts[one]) or "nothing"
        click.echo(f"{counts.total()} documents: {words}", err=True)
        failed = [one for one in found if one.outcome in (Outcome.KEPT, Outcome.REFUSED)]
        if failed:
            raise click.ClickException(f"{len(failed)} could not be imported; the last good copies stay")


def _listing(group: AppGroup, wired: Wired) -> None:
    @group.command("imported", help="What was imported, with its verdict; one product with its whole document.")
    @click.option("--verdict", type=_VERDICTS)
    @click.option("--bank")
    @click.option("--product")
    @as_json_option
    def imported(verdict: str | None, bank: str | None, product: str | None, as_json: bool) -> None:
        with refusals(wired):
            found = wired.imports.imported(Verdict(verdict) if verdict else None)
        rows = [one for one in found if bank in (None, one.bank_id) and product in (None, one.product_id)]
        tell_all([_kept_row(one, as_json, bank is not None and product is not None) for one in rows], as_json)


def _mending(group: AppGroup, wired: Wired) -> None:
    @group.command("mend", help="Put right what a bank has wrong, for as long as the bank leaves it so.")
    @click.argument("bank")
    @click.argument("product")
    @click.option("--set", "values", multiple=True, metavar="POINTER=JSON", help="a value for a place; repeatable")
    @click.option("--drop", "dropped", multiple=True, metavar="POINTER", help="take a member away; repeatable")
    @click.option("--undo", "undone", multiple=True, metavar="POINTER", help="take a mending back; repeatable")
    @click.option("--by", required=True, help="who mends")
    @click.option("--why", required=True)
    @as_json_option
    def mend(
        bank: str, product: str, values: tuple[str, ...], dropped: tuple[str, ...], undone: tuple[str, ...],
        by: str, why: str, as_json: bool,
    ) -> None:  # fmt: skip
        changes = [_change(one) for one in values] + [Change(pointer, None) for pointer in dropped]
        with refusals(wired):
            if not changes and not undone:
                raise InvalidInput.one("mend", "mending_nothing")
            kept = wired.imports.mend(bank, product, changes, undone, by, why)
        tell(_kept_row(kept, as_json, False), as_json)


def _change(text: str) -> Change:
    pointer, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter("it is POINTER=JSON", param_hint="--set")
    return Change(pointer, value)


def _imported_row(one: Imported, as_json: bool) -> dict[str, Any]:
    row = {"outcome": one.outcome.value, "verdict": one.verdict.value, "bank_id": one.bank_id,
           "product_id": one.product_id, "source": one.source}  # fmt: skip
    return row | _reasons(one.reasons, as_json)


def _kept_row(one: Kept, as_json: bool, whole: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "verdict": one.verdict.value, "bank_id": one.bank_id, "product_id": one.product_id, "source": one.source,
    }  # fmt: skip
    if not as_json:
        failed = f"last import failed: {one.failure.words}" if one.failure else None
        gone = "not in the bank's list any more" if one.gone_at else None
        return row | {"failure": failed, "gone": gone} | _reasons(one.reasons, as_json)
    row |= {
        "generation": one.generation, "content_hash": one.content_hash, "changed_at": instant(one.changed_at),
        "failure": one.failure.json() if one.failure else None, "failed_at": instant(one.failed_at),
        "gone_at": instant(one.gone_at),
    }  # fmt: skip
    return row | _reasons(one.reasons, as_json) | ({"document": one.document} if whole else {})


def _reasons(reasons: Sequence[Reason], as_json: bool) -> dict[str, Any]:
    """All of them for machines; for people the first of those that decided."""
    if as_json:
        return {"reasons": [one.json() for one in reasons]}
    if not reasons or reasons[0].weight is Verdict.CLEAN:
        return {"reason": None}
    first, others = reasons[0], sum(one.weight is reasons[0].weight for one in reasons) - 1
    more = f" (and {others} more)" if others else ""
    return {"reason": f"{first.pointer}: {first.words}{more}" if first.pointer else f"{first.words}{more}"}
