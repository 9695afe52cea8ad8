"""What a shopper was shown where it binds: kept as it stood on the page, and as what it was made from, so that it can
be shown again byte for byte and its figures made again from nothing but versions, scene and rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from scenebank.catalogue.service import CatalogueService
from scenebank.clock import Clock, milliseconds
from scenebank.errors import Conflict, NotFound
from scenebank.markets.rule_set import RULE_SET_VERSION
from scenebank.merchants.model import Mode
from scenebank.offers.figures import figures
from scenebank.offers.kept import Chosen, Recomputed, ShownOffer, View, Viewer
from scenebank.offers.model import Offers
from scenebank.offers.offering import offering
from scenebank.offers.shown_rows import digest, to_row, to_shown
from scenebank.store.database import Database
from scenebank.store.tables import shown_offers


class OfferAltered(Conflict):
    """What is kept is not what was shown."""

    code = "offer_altered"


class ShownOffers:
    """Keeps, finds, and makes again."""

    def __init__(self, database: Database, catalogue: CatalogueService, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def keep(self, viewer: Viewer, view: View, offers: Offers, chosen: Chosen | None) -> str:
        """The id; the same shown again to the same visit is the same offer."""
        row = to_row(viewer, view, offers, chosen)
        offer_id = str(row["id"])
        if self._is_kept(offer_id):
            return offer_id
        try:
            with self._database.begin() as connection:
                created_at = milliseconds(self._clock.now())
                connection.execute(insert(shown_offers).values(**row, created_at=created_at))
        except IntegrityError:
            if not self._is_kept(offer_id):  # else another request of the visit was quicker, with the same
                raise
        return offer_id

    def _is_kept(self, offer_id: str) -> bool:
        with self._database.read() as connection:
            return _find(connection, offer_id) is not None

    def of_visit(self, viewer: Viewer, offer_id: str) -> ShownOffer | None:
        """None for what this visit was not shown."""
        with self._database.read() as connection:
            row = _find(connection, offer_id)
        if row is None or Viewer(row["session_id"], row["merchant_id"], Mode(row["mode"])) != viewer:
            return None
        return to_shown(row)

    def get(self, offer_id: str) -> ShownOffer:
        """For operators. :class:`NotFound`, or :class:`OfferAltered` where the bytes are not those of then."""
        with self._database.read() as connection:
            row = _find(connection, offer_id)
        if row is None:
            raise NotFound(f"there is no offer {offer_id}")
        if digest(row["content"]) != row["content_hash"]:
            raise OfferAltered(f"what is kept of {offer_id} is not what was shown: its hash is another")
        return to_shown(row)

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


def _find(connection: Connection, offer_id: str) -> RowMapping | None:
    query = select(shown_offers).where(shown_offers.c.id == offer_id)
    return connection.execute(query).mappings().one_or_none()


def _differences(now: Any, then: Any, pointer: str) -> Sequence[str]:
    if isinstance(now, dict) and isinstance(then, dict):
        names = sorted({*now, *then})
        return [each for name in names for each in _differences(now.get(name), then.get(name), f"{pointer}/{name}")]
    if isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        pairs = enumerate(zip(now, then, strict=True))
        return [each for number, (one, other) in pairs for each in _differences(one, other, f"{pointer}/{number}")]
    return [] if now == then else [pointer or "/"]
