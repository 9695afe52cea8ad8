"""The SQL of revisions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, case, func, insert, or_, select, update

from scenebank.catalogue.publishing.model import Revision, State
from scenebank.exact_json import read_json
from scenebank.store.cursors import cursor
from scenebank.store.tables import catalogue_audit, product_revisions

_table = product_revisions


def insert_revision(connection: Connection, values: Mapping[str, Any]) -> Revision:
    made = insert(_table).values(**_row(values)).returning(_table.c.number)
    nothing: dict[str, Any] = dict.fromkeys(("approved_hash", "approved_by", "approved_at", "live_at"))
    return Revision(number=connection.execute(made).scalar_one(), **nothing, **values)


def change(connection: Connection, revision: Revision, **values: Any) -> Revision:
    """The revision afterwards, for whoever holds the audit."""
    connection.execute(update(_table).where(_table.c.id == revision.id).values(**_row(values)))
    return replace(revision, **values)


def by_id(connection: Connection, revision_id: str) -> Revision | None:
    return _first(connection, select(_table).where(_table.c.id == revision_id))


def live(connection: Connection, bank_id: str, product_id: str) -> Revision | None:
    """What shoppers see of the product."""
    return _first(connection, _of(bank_id, product_id).where(_table.c.state == State.LIVE.value))


def waiting(connection: Connection, bank_id: str, product_id: str) -> list[Revision]:
    """Scheduled ones of the product."""
    query = _of(bank_id, product_id).where(_table.c.state == State.SCHEDULED.value).order_by(_table.c.number)
    return [to_revision(row) for row in connection.execute(query).mappings()]


def sold_before(connection: Connection, bank_id: str, product_id: str, version: str | None) -> Revision | None:
    """The newest that was live and is not any more; of ``version`` where it is named."""
    ended = (State.SUPERSEDED.value, State.WITHDRAWN.value)
    query = _of(bank_id, product_id).where(_table.c.state.in_(ended), _table.c.live_at.is_not(None))
    query = query if version is None else query.where(_table.c.version == version)
    return _first(connection, query.order_by(_table.c.live_at.desc(), _table.c.number.desc()).limit(1))


def last_approval(connection: Connection, bank_id: str, product_id: str, version: str) -> int | None:
    """When somebody last approved this version, or the house last published it itself; ms."""
    own = (_table.c.origin == "system") & _table.c.live_at.is_not(None)
    at = case((own, _table.c.live_at), else_=_table.c.approved_at)
    query = select(func.max(at)).where(
        _table.c.bank_id == bank_id, _table.c.product_id == product_id, _table.c.version == version
    )
    return connection.execute(query).scalar_one_or_none()


def history(connection: Connection, bank_id: str, product_id: str) -> list[Revision]:
    """The newest first."""
    rows = connection.execute(_of(bank_id, product_id).order_by(_table.c.number.desc())).mappings()
    return [to_revision(row) for row in rows]


def page(
    connection: Connection, bank_id: str | None, product_id: str | None, state: State | None, after: int | None,
    limit: int,
) -> list[Revision]:  # fmt: skip
    """The newest first, behind the number ``after``; of one bank, product or state where it is named."""
    query = select(_table)
    for column, wanted in (("bank_id", bank_id), ("product_id", product_id), ("state", state and state.value)):
        query = query if wanted is None else query.where(_table.c[column] == wanted)
    query = query if after is None else query.where(_table.c.number < cursor(after))
    rows = connection.execute(query.order_by(_table.c.number.desc()).limit(limit)).mappings()
    return [to_revision(row) for row in rows]


def due(connection: Connection, now: int) -> Sequence[str]:
    """Ids of those whose time has come, the earliest first."""
    starts = (_table.c.state == State.SCHEDULED.value) & (_table.c.starts_at <= now)
    ends = (_table.c.state == State.LIVE.value) & (_table.c.ends_at <= now)
    query = select(_table.c.id).where(or_(starts, ends)).order_by(_table.c.starts_at, _table.c.number)
    return connection.execute(query).scalars().all()


def is_in_hand(connection: Connection, bank_id: str, product_id: str) -> bool:
    """Whether anything of the product was live by somebody's act, or was withdrawn."""
    by_people = (_table.c.origin != "system") & _table.c.live_at.is_not(None)
    theirs = or_(by_people, _table.c.state == State.WITHDRAWN.value)
    return connection.execute(_of(bank_id, product_id).where(theirs).limit(1)).first() is not None


def next_change(connection: Connection) -> int | None:
    """When the next one starts or ends, in ms; maybe a moment ago."""
    starts = select(func.min(_table.c.starts_at)).where(_table.c.state == State.SCHEDULED.value)
    ends = select(func.min(_table.c.ends_at)).where(_table.c.state == State.LIVE.value)
    found = [connection.execute(one).scalar_one_or_none() for one in (starts, ends)]
    return min((one for one in found if one is not None), default=None)


def audit_page(
    connection: Connection, bank_id: str | None, product_id: str | None, after: int, limit: int
) -> list[RowMapping]:
    """Rows of the audit in order, behind the number ``after``."""
    table = catalogue_audit
    query = select(table).where(table.c.number > cursor(after))
    for column, wanted in (("bank_id", bank_id), ("product_id", product_id)):
        query = query if wanted is None else query.where(table.c[column] == wanted)
    return list(connection.execute(query.order_by(table.c.number).limit(limit)).mappings())


def _of(bank_id: str, product_id: str) -> Select[Any]:
    return select(_table).where(_table.c.bank_id == bank_id, _table.c.product_id == product_id)


def _first(connection: Connection, query: Select[Any]) -> Revision | None:
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else to_revision(row)


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a revision's values; documents in the spelling of product_versions."""
    row = dict(values)
    if "document" in row:
        row["document"] = json.dumps(row["document"], ensure_ascii=False, sort_keys=True)
    if "editors" in row:
        row["editors"] = json.dumps(list(row["editors"]))
    if "state" in row:
        row["state"] = row["state"].value
    return row


def to_revision(row: RowMapping) -> Revision:
    values: dict[str, Any] = dict(row)
    values["state"] = State(values["state"])
    values["document"] = read_json(values["document"])
    values["editors"] = tuple(read_json(values["editors"]))
    return Revision(**values)
