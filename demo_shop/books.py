"""The shop's own books in SQLite: carts, orders, and what Scenebank said of them."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo_shop.goods import Shop

_SCHEMA = """
CREATE TABLE IF NOT EXISTS carts (shop TEXT, owner TEXT, product TEXT, quantity INTEGER NOT NULL,
    PRIMARY KEY (shop, owner, product));
CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, shop TEXT NOT NULL, customer TEXT NOT NULL,
    basket TEXT NOT NULL, lines TEXT NOT NULL, amount INTEGER NOT NULL, payment TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL, placed_at TEXT);
CREATE INDEX IF NOT EXISTS orders_of ON orders (shop, customer, basket);
CREATE TABLE IF NOT EXISTS applications (id TEXT PRIMARY KEY, shop TEXT NOT NULL, number TEXT NOT NULL,
    status TEXT NOT NULL, sequence INTEGER NOT NULL, facts TEXT NOT NULL, began_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS applications_of ON applications (number);
CREATE TABLE IF NOT EXISTS hooks (shop TEXT, id TEXT, PRIMARY KEY (shop, id));
"""
# From here on the bank pays: the order is placed and its goods leave the cart.
PAID_BY_BANK = frozenset({"accepted", "fulfilling", "active", "closed"})
_FACTS = ("amount", "approved", "fulfilled", "cancelled", "refunded")
MOST_OF_ONE = 9


@dataclass(frozen=True)
class Line:
    """One row of a cart or an order; ``price`` of one piece in minor units."""

    product: str
    quantity: int
    price: int

    @property
    def total(self) -> int:
        return self.quantity * self.price


@dataclass(frozen=True)
class Known:
    """The last thing Scenebank said of an application. ``facts``: the amounts in minor units."""

    id: str
    status: str
    sequence: int
    facts: Mapping[str, int]


@dataclass(frozen=True)
class Order:
    """``payment``: empty, ``delivery`` or ``bank``; ``known`` is its newest application."""

    number: str
    shop: str
    customer: str
    lines: tuple[Line, ...]
    amount: int
    payment: str
    created_at: str
    placed_at: str | None
    known: Known | None


class Books:
    """One file in ``folder``; every method is one transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "shop.sqlite3"
        connection = self._connect()
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        connection.close()

    def cart(self, shop: Shop, owner: str) -> tuple[Line, ...]:
        with self._begin() as connection:
            return _cart(connection, shop, owner)

    def put(self, shop: Shop, owner: str, product: str, quantity: int, add: bool) -> None:
        """Set how many of a product stand in the cart, or add to them; none takes it out."""
        with self._begin() as connection:
            if add:
                quantity += sum(line.quantity for line in _cart(connection, shop, owner) if line.product == product)
            connection.execute("DELETE FROM carts WHERE shop = ? AND owner = ? AND product = ?",
                               (shop.key, owner, product))  # fmt: skip
            if quantity > 0:
                connection.execute("INSERT INTO carts VALUES (?, ?, ?, ?)",
                                   (shop.key, owner, product, min(quantity, MOST_OF_ONE)))  # fmt: skip

    def move_cart(self, shop: Shop, owner: str, customer: str) -> None:
        """A visitor logged in: what they gathered comes along."""
        lines = self.cart(shop, owner)
        for line in lines:
            self.put(shop, customer, line.product, line.quantity, add=True)
            self.put(shop, owner, line.product, 0, add=False)

    def draft(self, shop: Shop, customer: str, ref: str) -> Order | None:
        """The order of what is in the cart, the same at every look until it is placed; None for an empty cart.

        ``ref`` is a word put behind its number."""
        with self._begin() as connection:
            lines = _cart(connection, shop, customer)
            if not lines:
                return None
            text = json.dumps([[line.product, line.quantity, line.price] for line in lines])
            basket = hashlib.sha256(f"{ref}\n{text}".encode()).hexdigest()
            row = connection.execute(
                "SELECT * FROM orders WHERE shop = ? AND customer = ? AND basket = ? AND placed_at IS NULL",
                (shop.key, customer, basket),
            ).fetchone()
            if row:
                return _order(connection, row)
            now = datetime.now(UTC)
            number = f"{shop.prefix}-{now:%y%m%d}-{secrets.randbelow(90000) + 10000}" + (f"-{ref}" if ref else "")
            connection.execute(
                "INSERT INTO orders (number, shop, customer, basket, lines, amount, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, shop.key, customer, basket, text, sum(line.total for line in lines), _text(now)),
            )
            row = connection.execute("SELECT * FROM orders WHERE number = ?", (number,)).fetchone()
            return _order(connection, row)

    def order(self, shop: Shop, number: str) -> Order | None:
        with self._begin() as connection:
            query = "SELECT * FROM orders WHERE shop = ? AND number = ?"
            row = connection.execute(query, (shop.key, number)).fetchone()
            return _order(connection, row) if row else None

    def orders(self, shop: Shop, customer: str | None = None) -> tuple[Order, ...]:
        """Newest first; those that are placed or asked for at a bank. All customers' for the back office."""
        with self._begin() as connection:
            rows = connection.execute(
                "SELECT * FROM orders WHERE shop = ? AND (? IS NULL OR customer = ?) AND (placed_at IS NOT NULL OR"
                " number IN (SELECT number FROM applications)) ORDER BY created_at DESC LIMIT 100",
                (shop.key, customer, customer),
            ).fetchall()
            return tuple(_order(connection, row) for row in rows)

    def pay_on_delivery(self, shop: Shop, number: str) -> str:
        """Place it so unless it is placed already; how it is paid now."""
        with self._begin() as connection:
            _place(connection, shop, number, "delivery")
            row = connection.execute("SELECT payment FROM orders WHERE number = ?", (number,)).fetchone()
            return str(row["payment"])

    def learn(self, shop: Shop, facts: Mapping[str, Any], when: str, hook: str | None = None) -> bool:
        """Keep what Scenebank says of an application, unless something newer is known; False when it was not news.

        ``facts``: ``application`` (or ``id``), ``order``, ``status``, ``sequence`` and the amounts. ``hook``: the id
        of the webhook that brought it; the same id is taken once."""
        with self._begin() as connection:
            if hook is not None and not _first_time(connection, shop, hook):
                return False
            number, name = str(facts["order"]), str(facts.get("application") or facts["id"])
            known = connection.execute("SELECT number FROM orders WHERE shop = ? AND number = ?",
                                       (shop.key, number)).fetchone()  # fmt: skip
            if known is None:
                return False
            amounts = {key: int(facts[key]["amount"]) for key in _FACTS if key in facts}
            changed = connection.execute(
                "INSERT INTO applications VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " status = excluded.status, sequence = excluded.sequence, facts = excluded.facts"
                " WHERE excluded.sequence > applications.sequence",
                (name, shop.key, number, str(facts["status"]), int(facts["sequence"]), json.dumps(amounts), when),
            ).rowcount
            if changed == 1 and facts["status"] in PAID_BY_BANK:
                _place(connection, shop, number, "bank")
            return changed == 1

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    @contextmanager
    def _begin(self) -> Iterator[sqlite3.Connection]:
        connection = self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection
        finally:
            connection.close()


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _cart(connection: sqlite3.Connection, shop: Shop, owner: str) -> tuple[Line, ...]:
    rows = connection.execute("SELECT product, quantity FROM carts WHERE shop = ? AND owner = ?", (shop.key, owner))
    quantities: dict[str, int] = dict(rows.fetchall())
    return tuple(Line(one.id, quantities[one.id], one.price) for one in shop.products if one.id in quantities)


def _first_time(connection: sqlite3.Connection, shop: Shop, hook: str) -> bool:
    return connection.execute("INSERT OR IGNORE INTO hooks VALUES (?, ?)", (shop.key, hook)).rowcount == 1


def _place(connection: sqlite3.Connection, shop: Shop, number: str, payment: str) -> None:
    row = connection.execute("SELECT * FROM orders WHERE number = ? AND placed_at IS NULL", (number,)).fetchone()
    if row is None:
        return
    connection.execute("UPDATE orders SET placed_at = ?, payment = ? WHERE number = ?",
                       (_text(datetime.now(UTC)), payment, number))  # fmt: skip
    for product, _quantity, _price in json.loads(row["lines"]):
        connection.execute("DELETE FROM carts WHERE shop = ? AND owner = ? AND product = ?",
                           (shop.key, row["customer"], product))  # fmt: skip


def _order(connection: sqlite3.Connection, row: sqlite3.Row) -> Order:
    newest = connection.execute(
        "SELECT * FROM applications WHERE number = ? ORDER BY began_at DESC, id LIMIT 1", (row["number"],)
    ).fetchone()
    known = Known(newest["id"], newest["status"], newest["sequence"], json.loads(newest["facts"])) if newest else None
    return Order(
        row["number"], row["shop"], row["customer"], tuple(Line(*line) for line in json.loads(row["lines"])),
        row["amount"], row["payment"], row["created_at"], row["placed_at"], known,
    )  # fmt: skip
