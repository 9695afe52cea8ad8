"""``rules lint``: what of the widgets, as they stand over the live catalogue, breaks which rule; ``rules list``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from scenebank.cli.output import as_json_option, refusals, tell, tell_all
from scenebank.markets import MARKETS
from scenebank.markets.rule_set import RULE_SET_VERSION
from scenebank.markets.rules import RULES, Finding, Rule, Severity
from scenebank.wiring import Wired

_SEVERITIES = tuple(Severity)


class Looked(Protocol):
    """One view of a widget, and what was found in it."""

    @property
    def widget(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...


Look = Callable[[str, date], Iterator[Looked]]


def rules_group(wired: Wired, look: Look) -> AppGroup:
    group = AppGroup("rules", help="The markets' rules of conduct.")

    @group.command("lint", help="Judge every view of every widget, as the live catalogue makes it.")
    @_market_option
    @_day_option
    @as_json_option
    def lint(market: str | None, day: str | None, as_json: bool) -> None:
        with refusals(wired):
            views, rows = _looked(wired, look, _codes(market), day)
        blocked = [row for row in rows if row["severity"] == Severity.BLOCK.value]
        if as_json:
            tell({"rule_set": RULE_SET_VERSION, "views": views, "blocked": bool(blocked), "findings": rows}, as_json)
        else:
            click.echo(f"{views} views by rule set {RULE_SET_VERSION}: {len(rows)} findings, {len(blocked)} block")
            for row in rows:
                click.echo("\n".join(_lines(row)))
        if blocked:
            raise click.exceptions.Exit(1)

    @group.command("list", help="The rules in force.")
    @_market_option
    @_day_option
    @as_json_option
    def rules(market: str | None, day: str | None, as_json: bool) -> None:
        tell_all([_rule(rule) for rule in _in_force(wired, _codes(market), day)], as_json)

    return group


def _market_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--market", type=click.Choice(sorted(MARKETS)), help="only this one")(command)


def _day_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--day", type=_Day(), help="as on this day, like 2026-12-01; today without it")(command)


class _Day(click.ParamType[str]):
    name = "day"

    def convert(self, value: Any, _param: click.Parameter | None, _context: click.Context | None) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is no day: write it like 2026-12-01")


def _codes(market: str | None) -> list[str]:
    return [market] if market else list(MARKETS)


def _day(wired: Wired, code: str, day: str | None) -> date:
    """Today is another day in every market."""
    return date.fromisoformat(day) if day else _today(wired.clock.now(), code)


def _today(now: datetime, code: str) -> date:
    return now.astimezone(ZoneInfo(MARKETS[code].time_zone)).date()


def _looked(wired: Wired, look: Look, codes: Iterable[str], day: str | None) -> tuple[int, list[dict[str, Any]]]:
    """How many views, and each finding once, with the views it was found in."""
    views, found = 0, defaultdict(list)
    for code in codes:
        for one in look(code, _day(wired, code, day)):
            views += 1
            for finding in one.findings:
                name = " ".join(part for part in (one.widget, one.step or "first", one.shape, one.locale) if part)
                found[code, finding.rule.id, finding.what].append((name, finding))
    rows = [
        {"market": code, **views_of[0][1].json(), "views": list(dict.fromkeys(name for name, _one in views_of))}
        for (code, _rule_id, _what), views_of in found.items()
    ]
    return views, sorted(rows, key=_weight)


def _weight(row: dict[str, Any]) -> tuple[int, str, str]:
    """The worst first."""
    return _SEVERITIES.index(Severity(row["severity"])), row["market"], row["rule"]


def _lines(row: dict[str, Any]) -> list[str]:
    head = f"{row['severity']} {row['rule']} ({row['market']}): {row['what']}"
    return [head, f"  {row['says']}", f"  to mend: {row['fix']}", f"  in: {', '.join(row['views'])}"]


def _in_force(wired: Wired, codes: list[str], day: str | None) -> list[Rule]:
    days = {code: _day(wired, code, day) for code in codes}
    return [
        rule
        for rule in RULES.values()
        if any(rule.holds(code, kind, days[code]) for code in codes for kind in rule.kinds)
    ]


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "severity": rule.severity.value, "from": rule.begins.isoformat() if rule.begins else None,
            "to": rule.ends.isoformat() if rule.ends else None, "says": rule.says, "source": rule.source}  # fmt: skip
