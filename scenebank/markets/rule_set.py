"""The name of the rules a document was judged by: it changes with every word of them."""

from __future__ import annotations

from scenebank.markets.rules.data import digest

RULE_SET_VERSION: str = f"r_{digest()[:12]}"
