"""What stands around a product: an answer with one product, a list of them, or an error."""

from __future__ import annotations

import re

import simplejson

from scenebank.catalogue.cdr.model import Reason
from scenebank.catalogue.cdr.reading import Tree, Unreadable
from scenebank.catalogue.cdr.reasons import reason

Product = dict[str, Tree]
_PRICED = frozenset({"fees", "lendingRates", "depositRates", "features", "eligibility", "constraints", "instalments"})
_LONGEST_ID = 200
_BANK_ID = re.compile(r"[^a-z0-9]+")


def products_of(tree: Tree) -> tuple[list[Product], tuple[Reason, ...]]:
    """The products of an answer, or of a file with a product by itself; :class:`Unreadable` for anything else."""
    if not isinstance(tree, dict):
        raise Unreadable(reason("no_product"))
    refuse_error(tree)
    data = tree.get("data", tree)
    if not isinstance(data, dict):
        raise Unreadable(reason("no_product"))
    around = tuple(reason("null_around", found=name) for name in ("links", "meta") if tree.get(name, 0) is None)
    listed = data.get("products")
    if listed is None:
        if "productId" not in data:
            raise Unreadable(reason("no_product"))
        return [data], around
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not found:
        raise Unreadable(reason("no_product"))
    if not any(_PRICED & set(one) for one in found):
        raise Unreadable(reason("list_only"))
    return found, around


def refuse_error(tree: dict[str, Tree]) -> None:
    """:class:`Unreadable` for a bank's error body, in the bank's own words."""
    errors = tree.get("errors")
    if "data" in tree or not isinstance(errors, list):
        return
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    said = [str(first[name]) for name in ("title", "detail") if isinstance(first.get(name), str) and first[name]]
    raise Unreadable(reason("error_body", found=": ".join(said) or "no words"))


def product_id_of(product: Product) -> str:
    """The bank's own id, or :class:`Unreadable`: without it nothing can be found again."""
    found = product.get("productId")
    found = found.strip() if isinstance(found, str) else ""
    if not found or len(found) > _LONGEST_ID or not found.isprintable():
        raise Unreadable(reason("no_id", "/productId"))
    return found


def bank_id_of(product: Product) -> str:
    """From the brand's name, where the operator names no bank."""
    for name in ("brandName", "brand"):
        brand = product.get(name)
        if isinstance(brand, str):
            found = _BANK_ID.sub("-", brand.lower()).strip("-")[:100].strip("-")
            if found:
                return found
    raise Unreadable(reason("no_bank"))


def canonical(tree: Tree) -> str:
    """One text for equal trees; numbers as they were written."""
    return simplejson.dumps(tree, use_decimal=True, sort_keys=True, separators=(",", ":"))
