"""What a shopper was shown where it binds: kept as it stood on the page, and as what it was made from, so that it can
be shown again byte for byte and its figures made again from nothing but versions, scene and rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from scenebank.catalogue.model import Kind
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import Clock, milliseconds, moment_of
from scenebank.errors import Conflict, NotFound
from scenebank.exact_json import read_json
from scenebank.markets import market as market_of
from scenebank.markets.rule_set import RULE_SET_VERSION
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.offers.figures import figures
from scenebank.offers.model import Ask, Offer, Offers, Plan
from scenebank.offers.offering import offering
from scenebank.store.database import Database
from scenebank.store.tables import shown_offers

Chosen = tuple[Offer, Plan]


class OfferAltered(Conflict):
    """What is kept is not what was shown."""

    code = "offer_altered"


@dataclass(frozen=True)
class Viewer:
    """One shopper's visit to one shop."""

    session_id: str
    merchant_id: str
    mode: Mode


@dataclass(frozen=True)
class View:
    """Where it stood: ``widget_version`` names its templates, texts and code, ``content`` is the part of the page."""

    widget: str
    widget_version: str
    locale: str
    content: bytes


@dataclass(frozen=True)
class ShownOffer:
    """One kept offer. ``plan`` is (bank, product, version, term) where it was one plan and not the list; ``payer`` the
    shop that pays the interest of what it is agreed to; ``among`` the (bank, product, version) compared."""

    id: str
    merchant_id: str
    mode: str
    session_id: str
    widget: str
    widget_version: str
    locale: str
    rule_set_version: str
    catalogue_version: str
    plan: tuple[str, str, str, int] | None
    ask: Ask
    payer: str | None
    among: tuple[tuple[str, str, str], ...]
    figures: Mapping[str, Any]
    content: bytes
    created_at: datetime

    def stands(self, chosen: Chosen, ask: Ask) -> bool:
        """Whether it is this plan, of this version, for this amount, paid for by the same party: at the same price."""
        product, key = chosen[0].product, chosen[0].key
        paid = key in self.ask.agreed, key in ask.agreed
        same = (product.bank_id, product.product_id, product.version, chosen[1].term)
        return self.plan == same and self.ask.amount == ask.amount and paid[0] is paid[1]


@dataclass(frozen=True)
class Recomputed:
    """The figures as made again; ``differences`` are the places (JSON pointers) where they are not those kept;
    ``same_rules`` whether the rules are those of then."""

    figures: Mapping[str, Any]
    differences: tuple[str, ...]
    same_rules: bool


class ShownOffers:
    """Keeps, finds, and makes again."""

    def __init__(self, database: Database, catalogue: CatalogueService, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def keep(self, viewer: Viewer, view: View, offers: Offers, chosen: Chosen | None) -> str:
        """The id; the same shown again to the same visit is the same offer."""
        row = _row(viewer, view, offers, chosen)
        with self._database.read() as connection:
            if _find(connection, row["id"]) is not None:
                return str(row["id"])
        try:
            with self._database.begin() as connection:
                created_at = milliseconds(self._clock.now())
                connection.execute(insert(shown_offers).values(**row, created_at=created_at))
        except IntegrityError:  # another request of the same visit was quicker, with the same
            return str(row["id"])
        return str(row["id"])

    def of_visit(self, viewer: Viewer, offer_id: str) -> ShownOffer | None:
        """None for what this visit was not shown."""
        with self._database.read() as connection:
            row = _find(connection, offer_id)
        if row is None or Viewer(row["session_id"], row["merchant_id"], Mode(row["mode"])) != viewer:
            return None
        return _shown(row)

    def get(self, offer_id: str) -> ShownOffer:
        """For operators. :class:`NotFound`, or :class:`OfferAltered` where the bytes are not those of then."""
        with self._database.read() as connection:
            row = _find(connection, offer_id)
        if row is None:
            raise NotFound(f"there is no offer {offer_id}")
        if _digest(row["content"]) != row["content_hash"]:
            raise OfferAltered(f"what is kept of {offer_id} is not what was shown: its hash is another")
        return _shown(row)

    def recompute(self, shown: ShownOffer) -> Recomputed:
        """From versions, scene and the rules of today, without a look at the page or the figures kept."""
        fitting = [self._catalogue.product(*name) for name in shown.among]
        banks = {one.bank_id: self._catalogue.bank(one.bank_id) for one in fitting}
        found, term = offering(fitting, banks, shown.ask, shown.payer)
        offers = Offers(shown.ask, found, shown.catalogue_version, term, None)
        again = figures(offers, _chosen(offers, shown))
        differences = tuple(_differences(again, shown.figures, ""))
        return Recomputed(again, differences, shown.rule_set_version == RULE_SET_VERSION)


def _chosen(offers: Offers, shown: ShownOffer) -> Chosen | None:
    if shown.plan is None:
        return None
    offer = offers.find(shown.plan[0], shown.plan[1])
    plan = offer.plan(shown.plan[3]) if offer else None
    if offer is None or plan is None:
        raise OfferAltered(f"the plan of {shown.id} is none of those it was compared with")
    return offer, plan


def _row(viewer: Viewer, view: View, offers: Offers, chosen: Chosen | None) -> dict[str, Any]:
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
        "content_hash": _digest(view.content),
    }
    if chosen is not None:
        product = chosen[0].product
        row |= {"bank_id": product.bank_id, "product_id": product.product_id, "product_version": product.version,
                "term": chosen[1].term}  # fmt: skip
    # Named by all that is in it: the same again is the same row.
    return row | {"id": f"off_{_digest(_dump(row).encode())[:32]}", "content": view.content}


def _find(connection: Connection, offer_id: str) -> RowMapping | None:
    query = select(shown_offers).where(shown_offers.c.id == offer_id)
    return connection.execute(query).mappings().one_or_none()


def _shown(row: RowMapping) -> ShownOffer:
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


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _differences(now: Any, then: Any, pointer: str) -> Sequence[str]:
    if isinstance(now, dict) and isinstance(then, dict):
        names = sorted({*now, *then})
        return [each for name in names for each in _differences(now.get(name), then.get(name), f"{pointer}/{name}")]
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        pairs = enumerate(zip(now, then, strict=True))
        return [each for number, (one, other) in pairs for each in _differences(one, other, f"{pointer}/{number}")]
    return [] if now == then else [pointer or "/"]
