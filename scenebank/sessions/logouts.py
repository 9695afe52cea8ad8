"""Shoppers whom their shop has logged out: launch tokens made before that moment are good for nothing."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from scenebank.clock import Clock, milliseconds
from scenebank.merchants.model import Door
from scenebank.sessions.model import Launch, LaunchRefused
from scenebank.store.database import Database
from scenebank.store.tables import shopper_logouts


class Logouts:
    """The last one of each shopper of a merchant and mode."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def record(self, connection: Connection, door: Door, shopper_ref: str) -> None:
        whose = {"merchant_id": door.merchant.id, "mode": door.mode.value, "shopper_ref": shopper_ref}
        now = milliseconds(self._clock.now())
        table = shopper_logouts
        same = (table.c.merchant_id == whose["merchant_id"]) & (table.c.mode == whose["mode"])
        same &= table.c.shopper_ref == shopper_ref
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values(**whose, at=now))
        except IntegrityError:
            connection.execute(update(table).where(same).values(at=now))

    def check(self, launch: Launch) -> None:
        """:class:`LaunchRefused` ``launch_revoked`` for a token that is older than its shopper's last logout."""
        table = shopper_logouts
        query = select(table.c.at).where(
            table.c.merchant_id == launch.merchant_id, table.c.mode == launch.mode.value,
            table.c.shopper_ref == launch.shopper_ref,
        )  # fmt: skip
        with self._database.read() as connection:
            at = connection.execute(query).scalar_one_or_none()
        if at is not None and milliseconds(launch.issued_at) <= at:
            raise LaunchRefused("launch_revoked", "logged out")
