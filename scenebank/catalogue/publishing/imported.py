"""A draft of what was imported: what the bank's own document says is taken over, what it does not say is left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scenebank.catalogue.cdr.model import Verdict
from scenebank.catalogue.cdr.store import Kept
from scenebank.catalogue.model import Kind
from scenebank.errors import Conflict, NotFound
from scenebank.money.schedule import Method

_FIT = (Verdict.CLEAN, Verdict.REPAIRED)
_MARKETS = {"AUD": "AU"}
_METHODS = {"principal_and_interest": Method.EQUAL_INSTALMENT, "interest_only": Method.INTEREST_FIRST}
_SPECIAL = {"penalty", "cash_advance", "balance_transfer", "discount", "bundle_discount_fixed",
            "bundle_discount_variable", "introductory"}  # fmt: skip
_USUAL_TERMS = (3, 6, 9, 12, 18, 24, 36, 48, 60, 72, 84, 96, 120, 180, 240, 300, 360)


class NotFit(Conflict):
    """The import is quarantined or rejected."""

    code = "import_not_fit"


def document_of(kept: Kept | None) -> dict[str, Any]:
    """A document of ours, maybe incomplete. :class:`NotFound` where nothing of the product was imported,
    :class:`NotFit` where it is not to be believed."""
    if kept is None or kept.document is None:
        raise NotFound("no such product was imported")
    if kept.verdict not in _FIT:
        raise NotFit(f"the import is {kept.verdict}: mend it first")
    said = kept.document
    found: dict[str, Any] = {
        "kind": said["kind"] if said["kind"] in set(Kind) else None, "market": _MARKETS.get(said["currency"]),
        "name": {"en": said["name"]} if said["name"] else None, **_price(said), **_limits(said), "subsidised": False,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _price(said: Mapping[str, Any]) -> dict[str, Any]:
    """Of the one rate that counts for everybody; where there are several, somebody has to choose."""
    plain = [one for one in said["lending_rates"] if one["type"] not in _SPECIAL and one["rate"] is not None]
    if len(plain) != 1:
        return {}
    method = _METHODS.get(plain[0]["repayment"] or "")
    return {"rate": plain[0]["rate"], "method": None if method is None else method.value}


def _limits(said: Mapping[str, Any]) -> dict[str, Any]:
    limits, plan = said["limits"], said["instalment"]
    if plan is not None:
        terms = _between(range(1, 61), plan["min_split"], plan["max_split"])
        return {"terms": terms, "min_amount": plan["min_value"], "max_amount": plan["max_value"]}
    terms = _between(_USUAL_TERMS, limits["min_term"], limits["max_term"])
    return {"terms": terms, "min_amount": limits["min_amount"], "max_amount": limits["max_amount"]}


def _between(terms: Iterable[int], least: int | None, most: int | None) -> list[int] | None:
    if least is None or most is None:
        return None
    return [one for one in terms if least <= one <= most] or None
