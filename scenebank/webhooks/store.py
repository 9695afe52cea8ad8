"""The SQL of events, endpoints and deliveries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, RowMapping, bindparam, func, insert, select, update

from scenebank.errors import NotFound
from scenebank.merchants.model import Mode
from scenebank.store.cursors import cursor
from scenebank.store.tables import (
    events,
    merchants,
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
    webhook_old_secrets,
)
from scenebank.webhooks.model import Attempt, Delivery, DeliveryStatus, Endpoint, Event

# Asked for every event, so each is made once.
_OF_TENANT = select(webhook_endpoints).where(
    webhook_endpoints.c.merchant_id == bindparam("merchant"), webhook_endpoints.c.mode == bindparam("mode"),
    webhook_endpoints.c.deleted_at.is_(None),
)  # fmt: skip
_ENDPOINTS = _OF_TENANT.order_by(webhook_endpoints.c.created_at, webhook_endpoints.c.id)
_ENDPOINT = _OF_TENANT.where(webhook_endpoints.c.id == bindparam("id"))
_LOCKED_ENDPOINT = _ENDPOINT.with_for_update(key_share=True)
_ENDPOINT_BY_ID = select(webhook_endpoints).where(webhook_endpoints.c.id == bindparam("id"))
_LOCKED_BY_ID = _ENDPOINT_BY_ID.with_for_update(key_share=True)
_EVENT = select(events).where(events.c.id == bindparam("id"))
_DELIVERY = select(webhook_deliveries).where(
    webhook_deliveries.c.event_id == bindparam("event"), webhook_deliveries.c.endpoint_id == bindparam("endpoint")
)
_LOCKED_MERCHANT = select(merchants.c.id).where(merchants.c.id == bindparam("id")).with_for_update(key_share=True)
_NEW_EVENT = insert(events).returning(events.c.number)
_NEW_ATTEMPT = insert(webhook_attempts)
_LAST_ATTEMPT = select(func.max(webhook_attempts.c.number)).where(
    webhook_attempts.c.event_id == bindparam("event"), webhook_attempts.c.endpoint_id == bindparam("endpoint")
)
_OLD_SECRETS = (
    select(webhook_old_secrets)
    .where(
        webhook_old_secrets.c.endpoint_id == bindparam("endpoint"),
        webhook_old_secrets.c.ends_at > bindparam("now", type_=BigInteger),
    )
    .order_by(webhook_old_secrets.c.ends_at.desc(), webhook_old_secrets.c.id)
)


def endpoint_of(row: RowMapping) -> Endpoint:
    wanted = tuple(json.loads(row["event_types"])) if row["event_types"] else ()
    return Endpoint(row["id"], row["url"], row["enabled"], wanted, row["public_key"], row["disabled_reason"])


def event_of(row: RowMapping) -> Event:
    return Event(row["number"], row["id"], row["type"], json.loads(row["data"]), row["created_at"])


def endpoint_rows(connection: Connection, merchant_id: str, mode: Mode) -> Sequence[RowMapping]:
    return connection.execute(_ENDPOINTS, {"merchant": merchant_id, "mode": mode.value}).mappings().all()


def endpoint_row(
    connection: Connection, merchant_id: str, mode: Mode, endpoint_id: str, lock: bool = False
) -> RowMapping:
    """The merchant's own; :class:`NotFound` for another's and a deleted one. With ``lock`` nobody else changes it until
    the end of the transaction."""
    wanted = {"id": endpoint_id, "merchant": merchant_id, "mode": mode.value}
    row = connection.execute(_LOCKED_ENDPOINT if lock else _ENDPOINT, wanted).mappings().one_or_none()
    if row is None:
        raise NotFound("no such endpoint")
    return row


def locked_endpoint(connection: Connection, endpoint_id: str) -> RowMapping:
    """For links, whose endpoint may have been deleted while they sent."""
    return connection.execute(_LOCKED_BY_ID, {"id": endpoint_id}).mappings().one()


def change_endpoint(connection: Connection, endpoint_id: str, values: Mapping[str, Any]) -> None:
    table = webhook_endpoints
    connection.execute(update(table).where(table.c.id == endpoint_id).values(**values))


def old_secret_rows(connection: Connection, endpoint_id: str, now_ms: int) -> Sequence[RowMapping]:
    """Those that still sign, the newest first."""
    return connection.execute(_OLD_SECRETS, {"endpoint": endpoint_id, "now": now_ms}).mappings().all()


def add_event(connection: Connection, values: Mapping[str, Any]) -> Event:
    """Numbers of one merchant's events rise in the order of their commits: whoever writes one holds the merchant's row
    until the commit, so no reader meets a number before all that are smaller. (SQLite has one writer anyway.)"""
    connection.execute(_LOCKED_MERCHANT, {"id": values["merchant_id"]})
    number = connection.execute(_NEW_EVENT, dict(values)).scalar_one()
    return Event(number, values["id"], values["type"], json.loads(values["data"]), values["created_at"])


def event_row(connection: Connection, merchant_id: str, mode: Mode, event_id: str) -> RowMapping:
    """:class:`NotFound` for another merchant's."""
    query = select(events).where(
        events.c.id == event_id, events.c.merchant_id == merchant_id, events.c.mode == mode.value
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("no such event")
    return row


def delivery_row(connection: Connection, event_id: str, endpoint_id: str) -> RowMapping | None:
    """For links: they name event and endpoint themselves."""
    return connection.execute(_DELIVERY, {"event": event_id, "endpoint": endpoint_id}).mappings().one_or_none()


def delivered_to(connection: Connection, event_id: str, endpoint_id: str) -> tuple[RowMapping, RowMapping]:
    """The endpoint and the event of a delivery."""
    endpoint = connection.execute(_ENDPOINT_BY_ID, {"id": endpoint_id}).mappings().one()
    return endpoint, connection.execute(_EVENT, {"id": event_id}).mappings().one()


def feed(connection: Connection, merchant_id: str, mode: Mode, after: int, limit: int) -> list[Event]:
    query = select(events).where(
        events.c.merchant_id == merchant_id, events.c.mode == mode.value, events.c.number > cursor(after)
    )
    rows = connection.execute(query.order_by(events.c.number).limit(limit)).mappings().all()
    return [event_of(row) for row in rows]


def of_delivery(event_id: str, endpoint_id: str) -> ColumnElement[bool]:
    table = webhook_deliveries
    return (table.c.event_id == event_id) & (table.c.endpoint_id == endpoint_id)


def deliveries(
    connection: Connection, endpoint_id: str, status: DeliveryStatus | None, before: int | None, limit: int
) -> list[Delivery]:
    """The newest events first, those before the number ``before``."""
    table = webhook_deliveries
    query = select(events, table.c.status, table.c.next_at).join(events, events.c.id == table.c.event_id)
    query = query.where(table.c.endpoint_id == endpoint_id)
    if status is not None:
        query = query.where(table.c.status == status.value)
    if before is not None:
        query = query.where(events.c.number < before)
    rows = connection.execute(query.order_by(events.c.number.desc()).limit(limit)).mappings().all()
    tried = _attempts(connection, endpoint_id, [row["id"] for row in rows])
    return [
        Delivery(event_of(row), DeliveryStatus(row["status"]), row["next_at"], tuple(tried.get(row["id"], ())))
        for row in rows
    ]


def _attempts(connection: Connection, endpoint_id: str, event_ids: Sequence[str]) -> dict[str, list[Attempt]]:
    table = webhook_attempts
    query = select(table).where(table.c.endpoint_id == endpoint_id, table.c.event_id.in_(event_ids))
    found: dict[str, list[Attempt]] = {}
    for row in connection.execute(query.order_by(table.c.number)).mappings():
        one = Attempt(row["at"], row["code"], row["reason"], row["duration_ms"], row["answer"])
        found.setdefault(row["event_id"], []).append(one)
    return found


def add_attempt(connection: Connection, event_id: str, endpoint_id: str, attempt: Attempt) -> None:
    """Under the endpoint's lock."""
    of = {"event_id": event_id, "endpoint_id": endpoint_id}
    number = (connection.execute(_LAST_ATTEMPT, {"event": event_id, "endpoint": endpoint_id}).scalar_one() or 0) + 1
    connection.execute(_NEW_ATTEMPT, of | {
        "number": number, "at": attempt.at_ms, "code": attempt.code, "reason": attempt.reason,
        "duration_ms": attempt.duration_ms, "answer": attempt.answer,
    })  # fmt: skip
