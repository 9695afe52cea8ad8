"""What a merchant may say of a shopper, and nothing else: coarse, in bands, with the shopper's consent to this bank.

Source: PIPL art. 6 and 23 (the minimum; separate consent that names the receiver), Directive (EU) 2023/2225 art. 18 (no
social networks, no health), and this house's list. Raw order lines, sensitive categories, places, contacts, biometrics,
sex, origin, belief and family are no signals, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scenebank.errors import FieldError
from scenebank.fields import Flag, Kind, Object, OneOf, Schema, Wrong, maybe
from scenebank.risk.model import Fact

PURPOSE = "merchant_signals"  # of the shopper's consent to one bank
CATEGORIES = ("appliances", "electronics", "fashion", "food", "furniture", "home", "sports", "toys", "travel")
Signal = int | str
_RATIO = "refund_ratio_12m"
_ABOUT = "coarse facts about the shopper, in bands; dropped unless `consent.signals` is true"


@dataclass(frozen=True)
class Band(Kind):
    """A whole number, told by the lower end of the band it falls into: 31 months and 5 orders would find somebody
    again, "24 to 36" and "3 to 6" do not. The last band has no end."""

    lower: tuple[int, ...]
    about: str

    def schema(self, named: MutableMapping[str, Schema]) -> Schema:
        return {"type": "integer", "enum": list(self.lower), "description": f"{self.about}: lower end of the band"}

    def example(self) -> int:
        return self.lower[len(self.lower) // 2]

    def read(self, pointer: str, value: Any, wrong: Wrong) -> int | None:
        if type(value) is int and value in self.lower:
            return value
        wrong.append(FieldError(pointer, "signal_band", {"allowed": ", ".join(str(one) for one in self.lower)}))
        return None


def _words(about: str, *words: str) -> OneOf:
    return OneOf(words, "signal_value", about=about)


_MONTHS = (0, 3, 6, 12, 24, 36, 60)
SIGNALS: Mapping[str, Kind] = {
    "tenure_months": Band(_MONTHS, "months since the first order"),
    "orders_12m": Band((0, 1, 3, 6, 12, 24, 48), "orders in twelve months"),
    "spend_band_12m": _words("what was spent in twelve months, by fifths of all shoppers, A the least", *"ABCDE"),
    _RATIO: _words(
        "refunded orders in twelve months, as a share of all, in steps of 0.05",
        *(str(Decimal(step * 5).scaleb(-2)) for step in range(21)),
    ),
    "item_tier": _words("how dear the goods in the basket are for their kind", "low", "mid", "high"),
    "top_category": _words("what is bought most often", *CATEGORIES),
    "address_stability_months": Band(_MONTHS, "months of the same delivery address"),
    "verified_phone": Flag(about="whether the shop has checked the telephone number"),
    "chargebacks_12m": Band((0, 1, 2, 3), "payments taken back in twelve months"),
}
MERCHANT_SIGNALS = Object({name: maybe(kind) for name, kind in SIGNALS.items()}, about=_ABOUT)


def facts_of_signals(signals: Mapping[str, Signal]) -> dict[str, Fact]:
    """As a scorecard reads them: numbers for its bins, ``yes`` and ``no`` for what is true or not."""
    return {name: _fact(name, value) for name, value in signals.items()}


def _fact(name: str, value: Signal) -> Fact:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return Decimal(value) if isinstance(value, int) or name == _RATIO else value
