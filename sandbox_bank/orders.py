"""What an application must hold, read once at the edge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox_bank import errors
from sandbox_bank.products import PRODUCTS, Product

_DETAILS = ("clientReference", "application", "merchant", "order", "amount", "term", "productId", "catalogueVersion",
            "market", "locale", "returnUri", "shopper", "consents")  # fmt: skip
_PERSON = ("applicantId", "name", "email", "phone", "address", "employment", "taxRegistration")
_MARKETS = ("CN", "EU")


@dataclass(frozen=True)
class BankOrder:
    """One application as asked for; ``amount`` in minor units. ``body`` is kept word for word."""

    client_reference: str
    product: Product
    amount: int
    term: int
    order: str
    body: str


def read_order(raw: bytes, bank_id: str, claims: Mapping[str, Any], return_base: str) -> BankOrder:
    """:class:`~sandbox_bank.errors.Refused` 400 for what is missing or wrong, 401 where the signed context differs."""
    document = read_json(raw)
    data = _object(document, "data")
    details = _object(_object(data, "referrer"), "holderSpecificDetails")
    for name in _DETAILS:
        if name not in details:
            raise errors.missing_field(f"data.referrer.holderSpecificDetails.{name}")
    product, term, amount = _asked(data, bank_id)
    _agree(details, product, term, amount)
    _agree_signed(details, claims, product, amount)
    if details["market"] not in _MARKETS:
        raise errors.invalid_field("market")
    if details["market"] == "EU":
        _person(_object(_object(data, "applicants"), "primary"))
    if not str(details["returnUri"]).startswith(return_base):
        raise errors.invalid_field("returnUri is not an address of the platform")
    if not any(consent.get("purpose") == "share_data" for consent in details["consents"]):
        raise errors.invalid_field("consents: nobody agreed to share_data")
    return BankOrder(
        client_reference=_text(details, "clientReference"),
        product=product,
        amount=amount,
        term=term,
        order=_text(details, "order"),
        body=raw.decode("utf-8"),
    )


def read_json(raw: bytes) -> dict[str, Any]:
    try:
        document = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise errors.invalid_field("the body is no JSON") from error
    if not isinstance(document, dict):
        raise errors.invalid_field("the body is no object")
    return document


def read_money(document: Any, currency: str) -> int:
    """Minor units of ``{"amount": "129900", "currency": "CNY"}``."""
    if not isinstance(document, dict) or document.get("currency") != currency:
        raise errors.invalid_field(f"amount must be in {currency}")
    text = document.get("amount")
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) == 0:
        raise errors.invalid_field("amount must be minor units as a text")
    return int(text)


def _asked(data: Mapping[str, Any], bank_id: str) -> tuple[Product, int, int]:
    products = data.get("products")
    if not isinstance(products, list) or len(products) != 1 or not isinstance(products[0], dict):
        raise errors.invalid_field("data.products must name one product")
    product = PRODUCTS.get((bank_id, str(products[0].get("productId"))))
    if product is None:
        raise errors.invalid_field("data.products[0].productId is none of ours")
    loan = _object(products[0], "personalLoan")
    term, decimal = loan.get("term"), loan.get("amount")
    if type(term) is not int or term not in product.terms:
        raise errors.invalid_field(f"term must be one of {list(product.terms)}")
    if isinstance(decimal, bool) or not isinstance(decimal, int | Decimal) or not Decimal(decimal).is_finite():
        raise errors.invalid_field("amount must be a number")
    minor = Decimal(decimal) * 100
    if minor != int(minor) or not product.smallest <= minor <= product.largest:
        raise errors.invalid_field("amount is not within the product's limits")
    return product, term, int(minor)


def _agree(details: Mapping[str, Any], product: Product, term: int, amount: int) -> None:
    said = (read_money(details["amount"], product.currency), details["term"], details["productId"])
    if said != (amount, term, product.product_id):
        raise errors.invalid_field("the referrer's details differ from the product asked for")


def _agree_signed(details: Mapping[str, Any], claims: Mapping[str, Any], product: Product, amount: int) -> None:
    signed = (claims["amt"], claims["cur"], claims["ord"], claims["prd"], claims["cat"], claims["sub"])
    said = (
        str(amount), product.currency, details["order"], product.product_id, details["catalogueVersion"],
        details["shopper"],
    )  # fmt: skip
    merchant = _object(details, "merchant")
    if signed != said or claims["act"].get("mch") != merchant.get("id") or claims.get("sig") != details.get("signals"):
        raise errors.unauthorised("context")


def _person(primary: Mapping[str, Any]) -> None:
    for name in _PERSON:
        if not primary.get(name):
            raise errors.missing_field(f"data.applicants.primary.{name}")


def _object(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    if found is None:
        raise errors.missing_field(name)
    if not isinstance(found, dict):
        raise errors.invalid_field(f"{name} is no object")
    return found


def _text(document: Mapping[str, Any], name: str) -> str:
    found = document[name]
    if not isinstance(found, str) or not 1 <= len(found) <= 200:
        raise errors.invalid_field(name)
    return found
