"""What must be right of a draft before anybody else is asked to look at it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from scenebank.catalogue.documents import parse_listed
from scenebank.catalogue.model import Indicative, Listed
from scenebank.catalogue.publishing.model import Revision
from scenebank.errors import FieldError, InvalidInput
from scenebank.money.model import Rate

LOCALES = ("en", "zh-CN")
LARGE_CHANGE = Decimal("0.20")  # of the rate: more than that needs a reason


def problems_of(revision: Revision, live: Listed | None) -> list[FieldError]:
    """All that is wrong with the document, its schedule, or the step from what is live."""
    try:
        product = parse_listed(revision.document)
    except InvalidInput as error:
        return [*error.errors, *_of_window(revision)]
    # The name of a lender's own product is the lender's: nobody here translates it.
    needed = LOCALES[:1] if isinstance(product, Indicative) else LOCALES
    missing = [one for one in needed if one not in product.name]
    found = [FieldError(f"/name/{one}", "product_locale", {"locale": one}) for one in missing]
    return [*found, *_of_step(revision, product, live), *_of_window(revision)]


def document_problems(document: Mapping[str, object], bank_id: str, product_id: str) -> list[FieldError]:
    """A draft may be incomplete, but it is of its own product."""
    told = {"bank_id": bank_id, "product_id": product_id}
    return [
        FieldError(f"/document/{name}", "of_another_product", {"expected": value})
        for name, value in told.items() if document.get(name, value) != value
    ]  # fmt: skip


def _of_window(revision: Revision) -> list[FieldError]:
    begin, end = revision.starts_at, revision.ends_at
    if end is not None and begin is not None and end <= begin:
        return [FieldError("/ends_at", "ends_before_start", {})]
    return []


def _of_step(revision: Revision, product: Listed, live: Listed | None) -> list[FieldError]:
    if live is None or revision.reason:
        return []
    old, new = _rate_of(live), _rate_of(product)
    if old.basis is not new.basis:
        return []
    before, after = old.value, new.value
    if abs(after - before) <= before * LARGE_CHANGE:
        return []
    return [FieldError("/reason", "large_change", {"before": f"{before:f}", "after": f"{after:f}"})]


def _rate_of(product: Listed) -> Rate:
    """Of several stated ones the lowest: it is what the shopper is drawn by."""
    if isinstance(product, Indicative):
        return min((one.rate for one in product.rates), key=lambda rate: rate.value)
    return product.rate
