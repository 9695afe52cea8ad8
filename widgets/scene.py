"""The scene of a widget, read once from the address or form that opened it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

from scenebank.errors import FieldError, InvalidInput
from scenebank.markets.model import Market
from scenebank.money.model import CURRENCIES, MAX_MINOR, Money
from widgets.base import BankWindow, Scene, Theme

_DIGITS = re.compile(r"[0-9]{1,12}")
_WORD = re.compile(r"[\x21-\x7e]{1,100}")
SCENE_FIELDS = ("amount", "currency", "product", "shape", "theme", "order", "placement", "bank-window")


def parse_scene(fields: Mapping[str, str], market: Market) -> Scene:
    """:class:`InvalidInput` names every field that is wrong; ``amount`` is in minor units."""
    errors: list[FieldError] = []

    def one_of(name: str, allowed: tuple[str, ...]) -> str:
        value = fields.get(name) or allowed[0]
        if value not in allowed:
            errors.append(FieldError(name, "not_one_of", {"allowed": ", ".join(allowed)}))
        return value

    def word(name: str) -> str | None:
        value = fields.get(name) or None
        if value is not None and not _WORD.fullmatch(value):
            errors.append(FieldError(name, "not_a_word", {}))
        return value

    amount = _amount(fields, market, errors)
    scene = Scene(
        amount=amount,
        product=word("product"),
        shape=one_of("shape", ("full", "compact")),  # type: ignore[arg-type]  # checked against the literals
        theme=one_of("theme", get_args(Theme)),  # type: ignore[arg-type]
        order=word("order"),
        placement=word("placement"),
        bank_window=one_of("bank-window", get_args(BankWindow)),  # type: ignore[arg-type]
    )
    if errors:
        raise InvalidInput(errors)
    return scene


def _amount(fields: Mapping[str, str], market: Market, errors: list[FieldError]) -> Money:
    currency, text = fields.get("currency", ""), fields.get("amount", "")
    if currency not in CURRENCIES:
        errors.append(FieldError("currency", "currency_missing" if not currency else "currency_unknown", {}))
    elif currency != market.currency:
        errors.append(FieldError("currency", "currency_of_market", {"currency": market.currency}))
    if not _DIGITS.fullmatch(text) or int(text) > MAX_MINOR:
        errors.append(FieldError("amount", "amount_missing" if not text else "amount_shape", {}))
    elif int(text) == 0:
        errors.append(FieldError("amount", "amount_zero", {}))
    return Money(1 if errors else int(text), market.currency)


def scene_fields(scene: Scene) -> dict[str, str]:
    """The inverse: what an address or a form carries along to find the same scene again."""
    fields = {
        "amount": str(scene.amount.minor),
        "currency": scene.amount.currency,
        "product": scene.product,
        "shape": None if scene.shape == "full" else scene.shape,
        "theme": None if scene.theme == "auto" else scene.theme,
        "order": scene.order,
        "placement": scene.placement,
        "bank-window": None if scene.bank_window == "same" else scene.bank_window,
    }
    return {name: value for name, value in fields.items() if value is not None}
