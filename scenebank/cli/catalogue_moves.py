"""``catalogue draft … withdraw``: a product's way to the shoppers, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from scenebank.catalogue.publishing.documents import revision_json
from scenebank.catalogue.publishing.editing import edited
from scenebank.catalogue.publishing.model import Revision
from scenebank.catalogue.publishing.service import Wanted
from scenebank.cli.output import as_json_option, hint, refusals, tell
from scenebank.errors import InvalidInput
from scenebank.fields import Instant
from scenebank.jose.strict_json import strict_object
from scenebank.wiring import Wired

Command = Callable[..., None]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NONE = "none"
_SHOWN = ("id", "bank_id", "product_id", "state", "version", "content_hash", "starts_at", "ends_at", "approved_by")


class Moment(click.ParamType[Any]):
    """RFC 3339 with its offset, as ms; ``none`` where there shall be none."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == _NONE or isinstance(value, int):
            return value
        at = Instant().read("", value, [])
        if at is None:
            self.fail(f"{value!r} is no instant with its offset, such as 2026-12-01T00:00:00+08:00", param, ctx)
        return at


MOMENT = Moment()


def as_option(command: Command) -> Command:
    return click.option("--as", "who", required=True, metavar="NAME", help="the team member who does it")(command)


def _reason(needed: bool) -> Callable[[Command], Command]:
    return click.option("--reason", required=needed, help="why, for all who look at it later")


def _times(command: Command) -> Command:
    command = click.option("--until", "ends_at", type=MOMENT, help="not after, like --from")(command)
    return click.option("--from", "starts_at", type=MOMENT, help="not before: RFC 3339 with its offset")(command)


def add_writing(group: AppGroup, wired: Wired) -> None:
    @group.command("draft", help="Begin a revision of a product: of FILE, of what is live, or of what was imported.")
    @click.argument("bank")
    @click.argument("product")
    @click.option("--file", "path", type=FILE, help="the product as JSON; it may be incomplete")
    @click.option("--live", "source", flag_value="live")
    @click.option("--imported", "source", flag_value="imported")
    @_times
    @_reason(needed=False)
    @as_option
    @as_json_option
    def draft(
        bank: str, product: str, path: Path | None, source: str | None, starts_at: Any, ends_at: Any,
        reason: str | None, who: str, as_json: bool,
    ) -> None:  # fmt: skip
        with refusals(wired):
            if (path is None) == (source is None):
                raise InvalidInput.one("", "source_or_document")
            document = None if path is None else read_document(path)
            wanted = Wanted(bank, product, document, source, _time(starts_at), _time(ends_at), reason)
            made = wired.publishing.draft(who, wanted)
        tell_revision(wired, made, who, as_json)

    @group.command("edit", help="Change a revision; whatever was approved of it is not any more.")
    @click.argument("revision")
    @click.option("--file", "path", type=FILE, help="the whole product as JSON, in place of what stands there")
    @click.option("--set", "values", multiple=True, metavar="POINTER=JSON", help="a value for a place; repeatable")
    @click.option("--drop", "dropped", multiple=True, metavar="POINTER", help="take a member away; repeatable")
    @_times
    @_reason(needed=False)
    @as_option
    @as_json_option
    def edit(
        revision: str, path: Path | None, values: tuple[str, ...], dropped: tuple[str, ...], starts_at: Any,
        ends_at: Any, reason: str | None, who: str, as_json: bool,
    ) -> None:  # fmt: skip
        pairs = [_pair(one) for one in values]
        with refusals(wired):
            before = wired.publishing_records.get(who, revision)
            changes: dict[str, Any] = {} if path is None else {"document": read_document(path)}
            if pairs or dropped:
                changes["document"] = edited(changes.get("document", before.document), pairs, dropped)
            given = (("starts_at", starts_at), ("ends_at", ends_at))
            changes |= {name: _time(one) for name, one in given if one is not None}
            changes |= {} if reason is None else {"reason": reason}
            done = wired.publishing.edit(who, revision, changes, before.content_hash)
        tell_revision(wired, done, who, as_json)

    @group.command("submit", help="Ask for a review; says all that is wrong with it.")
    @click.argument("revision")
    @as_option
    @as_json_option
    def submit(revision: str, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.submit(who, revision)
        tell_revision(wired, done, who, as_json)


def add_moving(group: AppGroup, wired: Wired) -> None:
    _deciding(group, wired)

    @group.command("schedule", help="It goes live by itself, at the time it was approved for or at --at.")
    @click.argument("revision")
    @click.option("--at", type=MOMENT, help="RFC 3339 with its offset")
    @as_option
    @as_json_option
    def schedule(revision: str, at: Any, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.schedule(who, revision, _time(at))
        tell_revision(wired, done, who, as_json)

    @group.command("publish", help="It is live from now on.")
    @click.argument("revision")
    @click.option("--replaces", metavar="VERSION", help="what is live now, or none; else what it was drafted from")
    @as_option
    @as_json_option
    def publish(revision: str, replaces: str | None, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.publish(who, revision, replaces)
        tell_revision(wired, done, who, as_json)

    @group.command("rollback", help="Go back to the version that was live before, or to --version.")
    @click.argument("bank")
    @click.argument("product")
    @click.option("--version")
    @_reason(needed=True)
    @as_option
    @as_json_option
    def rollback(bank: str, product: str, version: str | None, reason: str, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.rollback(who, bank, product, version, reason)
        tell_revision(wired, done, who, as_json)

    @group.command("withdraw", help="Nothing of the product is sold from now on.")
    @click.argument("bank")
    @click.argument("product")
    @_reason(needed=True)
    @as_option
    @as_json_option
    def withdraw(bank: str, product: str, reason: str, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.withdraw(who, bank, product, reason)
        tell_revision(wired, done, who, as_json)


def _deciding(group: AppGroup, wired: Wired) -> None:
    @group.command("approve", help="Approve exactly what stands there; nobody approves what he wrote or edited.")
    @click.argument("revision")
    @click.option("--hash", "seen", help="the content hash that was looked at; another one is refused")
    @as_option
    @as_json_option
    def approve(revision: str, seen: str | None, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.approve(who, revision, seen)
        tell_revision(wired, done, who, as_json)

    @group.command("reject", help="Back to the draft, with what is to be changed.")
    @click.argument("revision")
    @_reason(needed=True)
    @as_option
    @as_json_option
    def reject(revision: str, reason: str, who: str, as_json: bool) -> None:
        with refusals(wired):
            done = wired.publishing.reject(who, revision, reason)
        tell_revision(wired, done, who, as_json)


def tell_revision(wired: Wired, one: Revision, who: str, as_json: bool) -> None:
    """To people what they need for the next step; what still keeps a draft from a review as messages."""
    row = revision_json(one)
    tell(row | {"document": one.document} if as_json else {name: row[name] for name in _SHOWN}, as_json)
    for problem in wired.publishing_records.problems(who, one.id):
        click.echo(f"to be mended: {hint(problem)}", err=True)


def _pair(text: str) -> tuple[str, str]:
    pointer, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter("it is POINTER=JSON", param_hint="--set")
    return pointer, value


def _time(given: Any) -> int | None:
    return None if given == _NONE else given


def read_document(path: Path) -> dict[str, Any]:
    """Strict JSON: no fractions, no name twice."""
    try:
        return strict_object(path.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{path.name} is no JSON object of ours: {error}") from error
