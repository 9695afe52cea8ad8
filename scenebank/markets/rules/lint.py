"""Applies the rules to a document (pure)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from scenebank.markets.rules.checks import complaint
from scenebank.markets.rules.data import RULES
from scenebank.markets.rules.model import Document, Finding, Where


def lint(document: Document, where: Collection[Where] = tuple(Where)) -> tuple[Finding, ...]:
    """Every rule the document breaks, in the order of the rules' names.

    ``document`` has at least ``market``, ``kind`` and ``date`` (ISO 8601, the day in the market); with ``where`` only
    rules that look there are asked."""
    day = date.fromisoformat(document["date"])
    asked = (
        rule
        for rule in RULES.values()
        if rule.where.intersection(where) and rule.holds(document["market"], document["kind"], day)
    )
    found = []
    for rule in asked:
        wrong = [what for check in rule.checks if (what := complaint(check, document, day)) is not None]
        if wrong:
            found.append(Finding(rule, "; ".join(wrong)))
    return tuple(sorted(found, key=lambda one: one.rule.id))
