"""The shape of a market's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scenebank.money.model import RateBasis


class Place(StrEnum):
    """Where a step may stand: in the frame on the shop's page, or on the bank's own page."""

    FRAME = "frame"
    BANK = "bank"


@dataclass(frozen=True)
class Market:
    """Texts are message keys (``market.<code>.<key>``), so that every locale has them.

    ``places`` names the place of each step that is bound to one; ``consents`` are the separate, unticked
    purposes asked for before an application, in order; ``disclosures`` the legal lines on every offer.
    """

    code: str
    currency: str
    default_locale: str
    time_zone: str
    rate_basis: RateBasis
    places: Mapping[str, Place]
    consents: tuple[str, ...]
    disclosures: tuple[str, ...]
