"""The shop's words in two languages, and how it writes prices."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from babel.dates import format_date

LOCALES = ("zh-CN", "en")
_SIGNS = {"zh-CN": {"CNY": "¥", "EUR": "€"}, "en": {"CNY": "CN¥", "EUR": "€"}}
_BEFORE_UNIT = re.compile("(?<=[0-9]) (?=[A-Za-z°\u4e00-\u9fff])")
_BEFORE_DOT = re.compile(" (?=· )")
_IN_WORD = re.compile("(?<=[A-Za-z]-)(?=[a-z])")
_BABEL = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
_MESSAGES: dict[str, dict[str, str]] = {
    locale: json.loads((Path(__file__).parent / "messages" / f"{locale}.json").read_text("utf-8")) for locale in LOCALES
}


class Texts:
    """``texts("key", name=value)`` in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._messages = _MESSAGES[locale]

    def __call__(self, key: str, **values: object) -> str:
        return unbroken(self._messages[key].format(**values))

    def status(self, status: str) -> str:
        """A state of an application in words; one we do not know is said as it came."""
        return self._messages.get(f"status.{status}", status)

    def bank(self, bank_id: str, name: str) -> str:
        """A bank's name in this language; one we do not know keeps the ``name`` it came with."""
        return self._messages.get(f"bank.{bank_id}", name)

    def day(self, moment: str) -> str:
        """The day of a time in RFC 3339: 26 Nov 2026, 2026年11月26日."""
        return format_date(date.fromisoformat(moment[:10]), "medium", locale=_BABEL[self.locale])

    def money(self, minor: int, currency: str) -> str:
        """129900, CNY → ¥1,299.00."""
        whole, cents = divmod(minor, 100)
        return f"{_SIGNS[self.locale].get(currency, currency + ' ')}{whole:,}.{cents:02d}"


def unbroken(text: str) -> str:
    """A number stays with its unit: 31 months, 20 dB, 3 升. No line begins with a dot, nor inside wood-fire."""
    text = _BEFORE_DOT.sub("\N{NO-BREAK SPACE}", _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text))
    return _IN_WORD.sub("\N{WORD JOINER}", text)


def parse_price(text: str) -> int | None:
    """What staff typed, in minor units; None when it is no amount. ``1299`` and ``1,299.00`` are the same."""
    whole, point, cents = text.strip().replace(",", "").lstrip("CN¥€").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 10):
        return None
    if point and not (cents.isascii() and cents.isdigit() and len(cents) <= 2):
        return None
    return int(whole) * 100 + int((cents + "00")[:2])
