"""Executor slots: an executor's id belongs to one live process, held by a lock the system frees when it dies."""

from __future__ import annotations

import fcntl
import os
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

_SLOTS = 64
_ADVISORY_CLASS = 0x5CE7  # our half of PostgreSQL's two-part advisory keys
_LOCK = text("SELECT pg_try_advisory_lock(:class, :number)")
_UNLOCK = text("SELECT pg_advisory_unlock(:class, :number)")


class NoFreeSlot(Exception):
    """Every slot is held by a live process."""


class Slot(ABC):
    """A held slot; ``name`` is the executor's id."""

    def __init__(self, number: int) -> None:
        self.name = slot_name(number)

    @abstractmethod
    def keep(self) -> bool:
        """Whether it is still ours; taken again where the database let go of it and nobody else has it."""

    @abstractmethod
    def release(self) -> None:
        """Give the slot back."""


def slot_name(number: int) -> str:
    return f"slot-{number}"


def slot_number(name: str | None) -> int | None:
    """The number of a slot's name, or None for a name that is none."""
    prefix, _dash, digits = (name or "").partition("-")
    return int(digits) if prefix == "slot" and digits.isdigit() else None


class _FileSlot(Slot):
    def __init__(self, number: int, descriptor: int) -> None:
        super().__init__(number)
        self._descriptor = descriptor

    def keep(self) -> bool:
        return True  # the lock lives as long as the process

    def release(self) -> None:
        os.close(self._descriptor)


class _AdvisorySlot(Slot):
    def __init__(self, number: int, connection: Connection) -> None:
        super().__init__(number)
        self._key = _advisory_key(number)
        self._connection = connection

    def keep(self) -> bool:
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:  # the connection is gone, and the lock with it
            self._connection.invalidate()
            self._connection.rollback()
            return _lock(self._connection, self._key)
        return True

    def release(self) -> None:
        # Unlocked by word: the server ends a closed connection's locks only when it has noticed the closing.
        with suppress(SQLAlchemyError):  # a lost connection has let go already
            self._connection.execute(_UNLOCK, self._key)
        self._connection.close()
        self._connection.engine.dispose()


def try_slot(database_url: str, number: int) -> Slot | None:
    """The slot, or None while a live process holds it. Beside SQLite a file lock, in PostgreSQL an advisory one."""
    if make_url(database_url).get_backend_name() == "sqlite":
        return _try_file(database_url, number)
    return _try_advisory(database_url, number)


def take_slot(database_url: str) -> Slot:
    """The first free slot; :class:`NoFreeSlot` when there is none."""
    for number in range(_SLOTS):
        slot = try_slot(database_url, number)
        if slot is not None:
            return slot
    raise NoFreeSlot(f"all {_SLOTS} executor slots are held by live workers")


def _try_file(database_url: str, number: int) -> Slot | None:
    path = Path(f"{make_url(database_url).database}.{slot_name(number)}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return _FileSlot(number, descriptor)


def _try_advisory(database_url: str, number: int) -> Slot | None:
    engine = create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    connection = engine.connect()
    if _lock(connection, _advisory_key(number)):
        return _AdvisorySlot(number, connection)
    connection.close()
    engine.dispose()
    return None


def _advisory_key(number: int) -> dict[str, int]:
    return {"class": _ADVISORY_CLASS, "number": number}


def _lock(connection: Connection, key: dict[str, int]) -> bool:
    return bool(connection.execute(_LOCK, key).scalar_one())
