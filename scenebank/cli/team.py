"""``team``: the people who work on the catalogue."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell, tell_all
from scenebank.clock import instant
from scenebank.team.model import Member, Role
from scenebank.team.service import NewMember
from scenebank.wiring import Wired

_ROLE = click.option("--role", required=True, type=click.Choice([one.value for one in Role]))


def team_group(wired: Wired) -> AppGroup:
    group = AppGroup("team", help="The people who work on the catalogue.")

    @group.command("add", help="Somebody new, with a key that is shown once.")
    @click.argument("name")
    @_ROLE
    @click.option("--bank", help="whose products; without it, the operator's own people, who see all")
    @as_json_option
    def add(name: str, role: str, bank: str | None, as_json: bool) -> None:
        with refusals(wired):
            made = wired.team.add(name, Role(role), bank)
        _tell_key(made, as_json)

    @group.command("list", help="Everybody, those let go among them; never a key.")
    @as_json_option
    def list_all(as_json: bool) -> None:
        with refusals(wired):
            found = wired.team.everybody()
        tell_all([_row(one) for one in found], as_json)

    @group.command("role", help="Give somebody another role.")
    @click.argument("name")
    @_ROLE
    @as_json_option
    def role(name: str, role: str, as_json: bool) -> None:
        with refusals(wired):
            changed = wired.team.change_role(name, Role(role))
        tell(_row(changed), as_json)

    @group.command("roll", help="A new key for somebody; the old one ends now.")
    @click.argument("name")
    @as_json_option
    def roll(name: str, as_json: bool) -> None:
        with refusals(wired):
            made = wired.team.roll(name)
        _tell_key(made, as_json)

    @group.command("end", help="Let somebody go: no key and no command of theirs works any more.")
    @click.argument("name")
    def end(name: str) -> None:
        with refusals(wired):
            wired.team.end(name)
        click.echo(f"{name} has ended", err=True)

    return group


def _tell_key(made: NewMember, as_json: bool) -> None:
    tell(_row(made.member) | {"key": made.key}, as_json)
    click.echo("Keep the key: it cannot be shown again.", err=True)


def _row(one: Member) -> dict[str, Any]:
    return {
        "name": one.name, "role": one.role.value, "bank_id": one.bank_id, "last4": one.last4,
        "created_at": instant(one.created_at), "ended_at": instant(one.ended_at),
    }  # fmt: skip
