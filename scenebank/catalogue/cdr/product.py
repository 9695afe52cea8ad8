"""One product of a bank: what it is, and everything about it that is not a price."""

from __future__ import annotations

from datetime import datetime

from scenebank.catalogue.cdr import words
from scenebank.catalogue.cdr.fees import fees
from scenebank.catalogue.cdr.figures import CURRENCY
from scenebank.catalogue.cdr.limits import instalment, limits
from scenebank.catalogue.cdr.model import Findings, Judged, Verdict
from scenebank.catalogue.cdr.part import Part
from scenebank.catalogue.cdr.rates import deposit_rates, lending_rates
from scenebank.catalogue.cdr.reading import Tree
from scenebank.catalogue.cdr.reasons import reason
from scenebank.catalogue.cdr.texts import summary
from scenebank.catalogue.cdr.tiers import Entry, texts_of
from scenebank.clock import rfc3339

_LINKS = ("overview", "terms", "eligibility", "feesAndPricing", "bundle")


def judge(product: dict[str, Tree], bank_id: str, product_id: str, now: datetime, findings: Findings) -> Judged:
    """Our document of the bank's product, and the verdict on it with what ``findings`` hold already."""
    part = Part(product, "", findings)
    generation = generation_of(product)
    document = _document(part, bank_id, product_id, generation != "V4")
    document["schema"] = {"name": "cdr", "generation": generation}
    _check_rates(part, document)
    _check_dates(part, document, now)
    kept = document if findings.verdict is not Verdict.REJECTED else None
    return Judged(findings.verdict, findings.reasons(), generation, kept)


def generation_of(product: dict[str, Tree]) -> str:
    """``V7``, ``V5`` (or V6, which has the same shape) or ``V4``, by the members only it has."""
    if {"instalments", "brandGroup"} & set(product) or product.get("productCategory") == "BUY_NOW_PAY_LATER":
        return "V7"
    marks = {"feeMethodUType", "applicationType", "cardScheme"}
    lists = (product.get(name) for name in ("fees", "lendingRates", "depositRates", "cardArt"))
    entries = (one for entries in lists if isinstance(entries, list) for one in entries)
    return "V5" if any(isinstance(one, dict) and marks & set(one) for one in entries) else "V4"


def _document(part: Part, bank_id: str, product_id: str, is_new: bool) -> Entry:
    if not product_id.replace("-", "").replace("_", "").replace(".", "").isalnum():
        part.tell("odd_id", "productId")
    category = part.choice("productCategory", words.CATEGORIES)
    brand, brand_name = part.text("brand", required=True, one_line=True), part.text("brandName", one_line=True)
    description = part.text("description", required=True)
    features, lending = _features(part), lending_rates(part, is_new)
    return {
        "bank_id": bank_id,
        "product_id": product_id,
        "kind": _kind(category, features),
        "category": category,
        "currency": CURRENCY,
        "name": part.name(),
        "summary": summary(description or ""),
        "description": description,
        "lender": brand_name or brand,
        "lender_group": part.text("brandGroup", one_line=True),
        "availability": {"from": part.moment("effectiveFrom"), "to": part.moment("effectiveTo")},
        "updated_at": part.moment("lastUpdated", required=True),
        "tailored": part.flag("isTailored"),
        "apply_uri": _apply_link(part),
        "lending_rates": lending,
        "deposit_rates": deposit_rates(part, is_new),
        "fees": fees(part, is_new),
        "limits": limits(part, lending),
        "instalment": instalment(part),
        "eligibility": _eligibility(part),
        "features": features,
        "card_art": _card_art(part, is_new),
        "bundles": _bundles(part),
        "documents": _documents(part),
    }


def _kind(category: str | None, features: list[Entry]) -> str | None:
    """A card that can be paid in parts is both; its kind is what it is applied for as."""
    if category == "cred_and_chrg_cards" and any(one["type"] == "instalment_plan" for one in features):
        return "instalments"
    return words.KINDS[category.upper()] if category else None


def _apply_link(part: Part) -> str | None:
    found = part.link("applicationUri")
    if found is None:
        part.tell("no_application_link", "applicationUri")
    return found


def _features(part: Part) -> list[Entry]:
    """An unknown feature is free text, and the commonest of all."""
    found: list[Entry] = []
    for one in part.parts("features"):
        word = one.value.get("featureType")
        text = texts_of(one)
        if isinstance(word, str) and word.strip() and word.strip() not in words.FEATURES:
            one.tell("unknown_feature", "featureType", repr(word))
            kind: str | None = "other"
            text["text"] = " ".join(str(piece) for piece in (one.text("featureType"), text["text"]) if piece)
        else:
            kind = one.choice("featureType", words.FEATURES)
        found.append({"type": kind, "value": one.text("additionalValue")} | text)
    return found


def _eligibility(part: Part) -> list[Entry]:
    """Only ages, residency and being a natural person are ever evaluated by machine; the rest is text."""
    return [
        {"type": one.choice("eligibilityType", words.ELIGIBILITY), "value": one.text("additionalValue")} | texts_of(one)
        for one in part.parts("eligibility")
    ]


def _card_art(part: Part, is_new: bool) -> list[Entry]:
    return [
        {"scheme": one.choice("cardScheme", words.SCHEMES, required=is_new),
         "type": one.choice("cardType", words.CARDS, required=is_new),
         "title": one.text("title", one_line=True), "uri": one.link("imageUri", required=True)}
        for one in part.parts("cardArt")
    ]  # fmt: skip


def _bundles(part: Part) -> list[Entry]:
    return [
        {"name": one.name(), "description": one.text("description", required=True),
         "product_ids": one.strings("productIds")} | texts_of(one)
        for one in part.parts("bundles")
    ]  # fmt: skip


def _documents(part: Part) -> Entry:
    """``{overview, terms, eligibility, fees, bundle}``: ``[{text, uri}]`` each, the first the main one."""
    inner = part.part("additionalInformation")
    if inner is None:
        return {}
    found: Entry = {}
    for name in _LINKS:
        plural = f"additional{name[0].upper()}{name[1:]}Uris"
        main = inner.link(f"{name}Uri")
        links: list[Entry] = [{"text": None, "uri": main}] if main else []
        for one in inner.parts(plural):
            uri = one.link("additionalInfoUri", required=True)
            links += [{"text": one.text("description"), "uri": uri}] if uri else []
        found["fees" if name == "feesAndPricing" else name] = links
    return found


def _check_rates(part: Part, document: Entry) -> None:
    category = str(document["category"]).upper()
    if category in words.LENDING and not document["lending_rates"]:
        part.tell("no_rates" if document["tailored"] else "unpriced", "lendingRates")


def _check_dates(part: Part, document: Entry, now: datetime) -> None:
    begin, end, today = document["availability"]["from"], document["availability"]["to"], rfc3339(now)
    if begin and end and begin > end:
        part.findings.add(reason("dates_upside_down", "/effectiveTo", end, begin))
    elif end and end <= today:
        part.tell("ended", "effectiveTo", end)
    elif begin and begin > today:
        part.tell("not_begun", "effectiveFrom", begin)
