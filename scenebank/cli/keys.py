"""Merchants' keys of every kind."""

from __future__ import annotations

import json
from typing import Any, TextIO

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell, tell_all, tenant_options
from scenebank.clock import instant, milliseconds
from scenebank.errors import InvalidInput
from scenebank.merchants.key_service import NewKey, WantedKey
from scenebank.merchants.model import Grace, KeyKind, MerchantKey, Mode, Scope
from scenebank.wiring import Wired

_JWK = click.option("--jwk", type=click.File(encoding="utf-8"), help="the file of a launch key: a public JWK")


def keys_group(wired: Wired) -> AppGroup:
    group = AppGroup("keys", help="Merchants' keys: publishable, secret, restricted, launch, launch_secret.")
    _making(group, wired)

    @group.command("list", help="All keys of a merchant in one mode; never a secret.")
    @tenant_options
    @as_json_option
    def list_all(merchant: str, mode: str, as_json: bool) -> None:
        with refusals(wired):
            wired.merchants.get(merchant)
            found = wired.merchant_keys.keys(merchant, Mode(mode))
        tell_all([_row(wired, one) for one in found], as_json)

    @group.command("revoke", help="End a key now.")
    @click.argument("key_id")
    @tenant_options
    def revoke(key_id: str, merchant: str, mode: str) -> None:
        with refusals(wired):
            wired.merchant_keys.revoke(merchant, Mode(mode), key_id)
        click.echo(f"{key_id} has ended", err=True)

    return group


def _making(group: AppGroup, wired: Wired) -> None:
    @group.command("create", help="A new key; a secret is shown once.")
    @tenant_options
    @click.option("--kind", required=True, type=click.Choice([kind.value for kind in KeyKind]))
    @click.option("--name", help="a word of yours for what it is for")
    @click.option("--scope", "scopes", multiple=True, type=click.Choice([one.value for one in Scope]),
                  help="what a restricted key may do; repeatable")  # fmt: skip
    @_JWK
    @as_json_option
    def create(
        merchant: str, mode: str, kind: str, name: str | None, scopes: tuple[str, ...], jwk: TextIO | None,
        as_json: bool,
    ) -> None:  # fmt: skip
        with refusals(wired):
            wired.merchants.get(merchant)
            wanted = WantedKey(KeyKind(kind), name, [Scope(one) for one in scopes], _read(jwk))
            made = wired.merchant_keys.create(merchant, Mode(mode), wanted)
        tell(_made(wired, made), as_json)

    @group.command("roll", help="A new key that works at once; the old one ends after the grace.")
    @click.argument("key_id")
    @tenant_options
    @click.option("--grace", default=Grace.DAY.value, type=click.Choice([one.value for one in Grace]),
                  show_default=True)  # fmt: skip
    @_JWK
    @as_json_option
    def roll(key_id: str, merchant: str, mode: str, grace: str, jwk: TextIO | None, as_json: bool) -> None:
        with refusals(wired):
            made, old = wired.merchant_keys.roll(merchant, Mode(mode), key_id, Grace(grace), jwk=_read(jwk))
        tell(_made(wired, made) | {"rolled": old.id, "rolled_ends_at": instant(old.expires_at)}, as_json)


def _made(wired: Wired, made: NewKey) -> dict[str, Any]:
    if made.text is not None and made.key.value is None:
        click.echo("Keep the key: it cannot be shown again.", err=True)
    return _row(wired, made.key) | ({"key": made.text} if made.text is not None else {})


def _row(wired: Wired, key: MerchantKey) -> dict[str, Any]:
    return {
        "id": key.id, "kind": key.kind.value, "mode": key.mode.value,
        "status": key.status(milliseconds(wired.clock.now())), "last4": key.last4, "name": key.name,
        "scopes": [one.value for one in key.scopes] or None, "value": key.value, "kid": key.kid,
        "created_at": instant(key.created_at), "expires_at": instant(key.expires_at),
        "last_used_at": instant(key.last_used_at),
    }  # fmt: skip


def _read(file: TextIO | None) -> dict[str, Any] | None:
    try:
        document = json.load(file) if file else None
    except ValueError:
        raise InvalidInput.one("jwk", "launch_key_kind") from None
    if document is not None and not isinstance(document, dict):
        raise InvalidInput.one("jwk", "launch_key_kind")
    return document
