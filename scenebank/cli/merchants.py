"""Merchants."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell, tell_all
from scenebank.markets import MARKETS
from scenebank.merchants.model import Mode
from scenebank.wiring import Wired


def merchants_group(wired: Wired) -> AppGroup:
    group = AppGroup("merchants", help="Merchants and their first keys.")

    @group.command("create", help="A merchant with one pair of keys, shown once.")
    @click.option("--name", required=True)
    @click.option("--origin", "origins", required=True, multiple=True, help="like https://shop.example; repeatable")
    @click.option("--market", required=True, type=click.Choice(sorted(MARKETS)))
    @click.option("--mode", default="test", type=click.Choice([mode.value for mode in Mode]))
    @as_json_option
    def create(name: str, origins: tuple[str, ...], market: str, mode: str, as_json: bool) -> None:
        with refusals(wired):
            made = wired.merchants.create(name, origins, market, Mode(mode))
        result = {
            "id": made.id, "name": name, "market": market, "mode": mode, "origins": list(origins),
            "publishable_key": made.publishable_key, "secret_key": made.secret_key,
        }  # fmt: skip
        tell(result, as_json)
        click.echo("Keep the secret key: it cannot be shown again.", err=True)

    @group.command("list", help="All merchants, the oldest first.")
    @as_json_option
    def list_all(as_json: bool) -> None:
        with refusals(wired):
            found = wired.merchants.everybody()
        tell_all([{"id": one.id, "market": one.market, "name": one.name} for one in found], as_json)

    @group.command("show", help="One merchant, with its origins and publishable keys in both modes.")
    @click.argument("merchant_id")
    @as_json_option
    def show(merchant_id: str, as_json: bool) -> None:
        with refusals(wired):
            found = wired.merchants.get(merchant_id)
            result: dict[str, Any] = {"id": found.id, "name": found.name, "market": found.market}
            for mode in Mode:
                result[f"{mode.value}_origins"] = list(wired.merchants.origins(merchant_id, mode))
                result[f"{mode.value}_publishable_key"] = wired.merchants.publishable_key(merchant_id, mode) or None
        tell(result, as_json)

    return group
