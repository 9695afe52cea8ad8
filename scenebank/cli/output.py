"""Results go to standard output, messages to standard error; exit 0 done, 1 refused, 2 misused."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from scenebank.catalogue.publishing.words import WORDS
from scenebank.errors import FieldError, InvalidInput, ScenebankError
from scenebank.markets import MARKETS
from scenebank.merchants.model import Mode, Scope
from scenebank.store.migrate import is_migrated
from scenebank.wiring import Wired

HINTS = {
    "origin_not_https": "an origin begins with https:// (http:// only for localhost, in test mode)",
    "origin_malformed": "an origin is scheme, host and port as browsers write it, like https://shop.example",
    "merchant_name": "a name has 1 to 100 printable characters",
    "unknown_market": f"a market is one of {', '.join(sorted(MARKETS))}",
    "scopes": f"a restricted key has one or more of {', '.join(Scope)}",
    "scopes_of_restricted": "only a restricted key has scopes",
    "launch_key_kind": "a launch key is a public JWK of the kind EC P-256 or OKP Ed25519: give its file with --jwk",
    "jwk_of_launch": "only a key of the kind launch has a JWK",
    "import_bank": "say with --bank whose products an address has",
    "bank_id": "a bank's id has 1 to 100 letters, digits, dots, dashes or underscores",
    "mending_place": "the bank's product has no such place: copy the pointer of the reason",
    "mending_value": "the value is JSON: a text stands in double quotes, like \"0.0599\"",
    "mending_by": "say who mends, in 1 to 100 printable characters",
    "mending_why": "say why, in 1 to 500 printable characters",
    "product_not_subsidised": "its bank has no live product of that name that is for shops who pay the interest",
    "subsidy_days": "the last day is not before the first",
    "mending_nothing": "give at least one --set, --drop or --undo",
    "scorecard": "this part of the scorecard is not of its shape, or no signal of a shop's: see docs/risk.md",
    "risk_label": "the column must say for every row how it ended, with the bad word and another",
    "risk_group": "there is no column {column}",
    "bank_document": "the bank's document is not complete: {problem}",
    "unknown_bank": "there is no such bank: publish it first",
    **WORDS,
}
Command = Callable[..., None]


@contextmanager
def refusals(wired: Wired) -> Iterator[None]:
    """What is refused is said in words, and exits 1."""
    if not is_migrated(wired.database):
        raise click.ClickException("the database is not at the newest version: run `flask --app app migrate`")
    with said():
        yield


@contextmanager
def said() -> Iterator[None]:
    """As :func:`refusals`, where no database is needed."""
    try:
        yield
    except InvalidInput as error:
        raise click.ClickException("; ".join(hint(one) for one in error.errors)) from error
    except ScenebankError as error:
        raise click.ClickException(error.detail) from error


def hint(error: FieldError) -> str:
    """Where it is, and how to mend it."""
    words = HINTS.get(error.code, error.code).format_map(defaultdict(str, error.params))
    return f"{error.pointer.strip('/')}: {words}".removeprefix(": ")


def as_json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="the result as JSON")(command)


def tenant_options(command: Command) -> Command:
    """``--merchant`` and ``--mode``: whose."""
    modes = click.Choice([mode.value for mode in Mode])
    command = click.option("--mode", default="test", type=modes, show_default=True)(command)
    return click.option("--merchant", required=True, help="the merchant's id, mch_…")(command)


def tell(result: Mapping[str, Any], as_json: bool) -> None:
    """One thing: a JSON object, or a line for each member that is not empty."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        if value is not None:
            click.echo(f"{name}: {_words(value)}")


def tell_all(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Many things: a JSON list, or a line each."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(_words(value) for value in row.values() if value is not None))


def _words(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
