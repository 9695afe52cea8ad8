"""Rows of kept offers as values, and back."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from scenebank.catalogue.model import Kind
from scenebank.clock import moment_of
from scenebank.exact_json import read_json
from scenebank.markets import market as market_of
from scenebank.markets.rule_set import RULE_SET_VERSION
from scenebank.money.model import Money
from scenebank.offers.figures import figures
from scenebank.offers.kept import Chosen, ShownOffer, View, Viewer
from scenebank.offers.model import Ask, Offers


def to_row(viewer: Viewer, view: View, offers: Offers, chosen: Chosen | None) -> dict[str, Any]:
    ask = offers.ask
    payer = next((one.payer for one in offers.offers if one.payer), None)
    asked = {
        "kind": ask.kind.value, "amount": ask.amount.json(), "product": ask.product, "term": ask.term,
        "agreed": sorted("/".join(key) for key in ask.agreed), "payer": payer,
    }  # fmt: skip
    among = sorted(f"{one.product.bank_id}/{one.product.product_id}@{one.product.version}" for one in offers.offers)
    row: dict[str, Any] = {
        "merchant_id": viewer.merchant_id,
        "mode": viewer.mode.value,
        "session_id": viewer.session_id,
        "widget": view.widget,
        "widget_version": view.widget_version,
        "locale": view.locale,
        "market": ask.market.code,
        "rule_set_version": RULE_SET_VERSION,
        "catalogue_version": offers.catalogue_version,
        "day": ask.day.isoformat(),
        "asked": _dump(asked),
        "among": _dump(among),
        "figures": _dump(figures(offers, chosen)),
        "content_hash": digest(view.content),
    }
    if chosen is not None:
        product = chosen[0].product
        row |= {"bank_id": product.bank_id, "product_id": product.product_id, "product_version": product.version,
                "term": chosen[1].term}  # fmt: skip
    # Named by all that is in it: the same again is the same row.
    return row | {"id": f"off_{digest(_dump(row).encode())[:32]}", "content": view.content}


def to_shown(row: RowMapping) -> ShownOffer:
    asked, same = read_json(row["asked"]), (
        "id", "merchant_id", "mode", "session_id", "widget", "widget_version", "locale", "rule_set_version",
        "catalogue_version",
    )  # fmt: skip
    ask = Ask(
        market_of(row["market"]), Kind(asked["kind"]), Money.from_json(asked["amount"]),
        date.fromisoformat(row["day"]), asked["product"], asked["term"],
        frozenset(_pair(one) for one in asked["agreed"]),
    )  # fmt: skip
    return ShownOffer(
        **{name: row[name] for name in same},
        plan=None if row["term"] is None else (
            row["bank_id"], row["product_id"], row["product_version"], row["term"]
        ),
        ask=ask, payer=asked["payer"], among=tuple(_named(one) for one in read_json(row["among"])),
        figures=read_json(row["figures"]), content=bytes(row["content"]), created_at=moment_of(row["created_at"]),
    )  # fmt: skip


def _pair(text: str) -> tuple[str, str]:
    bank_id, _slash, product_id = text.partition("/")
    return bank_id, product_id


def _named(text: str) -> tuple[str, str, str]:
    name, _at, version = text.rpartition("@")
    return (*_pair(name), version)


def _dump(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
