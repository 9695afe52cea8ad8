"""All commands. Results go to standard output, messages to standard error; exit 0 done, 1 refused, 2 misused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from scenebank.cli.receipts import make_receipts_commands
from scenebank.engine.dead_letters import dead_letters, put_back
from scenebank.engine.migrate import migrate_engine
from scenebank.errors import InvalidInput, ScenebankError
from scenebank.markets import MARKETS
from scenebank.merchants.model import Mode
from scenebank.seed import seed_catalogue, seed_shops
from scenebank.store.migrate import is_migrated, migrate
from scenebank.wiring import Wired

_HINTS = {
    "origin_not_https": "an origin begins with https:// (http:// only for localhost, in test mode)",
    "origin_malformed": "an origin is scheme, host and port as browsers write it, like https://shop.example",
    "merchant_name": "a name has 1 to 100 printable characters",
    "unknown_market": f"a market is one of {', '.join(sorted(MARKETS))}",
}


def register(app: Flask, wired: Wired) -> None:
    """Add the commands to the application's ``flask`` command."""
    app.cli.add_command(_migrate(wired))
    app.cli.add_command(_seed(wired))
    app.cli.add_command(_merchants(wired))
    app.cli.add_command(_work(wired))
    app.cli.add_command(make_receipts_commands(wired, _refusals))


def _migrate(wired: Wired) -> click.Command:
    @click.command("migrate", help="Bring the database to the newest version.")
    def command() -> None:
        migrate(wired.database)
        migrate_engine(wired.config.database_url)
        click.echo("the database is at the newest version", err=True)

    return command


def _seed(wired: Wired) -> click.Command:
    @click.command("seed", help="Write the demonstration's banks, products and shops.")
    @click.option("--shop-url", required=True, help="origin of the demo shop")
    @click.option("--bank-url", required=True, help="origin of the sandbox banks")
    @click.option("--bank-ca-file", help="authority of the banks' certificate, where it is none of the public ones")
    def command(shop_url: str, bank_url: str, bank_ca_file: str | None) -> None:
        with _refusals(wired):
            seed_catalogue(wired.catalogue, wired.bank_pages, bank_url, bank_ca_file)
            seed_shops(wired.merchants, wired.webhooks, wired.config.data_dir, shop_url, shop_url)

    return command


def _merchants(wired: Wired) -> AppGroup:
    group = AppGroup("merchants", help="Merchants and their keys.")

    @group.command("create", help="A merchant with one pair of keys, shown once.")
    @click.option("--name", required=True)
    @click.option("--origin", "origins", required=True, multiple=True, help="like https://shop.example; repeatable")
    @click.option("--market", required=True, type=click.Choice(sorted(MARKETS)))
    @click.option("--mode", default="test", type=click.Choice([mode.value for mode in Mode]))
    @click.option("--json", "as_json", is_flag=True, help="the result as one JSON object")
    def create(name: str, origins: tuple[str, ...], market: str, mode: str, as_json: bool) -> None:
        with _refusals(wired):
            made = wired.merchants.create(name, origins, market, Mode(mode))
        result = {
            "id": made.id, "name": name, "market": market, "mode": mode, "origins": list(origins),
            "publishable_key": made.publishable_key, "secret_key": made.secret_key,
        }  # fmt: skip
        _tell(result, as_json)
        click.echo("Keep the secret key: it cannot be shown again.", err=True)

    return group


def _work(wired: Wired) -> AppGroup:
    group = AppGroup("work", help="Durable work that ended in an error.")

    @group.command("dead", help="List dead letters, the newest first.")
    @click.option("--json", "as_json", is_flag=True)
    def dead(as_json: bool) -> None:
        with _refusals(wired):
            found = dead_letters(wired.config.database_url)
        rows = [
            {"id": one.work_id, "link": one.link, "failed_at": one.failed_at.isoformat(), "error": one.error}
            for one in found
        ]
        if as_json:
            click.echo(json.dumps(rows))
        for row in [] if as_json else rows:
            click.echo("  ".join(row.values()))

    @group.command("put-back", help="Run a dead letter's work once more.")
    @click.argument("work_id")
    def again(work_id: str) -> None:
        with _refusals(wired):
            put_back(wired.config.database_url, work_id)

    return group


@contextmanager
def _refusals(wired: Wired) -> Iterator[None]:
    """What is refused is said in words, and exits 1."""
    if not is_migrated(wired.database):
        raise click.ClickException("the database is not at the newest version: run `flask --app app migrate`")
    try:
        yield
    except InvalidInput as error:
        lines = [f"{one.pointer.strip('/')}: {_HINTS.get(one.code, one.code)}" for one in error.errors]
        raise click.ClickException("; ".join(lines)) from error
    except ScenebankError as error:
        raise click.ClickException(error.detail) from error


def _tell(result: dict[str, Any], as_json: bool) -> None:
    write: Callable[[str], None] = click.echo
    if as_json:
        write(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        write(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
