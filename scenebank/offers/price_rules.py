"""Which prices a market's rules forbid: they are not offered, and keep back no other (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scenebank.catalogue.model import Kind
from scenebank.markets.model import Market
from scenebank.markets.rules import Finding, Severity, Where, lint
from scenebank.offers.model import Plan

# As rules name them.
KINDS: Mapping[Kind, str] = {Kind.INSTALMENTS: "instalment", Kind.LOAN: "loan"}


def forbidden(market: Market, kind: Kind, day: date, plan: Plan) -> tuple[Finding, ...]:
    """Every rule of that day that forbids to offer it at this price."""
    facts = {"market": market.code, "kind": KINDS[kind], "date": day.isoformat(),
             "all_in_percent": plan.annual_rate.value * 100}  # fmt: skip
    return tuple(one for one in lint(facts, (Where.PRICE,)) if one.severity is Severity.BLOCK)
