"""Applies the rules to a document (pure)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from scenebank.markets.rules.checks import complaint
from scenebank.markets.rules.data import RULES
from scenebank.markets.rules.model import Document, Finding, Rule, Where


def lint(document: Document, where: Collection[Where] = tuple(Where)) -> tuple[Finding, ...]:
    """Every rule the document breaks, in the order of the rules' names.

    ``document`` has at least ``market``, ``kind`` and ``date`` (ISO 8601, the day in the market); with ``where`` only
    rules that look there are asked."""
    day = date.fromisoformat(document["date"])
    found = []
    for rule in _asked(document["market"], document["kind"], day, frozenset(where)):
        wrong = [what for check in rule.checks if (what := complaint(check, document, day)) is not None]
        if wrong:
            found.append(Finding(rule, "; ".join(wrong)))
    return tuple(found)


@lru_cache(maxsize=1024)
def _asked(market: str, kind: str, day: date, where: frozenset[Where]) -> tuple[Rule, ...]:
    held = (rule for rule in RULES.values() if rule.where & where and rule.holds(market, kind, day))
    return tuple(sorted(held, key=lambda rule: rule.id))
