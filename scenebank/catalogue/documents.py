"""Products and banks as JSON documents: checked once, at the edge, with a pointer to what is wrong."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from functools import lru_cache

from scenebank.catalogue.fee_table import fee_table_problems
from scenebank.catalogue.model import Bank, Indicative, Kind, Listed, Product
from scenebank.catalogue.stated import read_stated
from scenebank.errors import FieldError, InvalidInput, NotFound
from scenebank.markets import market
from scenebank.money.model import Money, Rate
from scenebank.money.schedule import Method
from scenebank.risk.assessment import read_merchant_card

Document = Mapping[str, object]
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LONGEST_BANK_ID = 32
_LONGEST_TERM = 480  # months; forty years


def version_of(document: Document) -> str:
    """The immutable name of a document: the first 16 hex digits of the SHA-256 of its canonical JSON."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def parse_listed(document: Document) -> Listed:
    """What a document describes: with ``stated`` in it an indicative product (:mod:`scenebank.catalogue.stated`), else
    one that is priced."""
    return _parse_indicative(document) if "stated" in document else parse_product(document)


def parse_product(document: Document) -> Product:
    """The product a document describes, or :class:`InvalidInput` naming every field that is wrong.

    Shape: ``{bank_id, product_id, kind, market, name: {locale: text}, method, rate: {value, basis}, terms: [months],
    min_amount: money, max_amount: money, subsidised}``, and where the bank has one its ``fee_table``, which must agree.
    """
    errors: list[FieldError] = []
    unknown = sorted(set(document) - _PRODUCT_FIELDS)
    errors += [FieldError(f"/{name}", "unknown_field", {}) for name in unknown]
    values = {name: _field(document, name, errors) for name in _PRODUCT_PARSERS}
    if errors:
        raise InvalidInput(errors)
    product = Product(version=version_of(document), **values)  # type: ignore[arg-type]  # every value was parsed
    _check_together(product)
    if "fee_table" in document:
        errors += fee_table_problems(product, document["fee_table"])
    if errors:
        raise InvalidInput(errors)
    return product


def _parse_indicative(document: Document) -> Indicative:
    """Shape: ``{bank_id, product_id, kind, market, name, stated}``; only a loan, and where the market allows it."""
    errors: list[FieldError] = []
    unknown = sorted(set(document) - _INDICATIVE_FIELDS)
    errors += [FieldError(f"/{name}", "unknown_field", {}) for name in unknown]
    values = {name: _field(document, name, errors) for name in _LISTED_PARSERS}
    if errors:
        raise InvalidInput(errors)
    market_of = market(str(values["market"]))
    if not market_of.indicative or values["kind"] is not Kind.LOAN:
        raise InvalidInput.one("/stated", "stated_not_here")
    stated = read_stated(document["stated"], market_of.currency)
    return Indicative(version=version_of(document), currency=market_of.currency, **values, **stated)  # type: ignore[arg-type]  # every value was parsed


def _field(document: Document, name: str, errors: list[FieldError]) -> object:
    try:
        return _PRODUCT_PARSERS[name](document.get(name))
    except (ValueError, TypeError, KeyError, NotFound):
        errors.append(FieldError(f"/{name}", f"product_{name}", {}))
        return None


def _check_together(product: Product) -> None:
    if product.rate.basis is not product.method.basis:
        raise InvalidInput.one("/rate/basis", "product_rate_basis", method=product.method.value)
    currency = market(product.market).currency
    if {product.min_amount.currency, product.max_amount.currency} != {currency}:
        raise InvalidInput.one("/min_amount/currency", "product_currency", currency=currency)
    if not product.min_amount <= product.max_amount:
        raise InvalidInput.one("/max_amount", "product_max_below_min")


def _identifier(value: object) -> str:
    if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
        raise ValueError("an identifier")
    return sys.intern(value)


def _bank_id(value: object) -> str:
    bank_id = _identifier(value)
    if len(bank_id) > _LONGEST_BANK_ID:
        raise ValueError(f"a bank's id has at most {_LONGEST_BANK_ID} characters")
    return bank_id


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not value or not all(isinstance(t, str) and t for t in value.values()):
        raise ValueError("texts by locale")
    return {sys.intern(locale): text for locale, text in value.items()}


def _terms(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or any(type(term) is not int for term in value):
        raise ValueError("a list of months")
    if value != sorted(set(value)) or not 1 <= value[0] <= value[-1] <= _LONGEST_TERM:
        raise ValueError("rising months")
    return _the_terms(*value)


# One object for what many products have alike: a catalogue of ten thousand stays small.
@lru_cache(maxsize=1024)
def _the_terms(*terms: int) -> tuple[int, ...]:
    return terms


def _rate(value: object) -> Rate:
    if not isinstance(value, Mapping) or not isinstance(value.get("value"), str):
        raise ValueError("a rate")
    return _the_rate(value["value"], value.get("basis"))


@lru_cache(maxsize=4096)
def _the_rate(value: str, basis: object) -> Rate:
    rate = Rate.from_json({"value": value, "basis": basis})
    if not Decimal(0) <= rate.value < Decimal(1):
        raise ValueError("a fraction below 1")
    return rate


def _money(value: object) -> Money:
    if not isinstance(value, Mapping):
        raise ValueError("money")
    money = Money.from_json(value)
    return Money(money.minor, sys.intern(money.currency))


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError("true or false")
    return value


def _market(value: object) -> str:
    return market(_identifier(value)).code


_PRODUCT_PARSERS: Mapping[str, Callable[[object], object]] = {
    "bank_id": _identifier,
    "product_id": _identifier,
    "kind": lambda value: Kind(_identifier(value)),
    "market": _market,
    "name": _texts,
    "method": lambda value: Method(_identifier(value)),
    "rate": _rate,
    "terms": _terms,
    "min_amount": _money,
    "max_amount": _money,
    "subsidised": _flag,
}
_PRODUCT_FIELDS = frozenset({*_PRODUCT_PARSERS, "fee_table"})
_LISTED_PARSERS = ("bank_id", "product_id", "kind", "market", "name")
_INDICATIVE_FIELDS = frozenset({*_LISTED_PARSERS, "stated"})


def bank_document(bank: Bank) -> dict[str, object]:
    """The document of a bank, for the store."""
    whole = {name: dict(value) if isinstance(value, Mapping) else value for name, value in asdict(bank).items()}
    return {name: value for name, value in whole.items() if value is not None}


def parse_bank(document: Mapping[str, object]) -> Bank:
    """Inverse of :func:`bank_document`; :class:`InvalidInput` for anything else."""
    try:
        return Bank(
            bank_id=_bank_id(document["bank_id"]),
            name=_texts(document["name"]),
            address=_texts(document["address"]),
            licence=_texts(document["licence"]),
            adapter=_identifier(document["adapter"]),
            settings=_texts(document["settings"]),
            scorecard=_scorecard(document.get("scorecard")),
        )
    except (KeyError, ValueError) as error:
        raise InvalidInput.one("/", "bank_document", problem=str(error)) from error


def _scorecard(document: object) -> Mapping[str, object] | None:
    if document is None:
        return None
    if not isinstance(document, Mapping):
        raise InvalidInput.one("/scorecard", "scorecard")
    try:
        read_merchant_card(document)
    except InvalidInput as error:
        raise InvalidInput([replace(one, pointer=f"/scorecard{one.pointer}") for one in error.errors]) from error
    return document
