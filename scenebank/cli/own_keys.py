"""Our own keys: those that sign towards banks, and the ring that signs session tokens. Running processes follow."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, said, tell_all
from scenebank.clock import instant
from scenebank.keys.document import OwnKeys
from scenebank.wiring import Wired


def signing_keys_group(wired: Wired) -> AppGroup:
    group = AppGroup("signing-keys", help="The keys of /.well-known/jwks.json, with which we sign towards banks.")

    def tell_signing(keys: OwnKeys, as_json: bool) -> None:
        tell_all(_signing_rows(keys, wired.key_place.now_ms()), as_json)

    @group.command("list", help="Those that are published.")
    @as_json_option
    def list_all(as_json: bool) -> None:
        tell_signing(wired.key_place.read(), as_json)

    @group.command("rotate", help="Publish the next key now; it signs in 24 hours, and the old one stays for 24 more.")
    @click.option("--emergency", is_flag=True, help="a new key signs at once, every other is gone at once")
    @as_json_option
    def rotate(emergency: bool, as_json: bool) -> None:
        with said():
            how = OwnKeys.with_other_signing_key if emergency else OwnKeys.with_next_signing_key
            keys = wired.key_place.change(how)
        tell_signing(keys, as_json)

    # One kid in 64 begins with a dash, and is no option.
    @group.command(
        "retire", help="Take a key that does not sign, old or next, out at once.",
        context_settings={"ignore_unknown_options": True},
    )  # fmt: skip
    @click.argument("kid")
    @as_json_option
    def retire(kid: str, as_json: bool) -> None:
        with said():
            keys = wired.key_place.change(lambda keys, now: keys.without_signing_key(kid, now))
        tell_signing(keys, as_json)

    return group


def session_keys_group(wired: Wired) -> AppGroup:
    group = AppGroup("session-keys", help="The ring of up to three secrets that sign session tokens.")

    @group.command("list", help="When each was made, oldest to newest; never a secret.")
    @as_json_option
    def list_all(as_json: bool) -> None:
        tell_all(_ring_rows(wired.key_place.read()), as_json)

    @group.command("rotate", help="A new secret signs from now on; the oldest of more than three is forgotten.")
    @click.option("--replace-all", is_flag=True, help="no token of before is good: every widget launches again")
    @as_json_option
    def rotate(replace_all: bool, as_json: bool) -> None:
        with said():
            keys = wired.key_place.change(OwnKeys.with_other_ring if replace_all else OwnKeys.with_new_ring_secret)
        tell_all(_ring_rows(keys), as_json)

    return group


def _signing_rows(keys: OwnKeys, now: int) -> list[dict[str, Any]]:
    current = keys.current(now)
    return [
        {
            "kid": one.key.kid,
            "status": "current" if one is current else "next" if one.signs_from > now else "old",
            "published_at": instant(one.published_at),
            "signs_from": instant(one.signs_from),
        }
        for one in keys.published(now)
    ]


def _ring_rows(keys: OwnKeys) -> list[dict[str, Any]]:
    last = len(keys.ring) - 1
    return [
        {"place": number + 1, "signs": number == last, "made_at": instant(one.made_at)}
        for number, one in enumerate(keys.ring)
    ]
