"""The SQL of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, tuple_, update

from scenebank.receipts.model import Head, Receipt
from scenebank.receipts.tree import Place
from scenebank.store.tables import receipt_heads, receipt_nodes, receipts

_SEALER = 7_240_114  # the one who seals, on PostgreSQL; any number, the same in every process
_CHUNK = 1000


def alone(connection: Connection) -> bool:
    """Whether this transaction is the only one that seals. SQLite has one writer anyway."""
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.execute(text(f"SELECT pg_try_advisory_xact_lock({_SEALER})")).scalar_one())


def hold_view(connection: Connection) -> None:
    """What others seal meanwhile is not seen: the first thing a long reader does."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def by_id(connection: Connection, receipt_id: str) -> Receipt | None:
    found = connection.execute(select(receipts).where(receipts.c.id == receipt_id)).one_or_none()
    return to_receipt(found) if found else None


def of_application(connection: Connection, merchant_id: str, mode: str, application_id: str) -> list[Receipt]:
    """Inside the tenant, oldest first."""
    query = select(receipts).where(
        receipts.c.application_id == application_id, receipts.c.merchant_id == merchant_id, receipts.c.mode == mode
    )
    return [to_receipt(row) for row in connection.execute(query.order_by(receipts.c.number))]


def is_pending(connection: Connection) -> bool:
    query = select(receipts.c.number).where(receipts.c.position.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def pending(connection: Connection, limit: int) -> list[tuple[int, str]]:
    """Number and leaf of what waits. Numbers rise within an application: its changes wait for one another."""
    query = select(receipts.c.number, receipts.c.leaf).where(receipts.c.position.is_(None))
    return [(row.number, row.leaf) for row in connection.execute(query.order_by(receipts.c.number).limit(limit))]


def place(connection: Connection, positions: Iterable[tuple[int, int]]) -> None:
    """``(number, position)`` each."""
    known = [{"of": number, "at": position} for number, position in positions]
    query = update(receipts).where(receipts.c.number == bindparam("of")).values(position=bindparam("at"))
    connection.execute(query, known)


def newest_head(connection: Connection) -> Head | None:
    found = connection.execute(select(receipt_heads).order_by(receipt_heads.c.size.desc()).limit(1)).one_or_none()
    return to_head(found) if found else None


def head(connection: Connection, size: int) -> Head | None:
    found = connection.execute(select(receipt_heads).where(receipt_heads.c.size == size)).one_or_none()
    return to_head(found) if found else None


def add_head(connection: Connection, made: Head) -> None:
    connection.execute(insert(receipt_heads).values(
        size=made.size, root=made.root.hex(), at=made.at_ms, statement=made.statement
    ))  # fmt: skip


def nodes(connection: Connection, places: Iterable[Place]) -> Mapping[Place, bytes]:
    """The stored roots of perfect subtrees; one that is missing is missing in the answer."""
    wanted = list(places)
    table = receipt_nodes
    query = select(table).where(tuple_(table.c.level, table.c.place).in_(wanted))
    return {(row.level, row.place): bytes.fromhex(row.hash) for row in connection.execute(query)} if wanted else {}


def add_nodes(connection: Connection, made: Mapping[Place, bytes]) -> None:
    rows = [{"level": level, "place": index, "hash": hashed.hex()} for (level, index), hashed in made.items()]
    connection.execute(insert(receipt_nodes), rows)


def entries(connection: Connection) -> Iterator[Row[tuple[object, ...]]]:
    """All sealed rows by position, in pieces."""
    last = -(2**63)
    while True:
        query = select(receipts).where(receipts.c.position > last).order_by(receipts.c.position).limit(_CHUNK)
        rows = connection.execute(query).all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1].position


def waiting(connection: Connection) -> list[Row[tuple[object, ...]]]:
    """All rows that are not sealed yet."""
    return list(connection.execute(select(receipts).where(receipts.c.position.is_(None)).order_by(receipts.c.number)))


def heads(connection: Connection) -> list[Head]:
    return [to_head(row) for row in connection.execute(select(receipt_heads).order_by(receipt_heads.c.size))]


def nodes_of_leaves(connection: Connection, low: int, high: int) -> Mapping[Place, bytes]:
    """The subtrees that are perfect with one of these leaves."""
    table = receipt_nodes
    found: dict[Place, bytes] = {}
    for level in range(max(high, 1).bit_length()):
        query = select(table).where(table.c.level == level, table.c.place >= (low >> level), table.c.place < high)
        query = query.where(table.c.place < (high >> level))
        found |= {(row.level, row.place): bytes.fromhex(row.hash) for row in connection.execute(query)}
    return found


def node_count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(receipt_nodes)).scalar_one())


def to_receipt(row: Row[tuple[object, ...]]) -> Receipt:
    return Receipt(row.id, row.application_id, row.leaf, row.position)


def to_head(row: Row[tuple[object, ...]]) -> Head:
    return Head(row.size, bytes.fromhex(row.root), row.at, row.statement)
