"""What the bank's pages say, in Chinese and in English."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup, escape

LOCALES = ("zh-CN", "en")
_SIGNS = {"zh-CN": {"CNY": "¥", "EUR": "€"}, "en": {"CNY": "CN¥", "EUR": "€"}}
_ZONES = {"CN": "Asia/Shanghai", "EU": "Europe/Berlin"}
_BABEL = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
_HAN = "\u4e00-\u9fff"
_LATIN = "A-Za-z0-9¥€%"
# Where Chinese meets letters or digits there is a space.
_JOINT = re.compile(f"(?<=[{_HAN}])(?=[{_LATIN}])|(?<=[{_LATIN}])(?=[{_HAN}])")

# 12 months; 12 个月; 1.5 ×; 1.5 倍; 5 MB; 1 号; 末期 ¥517.75. A box may be parted from the sign behind it, which begins
# no line: the sign is in it.
_UNITS = r"(?:个月|天|秒|倍|号|×|MB\b|months?\b|days?\b|seconds?\b)"
_TOGETHER = re.compile(rf"(?:\b[0-9][0-9.]*\s?{_UNITS}|末期\s\S?[0-9.,]+[0-9])[.,;。，；]?")


class Texts:
    """``texts("sheet.title")``."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LOCALES else "en"
        self._messages = _messages(self.locale)

    def __call__(self, key: str, **values: object) -> str:
        """With an ``n`` of one, the ``key.one`` where there is such a text."""
        if values.get("n") == 1:
            key = f"{key}.one" if f"{key}.one" in self._messages else key
        text = self._messages[key].format(**values)
        return _JOINT.sub(" ", text) if self.locale == "zh-CN" else text

    def name(self, name: str) -> str:
        """The part of a shop's name that is in this language, where it has one in each."""
        parts = name.split()
        chinese = [part for part in parts if re.search(f"[{_HAN}]", part)]
        latin = [part for part in parts if part not in chinese]
        return " ".join((chinese if self.locale == "zh-CN" else latin) or parts)

    def money(self, minor: int, currency: str) -> str:
        return f"{_SIGNS[self.locale][currency]}{Decimal(minor) / 100:,.2f}"

    def day(self, moment: str, market: str) -> str:
        """The day of a time in RFC 3339, as it was in ``market``: 26 Nov 2026, 2026年11月26日."""
        there = datetime.fromisoformat(moment).astimezone(ZoneInfo(_ZONES[market]))
        return format_date(there.date(), "medium", locale=_BABEL[self.locale])

    def number(self, minor: int) -> str:
        """An amount where the currency stands elsewhere."""
        return f"{Decimal(minor) / 100:,.2f}"

    def rate(self, fraction: Decimal) -> str:
        """All its places, and at least two: 0.079 → 7.90%, 0.19545 → 19.545%."""
        percent = (fraction * 100).normalize()
        places = max(2, -int(percent.as_tuple().exponent))
        return f"{percent:.{places}f}%"


@cache
def _messages(locale: str) -> dict[str, str]:
    path = Path(__file__).parent / "messages" / f"{locale}.json"
    messages: dict[str, str] = json.loads(path.read_text("utf-8"))
    return messages


def unbroken(text: str) -> Markup:
    """``text`` with each number kept on one line with its unit: the filter of the templates."""
    return Markup(_TOGETHER.sub(r'<span class="number">\g<0></span>', str(escape(text))))  # noqa: S704
