"""The SQL of the team."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from scenebank.store.tables import banks, team_members
from scenebank.team.model import Member, Role

_COLUMNS = tuple(column for column in team_members.c if column.name != "value")


def by_name(connection: Connection, name: str) -> Member | None:
    """Ended or not."""
    return _one(connection, team_members.c.name == name)


def by_value(connection: Connection, value: str) -> Member | None:
    """Who works with the key of this hash."""
    return _one(connection, (team_members.c.value == value) & team_members.c.ended_at.is_(None))


def everybody(connection: Connection) -> list[Member]:
    query = select(*_COLUMNS).order_by(team_members.c.created_at, team_members.c.name)
    return [_member(row) for row in connection.execute(query).mappings()]


def has_bank(connection: Connection, bank_id: str) -> bool:
    return connection.execute(select(banks.c.bank_id).where(banks.c.bank_id == bank_id)).one_or_none() is not None


def add(connection: Connection, name: str, role: Role, bank_id: str | None, value: str, last4: str, now: int) -> None:
    connection.execute(insert(team_members).values(
        name=name, role=role.value, bank_id=bank_id, value=value, last4=last4, created_at=now
    ))  # fmt: skip


def change(connection: Connection, name: str, **values: Any) -> bool:
    """Whether there was somebody of that name who works."""
    mine = (team_members.c.name == name) & team_members.c.ended_at.is_(None)
    return connection.execute(update(team_members).where(mine).values(**values)).rowcount == 1


def _one(connection: Connection, where: ColumnElement[bool]) -> Member | None:
    row = connection.execute(select(*_COLUMNS).where(where)).mappings().one_or_none()
    return None if row is None else _member(row)


def _member(row: Any) -> Member:
    return Member(row["name"], Role(row["role"]), row["bank_id"], row["last4"], row["created_at"], row["ended_at"])
