"""The shop's words in two languages, and how it writes prices."""

from __future__ import annotations

import json
from pathlib import Path

LOCALES = ("zh-CN", "en")
_SYMBOLS = {"CNY": "¥", "EUR": "€"}
_MESSAGES: dict[str, dict[str, str]] = {
    locale: json.loads((Path(__file__).parent / "messages" / f"{locale}.json").read_text("utf-8")) for locale in LOCALES
}


class Texts:
    """``texts("key", name=value)`` in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._messages = _MESSAGES[locale]

    def __call__(self, key: str, **values: object) -> str:
        return self._messages[key].format(**values)

    def status(self, status: str) -> str:
        """A state of an application in words; one we do not know is said as it came."""
        return self._messages.get(f"status.{status}", status)


def price(minor: int, currency: str) -> str:
    """129900, CNY → ¥1,299; the cents only where there are some."""
    whole, cents = divmod(minor, 100)
    return f"{_SYMBOLS.get(currency, currency + ' ')}{whole:,}" + (f".{cents:02d}" if cents else "")


def parse_price(text: str) -> int | None:
    """What staff typed, in minor units; None when it is no amount. ``1299`` and ``1,299.00`` are the same."""
    whole, point, cents = text.strip().replace(",", "").lstrip("¥€").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 10):
        return None
    if point and not (cents.isascii() and cents.isdigit() and len(cents) <= 2):
        return None
    return int(whole) * 100 + int((cents + "00")[:2])
