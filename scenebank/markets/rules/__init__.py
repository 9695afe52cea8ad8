"""Rules of conduct of five markets as dated data, and the lint that applies them (pure)."""

from scenebank.markets.rules.data import RULES, bound
from scenebank.markets.rules.lint import lint
from scenebank.markets.rules.model import Document, Finding, Rule, Severity, Where
from scenebank.markets.rules.refusal import NotAvailableHere

__all__ = ["RULES", "Document", "Finding", "NotAvailableHere", "Rule", "Severity", "Where", "bound", "lint"]
