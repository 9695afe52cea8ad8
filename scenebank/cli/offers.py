"""``offers``: what a shopper was shown, as it stood and made again."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell
from scenebank.clock import rfc3339
from scenebank.offers.kept import ShownOffer
from scenebank.wiring import Wired


def offers_group(wired: Wired) -> AppGroup:
    group = AppGroup("offers", help="Offers as they were shown.")

    @group.command("show", help="The part of the page, byte for byte; with --json, what it was made from.")
    @click.argument("offer_id", metavar="OFFER")
    @as_json_option
    def show(offer_id: str, as_json: bool) -> None:
        with refusals(wired):
            found = wired.shown_offers.get(offer_id)
        if as_json:
            click.echo(json.dumps(_row(found), ensure_ascii=False))
            return
        click.echo(found.content, nl=False)

    @group.command("recompute", help="Make its figures again from versions, scene and rules; exit 1 where one differs.")
    @click.argument("offer_id", metavar="OFFER")
    @as_json_option
    def recompute(offer_id: str, as_json: bool) -> None:
        with refusals(wired):
            found = wired.shown_offers.get(offer_id)
            again = wired.shown_offers.recompute(found)
        same = not again.differences
        tell({
            "offer": found.id, "same": same, "same_rules": again.same_rules, "differences": list(again.differences),
        } | ({"figures": again.figures} if as_json else {}), as_json)  # fmt: skip
        if not same:
            raise click.ClickException(f"{found.id}: other figures than were shown at {', '.join(again.differences)}")

    return group


def _row(found: ShownOffer) -> dict[str, object]:
    plan = None
    if found.plan is not None:
        plan = dict(zip(("bank", "product", "version", "term"), found.plan, strict=True))
    return {
        "offer": found.id, "shown_at": rfc3339(found.created_at), "merchant": found.merchant_id, "mode": found.mode,
        "session": found.session_id, "widget": found.widget, "widget_version": found.widget_version,
        "locale": found.locale, "market": found.ask.market.code, "day": found.ask.day.isoformat(),
        "catalogue_version": found.catalogue_version, "rule_set_version": found.rule_set_version,
        "amount": found.ask.amount.json(), "plan": plan,
        "among": [dict(zip(("bank", "product", "version"), one, strict=True)) for one in found.among],
        "figures": found.figures, "content": found.content.decode(),
    }  # fmt: skip
