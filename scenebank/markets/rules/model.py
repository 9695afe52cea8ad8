"""What a rule of conduct is, and what the lint says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

# What is judged: plain JSON. A member that is missing, null, empty or false is not shown.
Document = Mapping[str, Any]


class Severity(StrEnum):
    """What follows: what is blocked is not served; an error is to be mended; the others are told."""

    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


class Where(StrEnum):
    """What a rule looks at: any document; one that shows a price, asks for consents, or tells of a refusal; the
    figures of a plan; those that decide whether it may be offered at all; the widget's whole way from offer to
    signature."""

    ANY = "any"
    OFFER = "offer"
    APPLY = "apply"
    REFUSED = "refused"
    FIGURES = "figures"
    PRICE = "price"
    FLOW = "flow"


@dataclass(frozen=True)
class Rule:
    """``begins`` and ``ends`` are the first and last day it holds, None without one; ``basis`` is how well its source
    is known: read, press, recalled or design. ``checks`` are data: see :mod:`scenebank.markets.rules.checks`."""

    id: str
    markets: tuple[str, ...]
    kinds: frozenset[str]
    severity: Severity
    begins: date | None
    ends: date | None
    where: frozenset[Where]
    says: str
    fix: str
    source: str
    basis: str
    checks: tuple[Mapping[str, Any], ...]

    def holds(self, market: str, kind: str, day: date) -> bool:
        started = self.begins is None or self.begins <= day
        return started and (self.ends is None or day <= self.ends) and self.concerns(market, kind)

    def concerns(self, market: str, kind: str) -> bool:
        return ("*" in self.markets or market in self.markets) and kind in self.kinds


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, and by ``what``."""

    rule: Rule
    what: str

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    def json(self) -> dict[str, str]:
        rule = self.rule
        return {"rule": rule.id, "severity": rule.severity.value, "what": self.what, "says": rule.says,
                "fix": rule.fix, "source": rule.source}  # fmt: skip
