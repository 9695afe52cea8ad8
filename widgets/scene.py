"""The scene of a widget, read once from the address or form that opened it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from scenebank.errors import FieldError, InvalidInput
from scenebank.fields import Either, Exactly, Object, OneOf, Text, maybe, needed
from scenebank.markets.model import Market
from scenebank.money.fields import CURRENCY, Amount
from scenebank.money.model import CURRENCIES, Money
from widgets.base import BankWindow, Scene, Shape, Theme


def _word(sample: str, about: str) -> Text:
    return Text("not_a_word", "[!-~]{0,100}", sample=sample, about=about)


def _one_of(words: tuple[str, ...], about: str = "") -> Either:
    return Either(Exactly([""], about="left out"), OneOf(words, about=about))


SCENE = Object({
    "amount": needed(Amount(), "amount_missing"),
    "currency": needed(CURRENCY, "currency_missing"),
    "product": maybe(_word("harbour-one", "only this one")),
    "shape": maybe(_one_of(get_args(Shape)), "full"),
    "theme": maybe(_one_of(get_args(Theme)), "auto"),
    "order": maybe(_word("ord_0007", "the shop's order")),
    "placement": maybe(_word("cart", "where on the page")),
    "bank-window": maybe(_one_of(get_args(BankWindow), "where the bank's page opens"), "same"),
})  # fmt: skip
SCENE_FIELDS = tuple(SCENE.fields)


def parse_scene(fields: Mapping[str, str], market: Market) -> Scene:
    """:class:`InvalidInput` names every field that is wrong; ``amount`` is in minor units; what is empty is left
    out."""
    errors: list[FieldError] = []
    currency, said = fields.get("currency"), {}
    try:
        said = SCENE.read_query({name: value for name, value in fields.items() if value})
    except InvalidInput as wrong:
        errors += wrong.errors
    if currency in CURRENCIES and currency != market.currency:
        errors.append(FieldError("currency", "currency_of_market", {"currency": market.currency}))
    if errors:
        raise InvalidInput(errors)
    return Scene(
        amount=Money(said["amount"], said["currency"]),
        product=said["product"],
        shape=said["shape"],
        theme=said["theme"],
        order=said["order"],
        placement=said["placement"],
        bank_window=said["bank-window"],
    )


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
