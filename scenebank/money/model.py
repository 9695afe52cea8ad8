"""Money in integer minor units and rates as decimal fractions with a named basis."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from scenebank.errors import ScenebankError
from scenebank.money.precision import forty_digits

# ISO 4217 minor-unit exponents that differ from 2, for the currencies a market here may use.
_EXPONENTS: Mapping[str, int] = {
    "JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "XAF": 0,
    "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3, "IQD": 3, "LYD": 3,
}  # fmt: skip
CURRENCIES = frozenset({"CNY", "EUR", "GBP", "USD", "AUD", *_EXPONENTS})
MAX_MINOR = 999_999_999_999  # 12 digits: what a token's amount may hold
_MINOR = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,50})?(E[+-]?[0-9]{1,3})?")
_LARGEST_RATE = 1_000_000  # a payday loan of nine days has an APR of 22,387 times a year


class CurrencyMismatch(ScenebankError):
    """Two amounts of different currencies met in one sum."""

    code = "currency_mismatch"


@dataclass(frozen=True, order=False, slots=True)
class Money:
    """``minor`` integer minor units of ``currency`` (ISO 4217)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        if self.currency not in CURRENCIES:
            raise ValueError(f"unknown currency {self.currency!r}")

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} do not add up")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, fraction: Decimal) -> Money:
        """The share ``fraction`` of it, rounded half up to a minor unit; ``TypeError`` for a float."""
        with forty_digits():
            return Money(round_half_up(Decimal(self.minor) * fraction), self.currency)

    @property
    def decimal(self) -> Decimal:
        """In major units, exactly."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def json(self) -> dict[str, str]:
        return {"amount": str(self.minor), "currency": self.currency}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Money:
        """Inverse of :meth:`json`; ``ValueError`` for anything else."""
        amount, currency = document.get("amount"), document.get("currency")
        if not isinstance(amount, str) or not isinstance(currency, str) or not _MINOR.fullmatch(amount):
            raise ValueError("money is {'amount': '<minor units>', 'currency': '<ISO 4217>'}")
        return cls(int(amount), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(value: Decimal) -> int:
    """To a whole number; halves away from zero, as all our sources round for display."""
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))


class RateBasis(StrEnum):
    """What a rate is a fraction of, and over which time."""

    PER_TERM_OF_ORIGINAL_PRINCIPAL = "per_term_of_original_principal"
    NOMINAL_ANNUAL = "nominal_annual"
    CN_ANNUAL_SIMPLE = "cn_annual_simple"
    CN_ANNUAL_COMPOUND = "cn_annual_compound"
    EU_APRC = "eu_aprc"
    UK_APR = "uk_apr"
    US_APR = "us_apr"
    AU_COMPARISON = "au_comparison"
    US_APY = "us_apy"
    UK_AER = "uk_aer"
    DAILY = "daily"
    CN_SEVEN_DAY_COMPOUND = "cn_seven_day_compound"
    CN_SEVEN_DAY_SIMPLE = "cn_seven_day_simple"
    NAV_ANNUALISED = "nav_annualised"


@dataclass(frozen=True, slots=True)
class Rate:
    """A fraction (``0.1303`` is 13.03 %) on a named basis."""

    value: Decimal
    basis: RateBasis

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal):
            raise TypeError("a rate is a Decimal")
        if not self.value.is_finite() or not abs(self.value) < _LARGEST_RATE:
            raise ValueError(f"rate {self.value} is no fraction")

    def json(self) -> dict[str, str]:
        return {"value": f"{self.value:f}", "basis": self.basis.value}

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Rate:
        """Inverse of :meth:`json`; ``ValueError`` for anything else, a JSON number among it."""
        value, basis = document.get("value"), document.get("basis")
        if not isinstance(value, str) or not isinstance(basis, str) or not _DECIMAL.fullmatch(value):
            raise ValueError("a rate is {'value': '<decimal fraction>', 'basis': '<basis>'}")
        return cls(Decimal(value), RateBasis(basis))
