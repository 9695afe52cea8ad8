"""The pages that may show a merchant's widgets."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell_all, tenant_options
from scenebank.clock import moment_of, rfc3339
from scenebank.merchants.model import Mode
from scenebank.wiring import Wired


def origins_group(wired: Wired) -> AppGroup:
    group = AppGroup("origins", help="Exact origins of merchants' pages, by mode.")

    @group.command("add", help="Adding twice is the same as adding once.")
    @click.argument("origin")
    @tenant_options
    def add(origin: str, merchant: str, mode: str) -> None:
        with refusals(wired):
            wired.merchants.get(merchant)
            wired.merchants.add_origin(merchant, Mode(mode), origin)
        click.echo(f"{origin} may show the widgets", err=True)

    @group.command("remove", help="Visits on its pages end with their next request.")
    @click.argument("origin")
    @tenant_options
    def remove(origin: str, merchant: str, mode: str) -> None:
        with refusals(wired):
            wired.merchants.remove_origin(merchant, Mode(mode), origin)
        click.echo(f"{origin} may not show the widgets any more", err=True)

    @group.command("list")
    @tenant_options
    @as_json_option
    def list_all(merchant: str, mode: str, as_json: bool) -> None:
        with refusals(wired):
            wired.merchants.get(merchant)
            found = wired.merchants.origins(merchant, Mode(mode))
        tell_all([{"origin": one} for one in found], as_json)

    @group.command("refused", help="Pages that asked and are not registered, the newest first.")
    @tenant_options
    @as_json_option
    def refused(merchant: str, mode: str, as_json: bool) -> None:
        with refusals(wired):
            wired.merchants.get(merchant)
            found = wired.refused_origins.seen(merchant, Mode(mode))
        rows = [
            {"origin": one.origin, "count": one.count,
             "last_seen_at": rfc3339(moment_of(one.last_seen_at))}
            for one in found
        ]  # fmt: skip
        tell_all(rows, as_json)

    return group
