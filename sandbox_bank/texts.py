"""What the bank's pages say, in Chinese and in English."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

LOCALES = ("zh-CN", "en")
_SIGNS = {"CNY": "¥", "EUR": "€"}


class Texts:
    """``texts("sheet.title")``."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LOCALES else "en"
        self._messages = _messages(self.locale)

    def __call__(self, key: str, **values: object) -> str:
        return self._messages[key].format(**values)

    def money(self, minor: int, currency: str) -> str:
        return f"{_SIGNS[currency]}{Decimal(minor) / 100:,.2f}"

    def number(self, minor: int) -> str:
        """An amount where the currency stands elsewhere."""
        return f"{Decimal(minor) / 100:,.2f}"

    def rate(self, fraction: Decimal) -> str:
        return f"{fraction * 100:.2f}%"


@cache
def _messages(locale: str) -> dict[str, str]:
    path = Path(__file__).parent / "messages" / f"{locale}.json"
    messages: dict[str, str] = json.loads(path.read_text("utf-8"))
    return messages
