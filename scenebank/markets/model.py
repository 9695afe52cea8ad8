"""The shape of a market's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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

    ``loan_disclosures`` stand beside them where money is lent for no order in parts, ``apply_disclosures`` where an
    application is made, ``refusal_disclosures`` where the bank refused one. ``example``: the first price comes with a
    representative example. ``at_bank`` is what the bank's own page brings on the way to a signature. From the day
    ``cost_sheet`` the calculation of a plan is a sheet of its whole cost. ``indicative``: a loan may be shown by what
    its lender states, without a price of ours: there the law has the lender itself work out the rate that loans are
    compared by.
    """

    code: str
    currency: str
    default_locale: str
    time_zone: str
    rate_basis: RateBasis
    places: Mapping[str, Place]
    consents: tuple[str, ...]
    disclosures: tuple[str, ...]
    loan_disclosures: tuple[str, ...] = ()
    apply_disclosures: tuple[str, ...] = ()
    refusal_disclosures: tuple[str, ...] = ()
    example: bool = False
    at_bank: tuple[str, ...] = ()
    withdrawal_days: int | None = None
    cost_sheet: date | None = None
    indicative: bool = False

    def shows_cost_sheet(self, day: date) -> bool:
        return self.cost_sheet is not None and self.cost_sheet <= day
