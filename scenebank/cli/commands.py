"""All commands, and those for the database and durable work. What needs the engine itself asks for it when it runs:
processes that serve pages have these commands too, and do without."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from scenebank.cli.catalogue import catalogue_group
from scenebank.cli.keys import keys_group
from scenebank.cli.merchants import merchants_group
from scenebank.cli.offers import offers_group
from scenebank.cli.origins import origins_group
from scenebank.cli.output import refusals, tell_all
from scenebank.cli.own_keys import session_keys_group, signing_keys_group
from scenebank.cli.receipts import receipts_group
from scenebank.cli.risk import risk_group
from scenebank.cli.rules import Look, rules_group
from scenebank.cli.subsidies import subsidies_group
from scenebank.cli.team import team_group
from scenebank.seed import seed_catalogue, seed_shops, seed_subsidies
from scenebank.seed.story import story
from scenebank.store.migrate import migrate
from scenebank.wiring import Wired


def register(app: Flask, wired: Wired, look: Look) -> None:
    """Add the commands to the application's ``flask`` command; ``look`` judges what the widgets show."""
    app.cli.add_command(_migrate(wired))
    app.cli.add_command(_seed(wired))
    app.cli.add_command(merchants_group(wired))
    app.cli.add_command(keys_group(wired))
    app.cli.add_command(origins_group(wired))
    app.cli.add_command(signing_keys_group(wired))
    app.cli.add_command(session_keys_group(wired))
    app.cli.add_command(_work(wired))
    app.cli.add_command(receipts_group(wired))
    app.cli.add_command(risk_group())
    app.cli.add_command(rules_group(wired, look))
    app.cli.add_command(catalogue_group(wired))
    app.cli.add_command(team_group(wired))
    app.cli.add_command(offers_group(wired))
    app.cli.add_command(subsidies_group(wired))


def _migrate(wired: Wired) -> click.Command:
    @click.command("migrate", help="Bring the database to the newest version.")
    def command() -> None:
        from scenebank.engine.migrate import migrate_engine

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
        with refusals(wired):
            seed_catalogue(wired.catalogue, wired.bank_pages, bank_url, bank_ca_file)
            accounts = seed_shops(wired.merchants, wired.webhooks, wired.config.data_dir, shop_url, shop_url)
            seed_subsidies(wired.subsidies, {shop: accounts[shop]["merchant_id"] for shop in story()["shops"]})

    return command


def _work(wired: Wired) -> AppGroup:
    group = AppGroup("work", help="Durable work that ended in an error.")

    @group.command("dead", help="List dead letters, the newest first.")
    @click.option("--json", "as_json", is_flag=True)
    def dead(as_json: bool) -> None:
        from scenebank.engine.dead_letters import dead_letters

        with refusals(wired):
            found = dead_letters(wired.config.database_url)
        rows = [
            {"id": one.work_id, "link": one.link, "failed_at": one.failed_at.isoformat(), "error": one.error}
            for one in found
        ]
        tell_all(rows, as_json)

    @group.command("put-back", help="Run a dead letter's work once more.")
    @click.argument("work_id")
    def again(work_id: str) -> None:
        from scenebank.engine.dead_letters import put_back

        with refusals(wired):
            put_back(wired.config.database_url, work_id)

    return group
