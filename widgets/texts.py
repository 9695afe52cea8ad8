"""Texts of a widget in one locale: messages from JSON files, and money, rates and dates as that locale writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from scenebank.exact_json import read_json
from scenebank.money.model import Money, Rate, exponent

LOCALES = ("zh-CN", "en")
_BABEL = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
_HERE = Path(__file__).parent
_HAN, _LATIN = re.compile("[\u4e00-\u9fff]"), re.compile("[0-9A-Za-z\u00c0-\u024f]")


@lru_cache(maxsize=64)
def messages_of(folder: str, locale: str) -> Mapping[str, str]:
    """The flat ``key → text`` messages of one folder below ``widgets/``."""
    path = _HERE / folder / "messages" / f"{locale}.json"
    document: dict[str, str] = read_json(path.read_text(encoding="utf-8"))
    return document


# A page repeats its sums, and the next shopper's page repeats them again.
@lru_cache(maxsize=4_096)
def _money(money: Money, locale: str) -> str:
    pattern = "¤" + _digits(money.currency)
    return format_currency(money.decimal, money.currency, pattern, locale=_BABEL[locale], currency_digits=False)


@lru_cache(maxsize=4_096)
def _number(money: Money, locale: str) -> str:
    return format_decimal(money.decimal, _digits(money.currency), locale=_BABEL[locale])


@lru_cache(maxsize=1_024)
def _percentage(rate: Rate, locale: str) -> str:
    return format_percent(rate.value, "0.00%", locale=_BABEL[locale])


def _set_apart(text: str, params: Mapping[str, object]) -> str:
    """``text`` with ``params`` in it, each with a space where Latin letters or digits meet Chinese ones; what a name is
    made of stays as it is."""
    made = ""
    for literal, name in _pieces(text):
        for piece in (literal, "" if name is None else str(params[name])):
            made += f" {piece}" if _meet(made[-1:], piece[:1]) else piece
    return made


@lru_cache(maxsize=1_024)
def _pieces(text: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((literal, name) for literal, name, _format, _conversion in Formatter().parse(text))


def _meet(before: str, after: str) -> bool:
    both = _HAN.match(before) and _LATIN.match(after), _LATIN.match(before) and _HAN.match(after)
    return any(both)


def _digits(currency: str) -> str:
    return "#,##0" + ("." + "0" * exponent(currency) if exponent(currency) else "")


class Texts:
    """``texts("key", name=value)``; the first of ``folders`` that has the key gives the text. In Chinese a space stands
    between it and a Latin value.

    ``KeyError`` for a key nobody has: a missing text is a defect, never an empty place."""

    def __init__(self, locale: str, *folders: str) -> None:
        if locale not in LOCALES:
            raise ValueError(f"unknown locale {locale!r}")
        self.locale = locale
        self._folders = folders

    def __call__(self, key: str, **params: object) -> str:
        text = self._find(key)
        if not params:
            return text
        return _set_apart(text, params) if self.locale == "zh-CN" else text.format(**params)

    def has(self, key: str) -> bool:
        return any(key in messages_of(folder, self.locale) for folder in self._folders)

    def _find(self, key: str) -> str:
        for folder in self._folders:
            text = messages_of(folder, self.locale).get(key)
            if text is not None:
                return text
        raise KeyError(f"no text {key!r} in {self._folders} for {self.locale}")

    def money(self, money: Money) -> str:
        """With the currency's sign and all its decimals."""
        return _money(money, self.locale)

    def number(self, money: Money) -> str:
        """The amount with all its decimals, where the currency stands elsewhere."""
        return _number(money, self.locale)

    def list(self, parts: Iterable[str]) -> str:
        """Several things in one breath: ``a, b and c``."""
        return format_list(tuple(parts), locale=_BABEL[self.locale])

    def sentences(self, lines: Iterable[str]) -> str:
        """Sentences as one paragraph; Chinese sets no space between them."""
        return ("" if self.locale == "zh-CN" else " ").join(lines)

    def rate(self, rate: Rate) -> str:
        """As a percentage with two decimals."""
        return _percentage(rate, self.locale)

    def country(self, code: str) -> str:
        """The name of an ISO 3166-1 two-letter code."""
        return str(Locale.parse(_BABEL[self.locale]).territories.get(code, code))

    def moment(self, moment: datetime, time_zone: str) -> str:
        """Date and minute in the market's own time."""
        local = moment.astimezone(ZoneInfo(time_zone))
        return format_datetime(local, "medium", locale=_BABEL[self.locale])

    def day(self, day: date) -> str:
        return format_date(day, "medium", locale=_BABEL[self.locale])

    def choose(self, by_locale: Mapping[str, str]) -> str:
        """What a document says in this locale, else in English."""
        return by_locale.get(self.locale) or by_locale["en"]
