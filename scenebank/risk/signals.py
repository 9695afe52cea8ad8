"""What a merchant may say of a shopper, and nothing else: coarse, in bands, with the shopper's consent to this bank.

Source: PIPL art. 6 and 23 (the minimum; separate consent that names the receiver), Directive (EU) 2023/2225 art. 18 (no
social networks, no health), and this house's list. Raw order lines, sensitive categories, places, contacts, biometrics,
sex, origin, belief and family are no signals, whoever asks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scenebank.errors import FieldError, InvalidInput, escaped
from scenebank.risk.model import Fact

PURPOSE = "merchant_signals"
CATEGORIES = frozenset(
    {"appliances", "electronics", "fashion", "food", "furniture", "home", "sports", "toys", "travel"}
)
_REFUND_STEP = Decimal("0.05")


@dataclass(frozen=True)
class SignalConsent:
    """To one purpose, for one bank, in one wording."""

    purpose: str
    bank_id: str
    version: str


def read_signals(document: Mapping[str, object], consent: SignalConsent | None, bank_id: str) -> dict[str, Fact] | None:
    """The signals in bands; None without consent to exactly this. :class:`InvalidInput` names every signal there is no
    such thing as, and every value out of its range."""
    errors, read = [], {}
    for name, value in document.items():
        try:
            read[name] = _SIGNALS[name](value)
        except KeyError:
            errors.append(FieldError(f"/signals/{escaped(name)}", "unknown_field", {}))
        except ValueError:
            errors.append(FieldError(f"/signals/{escaped(name)}", "signal_value", {}))
    if errors:
        raise InvalidInput(errors)
    if consent is None or (consent.purpose, consent.bank_id) != (PURPOSE, bank_id):
        return None
    return read


def _band(*bounds: int) -> Callable[[object], Fact]:
    """A whole number becomes the lower end of its band."""

    def banded(value: object) -> Fact:
        if type(value) is not int or not 0 <= value < 10_000:
            raise ValueError("a whole number")
        return Decimal((0, *bounds)[bisect_right(bounds, value)])

    return banded


def _one_of(*values: str) -> Callable[[object], Fact]:
    def chosen(value: object) -> Fact:
        if not isinstance(value, str) or value not in values:
            raise ValueError("one of the list")
        return value

    return chosen


def _refund_ratio(value: object) -> Fact:
    """A decimal string, 0 to 1 in steps of 0.05."""
    if not isinstance(value, str) or not value.isascii() or not value.replace(".", "", 1).isdecimal():
        raise ValueError("a ratio")
    ratio = Decimal(value)
    if ratio > 1 or ratio % _REFUND_STEP:
        raise ValueError("a ratio")
    return ratio


def _flag(value: object) -> Fact:
    if type(value) is not bool:
        raise ValueError("true or false")
    return "yes" if value else "no"


_MONTHS = _band(3, 6, 12, 24, 36, 60)
_SIGNALS: Mapping[str, Callable[[object], Fact]] = {
    "tenure_months": _MONTHS,
    "orders_12m": _band(1, 3, 6, 12, 24, 48),
    "spend_band_12m": _one_of(*"ABCDE"),
    "refund_ratio_12m": _refund_ratio,
    "item_tier": _one_of("low", "mid", "high"),
    "top_category": _one_of(*CATEGORIES),
    "address_stability_months": _MONTHS,
    "verified_phone": _flag,
    "chargebacks_12m": _band(1, 2, 3),
}
SIGNALS = frozenset(_SIGNALS)
