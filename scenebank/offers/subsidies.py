"""Which products' interest a shop pays, and for how long. A bank marks such a product; it is offered only where the
shop has agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, insert, select

from scenebank.catalogue.model import Product
from scenebank.catalogue.service import CatalogueService
from scenebank.clock import Clock, milliseconds
from scenebank.errors import InvalidInput, NotFound
from scenebank.merchants.model import Mode
from scenebank.offers.model import ProductKey
from scenebank.store.database import Database
from scenebank.store.tables import interest_subsidies


@dataclass(frozen=True)
class Arrangement:
    """The shop pays the interest of one product from the first day to the last, both in the market's own time; without
    a last day, until it is ended."""

    bank_id: str
    product_id: str
    first_day: date
    last_day: date | None

    def holds(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class SubsidyService:
    """Arrangements of each merchant and mode, one for a product."""

    def __init__(self, database: Database, catalogue: CatalogueService, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def arrange(self, merchant_id: str, mode: Mode, arrangement: Arrangement) -> None:
        """In place of an earlier one for the product. :class:`InvalidInput` where no live product is marked so."""
        key = (arrangement.bank_id, arrangement.product_id)
        if not any(one.subsidised and (one.bank_id, one.product_id) == key for one in self._products()):
            raise InvalidInput.one("product", "product_not_subsidised")
        if arrangement.last_day is not None and arrangement.last_day < arrangement.first_day:
            raise InvalidInput.one("until", "subsidy_days")
        table = interest_subsidies
        with self._database.begin() as connection:
            connection.execute(delete(table).where(*_one(merchant_id, mode, *key)))
            connection.execute(insert(table).values(
                merchant_id=merchant_id, mode=mode.value, bank_id=key[0], product_id=key[1],
                first_day=arrangement.first_day.isoformat(), created_at=milliseconds(self._clock.now()),
                last_day=arrangement.last_day.isoformat() if arrangement.last_day else None,
            ))  # fmt: skip

    def end(self, merchant_id: str, mode: Mode, bank_id: str, product_id: str) -> None:
        """Now: what was applied for before stays as it was shown. :class:`NotFound` where there is none."""
        with self._database.begin() as connection:
            ended = connection.execute(delete(interest_subsidies).where(*_one(merchant_id, mode, bank_id, product_id)))
        if ended.rowcount == 0:
            raise NotFound(f"the shop pays no interest of {bank_id}/{product_id}")

    def all(self, merchant_id: str, mode: Mode) -> tuple[Arrangement, ...]:
        table = interest_subsidies
        query = select(table).where(table.c.merchant_id == merchant_id, table.c.mode == mode.value)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.bank_id, table.c.product_id)).mappings().all()
        return tuple(
            Arrangement(row["bank_id"], row["product_id"], date.fromisoformat(row["first_day"]),
                        date.fromisoformat(row["last_day"]) if row["last_day"] else None)
            for row in rows
        )  # fmt: skip

    def agreed(self, merchant_id: str, mode: Mode, day: date) -> frozenset[ProductKey]:
        """The products whose interest the shop pays on that day."""
        return frozenset((one.bank_id, one.product_id) for one in self.all(merchant_id, mode) if one.holds(day))

    def _products(self) -> list[Product]:
        return [one for shelf in self._catalogue.live().shelves.values() for one in shelf]


def _one(merchant_id: str, mode: Mode, bank_id: str, product_id: str) -> tuple[ColumnElement[bool], ...]:
    table = interest_subsidies
    return (
        table.c.merchant_id == merchant_id, table.c.mode == mode.value, table.c.bank_id == bank_id,
        table.c.product_id == product_id,
    )  # fmt: skip
