"""Endpoints of shops, and the feed of their events."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert

from scenebank.clock import Clock
from scenebank.engine.queue import WorkQueue
from scenebank.errors import Conflict
from scenebank.keys.seal import seal
from scenebank.merchants.model import Mode
from scenebank.store.database import Database
from scenebank.store.tables import webhook_endpoints, webhook_old_secrets
from scenebank.webhooks import store
from scenebank.webhooks.addresses import check_address
from scenebank.webhooks.events import EventLog
from scenebank.webhooks.model import ROTATION_S, DisabledReason, Endpoint, Event
from scenebank.webhooks.signing import new_secret, new_signing_key

_MOST_ENABLED = 20
_MOST_OLD_SECRETS = 3


class TooManyEndpoints(Conflict):
    """As many as a merchant may have are enabled."""

    code = "too_many_endpoints"


class TooManySecrets(Conflict):
    """Rotated so often that the older secrets would fill the header."""

    code = "too_many_secrets"


@dataclass(frozen=True)
class EndpointChange:
    """What becomes different; None for what stays. ``events`` ``()`` is all; ``asymmetric``: ``v1a`` signs too."""

    url: str | None = None
    events: Sequence[str] | None = None
    asymmetric: bool | None = None
    enabled: bool | None = None


class WebhookService:
    """``seal`` encrypts endpoints' secrets at rest."""

    def __init__(
        self, database: Database, queue: WorkQueue, clock: Clock, seal: bytes, allow_loopback: bool = False
    ) -> None:
        self._database = database
        self._log = EventLog(queue, clock)
        self._seal = seal
        self._allow_loopback = allow_loopback

    def add_endpoint(
        self, merchant_id: str, mode: Mode, url: str, events: Sequence[str] = (), asymmetric: bool = False
    ) -> tuple[str, str]:
        """Its id and its secret, shown once. :class:`scenebank.errors.InvalidInput` for an address we do not call."""
        endpoint, secret = f"we_{secrets.token_hex(10)}", new_secret()
        values = {
            "id": endpoint,
            "merchant_id": merchant_id,
            "mode": mode.value,
            "url": self._checked(url, mode),
            "secret_sealed": seal(self._seal, secret),
            "enabled": True,
            "event_types": json.dumps(list(events)) if events else None,
            "created_at": self._log.now_ms(),
            **(self._new_key() if asymmetric else {}),
        }
        with self._database.begin() as connection:
            self._check_room(connection, merchant_id, mode)
            connection.execute(insert(webhook_endpoints).values(**values))
        return endpoint, secret

    def endpoints(self, merchant_id: str, mode: Mode) -> list[Endpoint]:
        with self._database.read() as connection:
            return [store.endpoint_of(row) for row in store.endpoint_rows(connection, merchant_id, mode)]

    def endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str) -> Endpoint:
        """:class:`scenebank.errors.NotFound` for another merchant's."""
        with self._database.read() as connection:
            return store.endpoint_of(store.endpoint_row(connection, merchant_id, mode, endpoint_id))

    def change_endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str, change: EndpointChange) -> Endpoint:
        """The same endpoint, with its secret and with what is still on its way to it."""
        with self._database.begin() as connection:
            row = store.endpoint_row(connection, merchant_id, mode, endpoint_id, lock=True)
            values = self._changed(row, mode, change)
            if change.enabled and not row["enabled"]:
                self._check_room(connection, merchant_id, mode)
            if values:
                store.change_endpoint(connection, endpoint_id, values)
            if change.enabled is False and row["enabled"]:
                self._log.disable(connection, merchant_id, mode, endpoint_id, DisabledReason.MERCHANT)
            return store.endpoint_of(store.endpoint_row(connection, merchant_id, mode, endpoint_id))

    def move_endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str, url: str) -> None:
        self.change_endpoint(merchant_id, mode, endpoint_id, EndpointChange(url=url))

    def delete_endpoint(self, merchant_id: str, mode: Mode, endpoint_id: str) -> None:
        """Nothing more is sent there, and nobody finds it any more; the events stay in the feed.
        :class:`scenebank.errors.NotFound` for another merchant's."""
        old = webhook_old_secrets
        with self._database.begin() as connection:
            row = store.endpoint_row(connection, merchant_id, mode, endpoint_id, lock=True)
            if row["enabled"]:
                self._log.disable(connection, merchant_id, mode, endpoint_id, DisabledReason.MERCHANT)
            store.change_endpoint(connection, endpoint_id, {
                "deleted_at": self._log.now_ms(), "secret_sealed": "", "signing_key_sealed": None, "public_key": None,
            })  # fmt: skip
            connection.execute(delete(old).where(old.c.endpoint_id == endpoint_id))

    def rotate(self, merchant_id: str, mode: Mode, endpoint_id: str, at_once: bool = False) -> tuple[Endpoint, str]:
        """A new secret, shown once, and a new key pair where there is one. The old ones sign beside them for a day, or
        (``at_once``, for those that leaked) no more. :class:`TooManySecrets` for one rotation too many."""
        secret, now_ms = new_secret(), self._log.now_ms()
        old = webhook_old_secrets
        with self._database.begin() as connection:
            row = store.endpoint_row(connection, merchant_id, mode, endpoint_id, lock=True)
            over = old.c.endpoint_id == endpoint_id
            connection.execute(delete(old).where(over if at_once else over & (old.c.ends_at <= now_ms)))
            if not at_once:
                self._keep_old(connection, row, now_ms)
            values = {"secret_sealed": seal(self._seal, secret)}
            if row["public_key"]:
                values |= self._new_key()
            store.change_endpoint(connection, endpoint_id, values)
            return store.endpoint_of(store.endpoint_row(connection, merchant_id, mode, endpoint_id)), secret

    def _keep_old(self, connection: Connection, row: RowMapping, now_ms: int) -> None:
        if len(store.old_secret_rows(connection, row["id"], now_ms)) >= _MOST_OLD_SECRETS:
            raise TooManySecrets
        connection.execute(insert(webhook_old_secrets).values(
            id=f"ws_{secrets.token_hex(10)}", endpoint_id=row["id"], secret_sealed=row["secret_sealed"],
            signing_key_sealed=row["signing_key_sealed"], ends_at=now_ms + ROTATION_S * 1000,
        ))  # fmt: skip

    def record(
        self, connection: Connection, merchant_id: str, mode: Mode, event_type: str, data: Mapping[str, Any]
    ) -> None:
        """Write the event and the work of its deliveries, in the caller's transaction."""
        self._log.record(connection, merchant_id, mode, event_type, data)

    def feed(self, merchant_id: str, mode: Mode, after: int, limit: int) -> list[Event]:
        """Events in the order of their commits, from behind ``after``: whoever goes on from the last one meets all."""
        with self._database.read() as connection:
            return store.feed(connection, merchant_id, mode, after, limit)

    def _changed(self, row: RowMapping, mode: Mode, change: EndpointChange) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if change.url is not None:
            values["url"] = self._checked(change.url, mode)
        if change.events is not None:
            values["event_types"] = json.dumps(list(change.events)) if change.events else None
        if change.asymmetric is False:
            values |= {"signing_key_sealed": None, "public_key": None}
        elif change.asymmetric and not row["public_key"]:
            values |= self._new_key()
        if change.enabled and not row["enabled"]:
            values |= {"enabled": True, "disabled_reason": None, "failing_since": None, "failed_at": None}
        return values

    def _check_room(self, connection: Connection, merchant_id: str, mode: Mode) -> None:
        if sum(row["enabled"] for row in store.endpoint_rows(connection, merchant_id, mode)) >= _MOST_ENABLED:
            raise TooManyEndpoints

    def _checked(self, url: str, mode: Mode) -> str:
        return check_address(url, self._allow_loopback and mode is Mode.TEST)

    def _new_key(self) -> dict[str, Any]:
        made = new_signing_key()
        return {"signing_key_sealed": seal(self._seal, made.private), "public_key": made.public}
