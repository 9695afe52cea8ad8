"""What a bank hears of its own card over a shop's signals. It decides; its score moves within the card's bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenebank.errors import InvalidInput
from scenebank.risk.documents import read_scorecard
from scenebank.risk.model import Scorecard
from scenebank.risk.signals import SIGNALS, Signal, facts_of_signals

_BANDS = "EDCBA"  # fifths of the card's bounds, the best last


@dataclass(frozen=True)
class Assessment:
    """``band`` A (best) to E; ``reasons`` at most four, the largest loss first; ``digest`` is the SHA-256 of the
    card's document."""

    card: str
    version: str
    digest: str
    band: str
    reasons: tuple[str, ...]


def read_merchant_card(document: Mapping[str, Any]) -> Scorecard:
    """A card of merchant signals only, and bounded; :class:`InvalidInput` for any other."""
    card = read_scorecard(document, SIGNALS)
    if card.bounds is None:
        raise InvalidInput.one("/bounds", "scorecard")
    return card


def assess(document: Mapping[str, Any], signals: Mapping[str, Signal]) -> Assessment:
    """By the card of a bank's ``document``; raises as :func:`read_merchant_card` does."""
    card = read_merchant_card(document)
    scored = card.score(facts_of_signals(signals))
    least, most = card.bounds or (scored.score, scored.score)
    fifth = (scored.score - least) * len(_BANDS) // (most - least + 1)
    return Assessment(card.name, scored.version, scored.digest, _BANDS[fifth], scored.reasons)
