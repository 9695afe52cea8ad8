"""A draft of what was imported: what the bank's own document says is taken over, what it does not say is left open.

A personal loan becomes an indicative product. Its document names fees, but not which of them every borrower pays, nor
how its interest is counted: a price made of its rate alone would be too low, and is not made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from scenebank.catalogue.cdr.model import Verdict
from scenebank.catalogue.cdr.store import Kept
from scenebank.catalogue.model import Kind
from scenebank.errors import Conflict, NotFound
from scenebank.money.schedule import Method

_FIT = (Verdict.CLEAN, Verdict.REPAIRED)
_MARKETS = {"AUD": "AU"}
_METHODS = {"principal_and_interest": Method.EQUAL_INSTALMENT, "interest_only": Method.INTEREST_FIRST}
_STATED = "pers_loans"
_LINKED = ("overview", "terms", "fees", "eligibility")
_LONGEST_TEXT = 300
_FIXED_FOR = re.compile(r"P(?:(\d{1,2}(?:\.5)?)Y|(\d{1,3})M)")
_SPECIAL = {"penalty", "cash_advance", "balance_transfer", "discount", "bundle_discount_fixed",
            "bundle_discount_variable", "introductory"}  # fmt: skip
_USUAL_TERMS = (3, 6, 9, 12, 18, 24, 36, 48, 60, 72, 84, 96, 120, 180, 240, 300, 360)


class NotFit(Conflict):
    """The import is quarantined or rejected, or of a product that has ended."""

    code = "import_not_fit"


def document_of(kept: Kept | None) -> dict[str, Any]:
    """A document of ours, maybe incomplete. :class:`NotFound` where nothing of the product was imported,
    :class:`NotFit` where it is not to be believed."""
    if kept is None or kept.document is None:
        raise NotFound("no such product was imported")
    if kept.verdict not in _FIT:
        raise NotFit(f"the import is {kept.verdict}: mend it first")
    if any(one.code == "ended" for one in kept.reasons):
        raise NotFit("the bank's own document says that it offers the product no more: import it again")
    said = kept.document
    if said["category"] == _STATED:
        return _stated(said)
    found: dict[str, Any] = {
        "kind": said["kind"] if said["kind"] in set(Kind) else None, "market": _MARKETS.get(said["currency"]),
        "name": {"en": said["name"]} if said["name"] else None, **_price(said), **_limits(said), "subsidised": False,
    }  # fmt: skip
    return _known(found)


def _price(said: Mapping[str, Any]) -> dict[str, Any]:
    """Of the one rate that counts for everybody; where there are several, somebody has to choose."""
    plain = _plain_rates(said)
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


def _stated(said: Mapping[str, Any]) -> dict[str, Any]:
    """Everything under its own name; what the document does not state has no place here."""
    limits, available = said["limits"], said["availability"]
    rates = [_stated_rate(one) for one in _plain_rates(said)]
    least, most = (limits[name] or _of_every_rate(rates, tier) for name, tier in
                   (("min_amount", "smallest"), ("max_amount", "largest")))  # fmt: skip
    stated = {
        "rates": rates, "fees": [_stated_fee(one) for one in said["fees"] if one["name"]],
        "min_amount": least, "max_amount": most, "min_term": limits["min_term"], "max_term": limits["max_term"],
        "links": _links(said), "stated_on": _day(said["updated_at"]), "until": _day(available["to"]),
    }  # fmt: skip
    names = {"en": said["name"]}
    return {"kind": said["kind"], "market": _MARKETS[said["currency"]], "name": names, "stated": _known(stated)}


def _day(instant: str | None) -> str | None:
    return instant[:10] if instant else None


def _plain_rates(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in said["lending_rates"] if one["type"] not in _SPECIAL and one["rate"] is not None]


def _stated_rate(one: Mapping[str, Any]) -> dict[str, Any]:
    amounts = [tier for tier in one["tiers"] if tier["unit"] == "money"]
    bounds = amounts[0] if len(amounts) == 1 else {"min": None, "max": None}
    fixed = one["type"] == "fixed"
    names = [tier["name"] for tier in one["tiers"] if tier["name"]]
    texts = [one["text"], *(each["text"] for each in one["conditions"]), *names]
    note = "; ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text and text.strip()))
    return _known({
        "rate": one["rate"], "comparison_rate": one["comparison_rate"], "fixed": fixed, "smallest": bounds["min"],
        "largest": bounds["max"], "term": _months(one["value"]) if fixed else None, "note": _short(note) or None,
    })  # fmt: skip


def _months(duration: str | None) -> int | None:
    """A rate that is fixed says for how long."""
    found = _FIXED_FOR.fullmatch(duration or "")
    if found is None:
        return None
    return int(found[2]) if found[2] else int(Decimal(found[1]) * 12)


def _of_every_rate(rates: list[dict[str, Any]], tier: str) -> dict[str, str] | None:
    """A bound that every rate has alike is the product's."""
    found = [one.get(tier) for one in rates]
    return found[0] if found and all(one == found[0] for one in found) else None


def _stated_fee(one: Mapping[str, Any]) -> dict[str, Any]:
    """A price that is no one sum stands in the terms."""
    amount = one["price"]["amount"] if one["price"]["form"] == "fixed" else None
    return _known({"name": _short(" ".join(one["name"].split())), "amount": amount})


def _links(said: Mapping[str, Any]) -> dict[str, str]:
    found = {name: links[0]["uri"] for name, links in said["documents"].items() if name in _LINKED and links}
    found |= {"apply": said["apply_uri"]} if said["apply_uri"] else {}
    return {name: link for name, link in found.items() if link.startswith("https://")}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1].rstrip()}…"


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _between(terms: Iterable[int], least: int | None, most: int | None) -> list[int] | None:
    if least is None or most is None:
        return None
    return [one for one in terms if least <= one <= most] or None
