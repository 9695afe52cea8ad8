"""The SQL of merchants, their keys and origins. Every lookup but that of a key stays inside merchant and mode."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    bindparam,
    insert,
    select,
)

from scenebank.merchants.model import KeyKind, MerchantKey, Mode, Scope
from scenebank.store.tables import launch_secrets, merchant_keys, merchant_origins, merchants

_SECRET_KID = re.compile(r"hs_[0-9a-f]{20}")


def is_secret_kid(kid: str) -> bool:
    """The ``kid`` space of shared secrets; a thumbprint has another length."""
    return _SECRET_KID.fullmatch(kid) is not None


def table_of(key_id: str) -> Table:
    return launch_secrets if is_secret_kid(key_id) else merchant_keys


def works(table: Table, now: int | BindParameter[int]) -> ColumnElement[bool]:
    """Neither revoked nor at its end."""
    return table.c.revoked_at.is_(None) & (table.c.expires_at.is_(None) | (table.c.expires_at > now))


# Made once: every request asks these two.
_OPENING = (
    select(merchant_keys.c.id, merchant_keys.c.kind, merchant_keys.c.scopes, merchant_keys.c.merchant_id,
           merchant_keys.c.mode, merchants.c.name, merchants.c.market)
    .join(merchants, merchants.c.id == merchant_keys.c.merchant_id)
    .where(merchant_keys.c.value == bindparam("value"), merchant_keys.c.kind.in_(bindparam("kinds", expanding=True)),
           works(merchant_keys, bindparam("now", type_=BigInteger)))
)  # fmt: skip
_ORIGINS = (
    select(merchant_origins.c.origin)
    .where(merchant_origins.c.merchant_id == bindparam("merchant"), merchant_origins.c.mode == bindparam("mode"))
    .order_by(merchant_origins.c.origin)
)


def of_merchant(table: Table, merchant_id: str, mode: Mode) -> ColumnElement[bool]:
    return (table.c.merchant_id == merchant_id) & (table.c.mode == mode.value)


def insert_key(
    connection: Connection, merchant_id: str, mode: Mode, kind: KeyKind, value: str, last4: str, now: int, **more: Any
) -> str:
    """Its id; ``more`` are further columns."""
    key_id = f"key_{secrets.token_hex(10)}"
    connection.execute(insert(merchant_keys).values(
        id=key_id, merchant_id=merchant_id, mode=mode.value, kind=kind.value, value=value, last4=last4, created_at=now,
        **more,
    ))  # fmt: skip
    return key_id


def find_opening(connection: Connection, kinds: Iterable[KeyKind], value: str, now: int) -> RowMapping | None:
    """The key with that value (a hash, for secrets) and its merchant. The lookup by a keyed hash *is* the compare in
    constant time: how far two hashes agree says nothing of how far two keys do."""
    asked = {"value": value, "kinds": [kind.value for kind in kinds], "now": now}
    return connection.execute(_OPENING, asked).mappings().one_or_none()


def origins_of(connection: Connection, merchant_id: str, mode: str) -> tuple[str, ...]:
    return tuple(connection.execute(_ORIGINS, {"merchant": merchant_id, "mode": mode}).scalars())


def insert_origin(connection: Connection, merchant_id: str, mode: Mode, origin: str, now: int) -> None:
    connection.execute(insert(merchant_origins).values(
        merchant_id=merchant_id, mode=mode.value, origin=origin, created_at=now
    ))  # fmt: skip


def scopes_of(text: str | None) -> tuple[Scope, ...]:
    return tuple(Scope(one) for one in json.loads(text)) if text else ()


def as_key(row: RowMapping) -> MerchantKey:
    """A row of either table of keys."""
    kind = KeyKind(row["kind"]) if "kind" in row else KeyKind.LAUNCH_SECRET
    return MerchantKey(
        id=row["id"], kind=kind, mode=Mode(row["mode"]), name=row["name"], last4=row["last4"],
        scopes=scopes_of(row.get("scopes")), value=row["value"] if kind is KeyKind.PUBLISHABLE else None,
        kid={KeyKind.LAUNCH: row["value"], KeyKind.LAUNCH_SECRET: row["id"]}.get(kind),
        created_at=row["created_at"], expires_at=row["expires_at"], last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )  # fmt: skip
