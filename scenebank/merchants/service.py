"""Merchants, their keys and origins. A key opens one door: one merchant in one mode."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import import_key
from sqlalchemy import Connection, RowMapping, insert, select

from scenebank.clock import Clock
from scenebank.errors import InvalidInput, NotFound, Unauthenticated
from scenebank.jose.verification_keys import UnfitKey, verification_key
from scenebank.markets import market as known_market
from scenebank.merchants.keys import is_publishable_key, is_secret_key, new_publishable_key, new_secret_key
from scenebank.merchants.model import Door, Merchant, Mode
from scenebank.merchants.origins import check_origin
from scenebank.store.database import Database
from scenebank.store.tables import merchant_keys, merchant_origins, merchants

_LAUNCH_CURVES = {("EC", "P-256"), ("OKP", "Ed25519")}


class UnknownKey(NotFound):
    """No shop has this publishable key."""

    code = "unknown_key"


@dataclass(frozen=True)
class NewMerchant:
    """What is shown once."""

    id: str
    publishable_key: str
    secret_key: str


class MerchantService:
    """``pepper`` keys the hashes of secret keys."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes) -> None:
        self._database = database
        self._clock = clock
        self._pepper = pepper

    def create(self, name: str, origins: Sequence[str], market: str, mode: Mode) -> NewMerchant:
        """A merchant with one pair of keys; it sees its market's live products at once.

        :class:`InvalidInput` for a bad name, market or origin."""
        if not name.strip() or len(name) > 100 or not name.isprintable():
            raise InvalidInput.one("/name", "merchant_name")
        try:
            known_market(market)
        except NotFound:
            raise InvalidInput.one("/market", "unknown_market", market=market[:20]) from None
        checked = [check_origin(origin, mode) for origin in dict.fromkeys(origins)]
        made = NewMerchant(f"mch_{secrets.token_hex(10)}", new_publishable_key(mode), new_secret_key(mode))
        with self._database.begin() as connection:
            connection.execute(insert(merchants).values(
                id=made.id, name=name.strip(), market=market, created_at=self._now_ms()
            ))  # fmt: skip
            self._add_key(connection, made.id, mode, "publishable", made.publishable_key, made.publishable_key[-4:])
            self._add_key(connection, made.id, mode, "secret", self._hash(made.secret_key), made.secret_key[-4:])
            for origin in checked:
                self._add_origin(connection, made.id, mode, origin)
        return made

    def get(self, merchant_id: str) -> Merchant:
        with self._database.read() as connection:
            row = connection.execute(select(merchants).where(merchants.c.id == merchant_id)).mappings().one_or_none()
        if row is None:
            raise NotFound("no such merchant")
        return Merchant(row["id"], row["name"], row["market"])

    def exists(self, merchant_id: str) -> bool:
        with self._database.read() as connection:
            found = connection.execute(select(merchants.c.id).where(merchants.c.id == merchant_id))
            return found.one_or_none() is not None

    def door_by_publishable_key(self, key: str) -> Door:
        """:class:`UnknownKey` for a key that is nobody's."""
        door = self._door("publishable", key) if is_publishable_key(key) else None
        if door is None:
            raise UnknownKey
        return door

    def door_by_secret_key(self, key: str) -> Door:
        """:class:`Unauthenticated` for a key that is nobody's, or misspelt."""
        door = self._door("secret", self._hash(key)) if is_secret_key(key) else None
        if door is None:
            raise Unauthenticated("the secret key is unknown")
        return door

    def origins(self, merchant_id: str, mode: Mode) -> tuple[str, ...]:
        with self._database.read() as connection:
            return self._origins(connection, merchant_id, mode.value)

    def add_origin(self, merchant_id: str, mode: Mode, origin: str) -> None:
        """Adding twice is the same as adding once."""
        checked = check_origin(origin, mode)
        with self._database.begin() as connection:
            if checked not in self._origins(connection, merchant_id, mode.value):
                self._add_origin(connection, merchant_id, mode, checked)

    def add_launch_key(self, merchant_id: str, mode: Mode, jwk: dict[str, Any]) -> str:
        """Register the public key that signs offline launch tokens (ES256 or Ed25519); its ``kid``, the RFC 7638
        thumbprint."""
        if (jwk.get("kty"), jwk.get("crv")) not in _LAUNCH_CURVES or "d" in jwk:
            raise InvalidInput.one("/jwk", "launch_key_kind")
        try:
            verification_key(jwk)
        except UnfitKey as error:
            raise InvalidInput.one("/jwk", "launch_key_kind") from error
        kid = import_key(jwk).thumbprint()
        public = {name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk}
        with self._database.begin() as connection:
            self._add_key(connection, merchant_id, mode, "launch", kid, kid[-4:], json.dumps(public))
        return kid

    def launch_key(self, merchant_id: str, kid: str) -> tuple[Mode, dict[str, Any]]:
        """The key of that merchant with that ``kid``; :class:`NotFound` where it is anybody else's."""
        table = merchant_keys
        query = select(table).where(
            table.c.merchant_id == merchant_id, table.c.kind == "launch", table.c.value == kid,
            table.c.revoked_at.is_(None),
        )  # fmt: skip
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound("no such launch key")
        return Mode(row["mode"]), json.loads(row["jwk"])

    def publishable_key(self, merchant_id: str, mode: Mode) -> str:
        table = merchant_keys
        query = select(table.c.value).where(
            table.c.merchant_id == merchant_id, table.c.mode == mode.value, table.c.kind == "publishable",
            table.c.revoked_at.is_(None),
        )  # fmt: skip
        with self._database.read() as connection:
            return str(connection.execute(query.order_by(table.c.created_at)).scalars().first() or "")

    def _door(self, kind: str, value: str) -> Door | None:
        table = merchant_keys
        query = (
            select(table.c.merchant_id, table.c.mode, merchants.c.name, merchants.c.market)
            .join(merchants, merchants.c.id == table.c.merchant_id)
            .where(table.c.kind == kind, table.c.value == value, table.c.revoked_at.is_(None))
        )
        with self._database.read() as connection:
            row: RowMapping | None = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            origins = self._origins(connection, row["merchant_id"], row["mode"])
        merchant, mode = Merchant(row["merchant_id"], row["name"], row["market"]), Mode(row["mode"])
        key = value if kind == "publishable" else self.publishable_key(merchant.id, mode)
        return Door(merchant, mode, origins, key)

    def _origins(self, connection: Connection, merchant_id: str, mode: str) -> tuple[str, ...]:
        table = merchant_origins
        query = select(table.c.origin).where(table.c.merchant_id == merchant_id, table.c.mode == mode)
        return tuple(connection.execute(query.order_by(table.c.origin)).scalars())

    def _add_origin(self, connection: Connection, merchant_id: str, mode: Mode, origin: str) -> None:
        connection.execute(insert(merchant_origins).values(
            merchant_id=merchant_id, mode=mode.value, origin=origin, created_at=self._now_ms()
        ))  # fmt: skip

    def _add_key(
        self, connection: Connection, merchant_id: str, mode: Mode, kind: str, value: str, last4: str,
        jwk: str | None = None,
    ) -> None:  # fmt: skip
        connection.execute(insert(merchant_keys).values(
            id=f"key_{secrets.token_hex(10)}", merchant_id=merchant_id, mode=mode.value, kind=kind, value=value,
            last4=last4, jwk=jwk, created_at=self._now_ms(),
        ))  # fmt: skip

    def _hash(self, key: str) -> str:
        return hmac.digest(self._pepper, key.encode(), hashlib.sha256).hex()

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
