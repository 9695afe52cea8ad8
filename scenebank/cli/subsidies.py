"""``subsidies``: interest that shops pay in place of their shoppers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell, tell_all, tenant_options
from scenebank.merchants.model import Mode
from scenebank.offers.subsidies import Arrangement
from scenebank.wiring import Wired

_DAY = click.DateTime(["%Y-%m-%d"])


def subsidies_group(wired: Wired) -> AppGroup:
    group = AppGroup("subsidies", help="Interest that shops pay in place of their shoppers.")

    @group.command("arrange", help="The shop pays the interest of a product its bank has marked for that.")
    @click.argument("bank")
    @click.argument("product")
    @tenant_options
    @click.option("--from", "first", type=_DAY, required=True, help="first day, in the market's own time")
    @click.option("--until", "last", type=_DAY, help="last day; without it, until it is ended")
    @as_json_option
    def arrange(
        bank: str, product: str, merchant: str, mode: str, first: datetime, last: datetime | None, as_json: bool
    ) -> None:  # fmt: skip
        made = Arrangement(bank, product, first.date(), last.date() if last else None)
        with refusals(wired):
            wired.merchants.get(merchant)
            wired.subsidies.arrange(merchant, Mode(mode), made)
        tell(_row(made), as_json)

    @group.command("list", help="What a shop pays for.")
    @tenant_options
    @as_json_option
    def list_all(merchant: str, mode: str, as_json: bool) -> None:
        with refusals(wired):
            wired.merchants.get(merchant)
            found = wired.subsidies.all(merchant, Mode(mode))
        tell_all([_row(one) for one in found], as_json)

    @group.command("end", help="Not from now on; what was applied for before stays as it was shown.")
    @click.argument("bank")
    @click.argument("product")
    @tenant_options
    def end(bank: str, product: str, merchant: str, mode: str) -> None:
        with refusals(wired):
            wired.merchants.get(merchant)
            wired.subsidies.end(merchant, Mode(mode), bank, product)
        click.echo(f"the shop pays no interest of {bank}/{product} any more", err=True)

    return group


def _row(one: Arrangement) -> dict[str, Any]:
    return {"bank": one.bank_id, "product": one.product_id, "from": _text(one.first_day), "until": _text(one.last_day)}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
