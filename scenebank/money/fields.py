"""Money as bodies and answers have it: minor units as a text, and a currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scenebank.errors import FieldError
from scenebank.fields import Kind, Object, OneOf, Text, Told, Whole, Wrong, answer, needed
from scenebank.money.model import CURRENCIES, Money, RateBasis

_ABOUT = "whole minor units, such as cents"
MINOR = Text("money", "[0-9]{1,12}", sample="129900", about=_ABOUT)
CURRENCY = OneOf(sorted(CURRENCIES), code="currency_unknown", params={}, about="ISO 4217")
# In an answer: a balance of a schedule may be below nothing for a moment, and a sum above twelve digits.
_WRITTEN = Text(pattern="-?[0-9]{1,15}", sample="129900", about=_ABOUT)
MONEY_ANSWER = answer("Money", amount=_WRITTEN, currency=CURRENCY)
RATE_ANSWER = answer(
    "Rate",
    value=Text(pattern="-?[0-9]+([.][0-9]+)?(E-?[0-9]+)?", sample="0.1303", about="a fraction: 0.1303 is 13.03 %"),
    basis=OneOf(RateBasis, about="what it is a fraction of, and how it is annualised"),
)  # fmt: skip
ROW_ANSWER = answer(
    "ScheduleRow", "Minor units of the application's or offer's currency.", number=Whole(1),
    **{name: replace(_WRITTEN, about="") for name in ("payment", "principal", "interest", "fee", "balance")},
)  # fmt: skip


@dataclass(frozen=True)
class Amount(Text):
    """More than nothing, read as an int; ``zero`` is the code for nothing, the code for anything else is its own."""

    code: str = "amount_shape"
    pattern: str = "[0-9]*[1-9][0-9]*"
    longest: int | None = 12
    sample: str = "129900"
    about: str = _ABOUT
    zero: str = "amount_zero"

    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        if isinstance(value, str) and re.fullmatch("0{1,12}", value):
            wrong.append(FieldError(pointer, self.zero, {}))
            return None
        text = super().read(pointer, value, wrong)
        return None if text is None else int(text)


class _Money(Object):
    def read(self, pointer: str, value: Any, wrong: Wrong) -> Any:
        before = len(wrong)
        read: Mapping[str, Any] = super().read(pointer, value, wrong)
        return None if len(wrong) > before else Money(int(read["amount"]), read["currency"])


MONEY: Kind = Told(_Money({"amount": needed(MINOR), "currency": needed(CURRENCY)}), "money")
