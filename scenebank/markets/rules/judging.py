"""What a widget says of itself, held against what was rendered: what it does not show is not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from scenebank.markets.rendered.page import Page
from scenebank.markets.rules.lint import lint
from scenebank.markets.rules.model import Document, Finding, Where

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Description:
    """One price. ``facts`` have the members the rules ask for; ``words`` are, for some of them, the texts by which they
    are shown: all of them stand in the document, or the fact is not shown. ``annual_rate`` is the text of the rate
    which must stand beside its own name, empty where none does, and ``rates`` are all that may stand there. ``offer``
    is the block of the document (``data-offer``) that belongs to the price, ``names`` those of the annual rate,
    ``order`` the amounts that are no price of credit."""

    facts: Mapping[str, Any]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    annual_rate: str = ""
    rates: tuple[str, ...] = ()
    offer: str = ""
    names: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


def judge(description: Description, page: Page, where: Collection[Where]) -> tuple[Finding, ...]:
    """What of the document breaks which rule."""
    return lint(shown(description, page), where)


def shown(description: Description, page: Page) -> Document:
    """The facts that are in the document, and what else it says."""
    seen = page.facts(description.offer)
    said = _plain("\n".join(seen["texts"]))
    missing = {name for name, texts in description.words.items() if not all(_plain(text) in said for text in texts)}
    rates = set(seen.pop("annual_rates"))
    expected = {description.annual_rate} - {""}
    if not expected <= rates or not rates <= {*description.rates, *expected}:
        missing |= {"apr_percent", "representative_apr", "comparison_rate"}
    return {name: value for name, value in description.facts.items() if name not in missing} | seen


def _plain(text: str) -> str:
    return _SPACE.sub("", text)
