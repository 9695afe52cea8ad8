"""Merchants, and the doors their keys open: one merchant in one mode each."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import import_key
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from scenebank.clock import Clock, milliseconds
from scenebank.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from scenebank.jose.verification_keys import UnfitKey, verification_key
from scenebank.markets import market as known_market
from scenebank.merchants.key_uses import KeyUses
from scenebank.merchants.keys import is_publishable_key, new_publishable_key, new_secret_key, secret_kind
from scenebank.merchants.model import Door, KeyKind, LaunchKey, Merchant, Mode, UsedKey
from scenebank.merchants.origins import check_origin
from scenebank.merchants.store import (
    find_opening,
    insert_key,
    insert_origin,
    is_secret_kid,
    of_merchant,
    origins_of,
    scopes_of,
    works,
)
from scenebank.merchants.vault import Vault
from scenebank.store.database import Database
from scenebank.store.tables import launch_secrets, merchant_keys, merchant_origins, merchants, refused_origins

_LAUNCH_CURVES = {("EC", "P-256"), ("OKP", "Ed25519")}
_DOOR_KINDS = (KeyKind.SECRET, KeyKind.RESTRICTED)
_BY_ID = select(merchants).where(merchants.c.id == bindparam("id"))


class UnknownKey(NotFound):
    """No shop has this publishable key."""

    code = "unknown_key"


class KnownLaunchKey(Conflict):
    """The merchant has, or had, this launch key."""

    code = "launch_key_known"


@dataclass(frozen=True)
class NewMerchant:
    """What is shown once."""

    id: str
    publishable_key: str
    secret_key: str


class MerchantService:
    """``pepper`` keys the hashes and seals of merchants' secrets."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes) -> None:
        self._database = database
        self._clock = clock
        self._vault = Vault(pepper)
        self.uses = KeyUses(database, clock)

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
        public, secret, now = new_publishable_key(mode), new_secret_key(mode), self._now()
        made = NewMerchant(f"mch_{secrets.token_hex(10)}", public, secret)
        with self._database.begin() as connection:
            connection.execute(insert(merchants).values(id=made.id, name=name.strip(), market=market, created_at=now))
            insert_key(connection, made.id, mode, KeyKind.PUBLISHABLE, public, public[-4:], now)
            insert_key(connection, made.id, mode, KeyKind.SECRET, self._vault.hash(secret), secret[-4:], now)
            for origin in checked:
                insert_origin(connection, made.id, mode, origin, now)
        return made

    def everybody(self) -> list[Merchant]:
        """All merchants, the oldest first: for operators."""
        query = select(merchants).order_by(merchants.c.created_at, merchants.c.id)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Merchant(row["id"], row["name"], row["market"]) for row in rows]

    def get(self, merchant_id: str) -> Merchant:
        with self._database.read() as connection:
            row = connection.execute(_BY_ID, {"id": merchant_id}).mappings().one_or_none()
        if row is None:
            raise NotFound("no such merchant")
        return Merchant(row["id"], row["name"], row["market"])

    def exists(self, merchant_id: str) -> bool:
        with self._database.read() as connection:
            found = connection.execute(select(merchants.c.id).where(merchants.c.id == merchant_id))
            return found.one_or_none() is not None

    def door_by_publishable_key(self, key: str) -> Door:
        """:class:`UnknownKey` for a key that is nobody's, or has ended."""
        door = self._door((KeyKind.PUBLISHABLE,), key, key) if is_publishable_key(key) else None
        if door is None:
            raise UnknownKey
        return door

    def door_by_secret_key(self, key: str) -> Door:
        """By a secret or restricted key; :class:`Unauthenticated` for one that is nobody's, misspelt, or has ended."""
        door = self._door(_DOOR_KINDS, self._vault.hash(key)) if secret_kind(key) in _DOOR_KINDS else None
        if door is None:
            raise Unauthenticated("the secret key is unknown")
        return door

    def origins(self, merchant_id: str, mode: Mode) -> tuple[str, ...]:
        with self._database.read() as connection:
            return origins_of(connection, merchant_id, mode.value)

    def add_origin(self, merchant_id: str, mode: Mode, origin: str) -> None:
        """Adding twice is the same as adding once."""
        checked = check_origin(origin, mode)
        with self._database.begin() as connection:
            if checked not in origins_of(connection, merchant_id, mode.value):
                insert_origin(connection, merchant_id, mode, checked, self._now())
            connection.execute(delete(refused_origins).where(
                of_merchant(refused_origins, merchant_id, mode), refused_origins.c.origin == checked
            ))  # fmt: skip

    def remove_origin(self, merchant_id: str, mode: Mode, origin: str) -> None:
        """Its visits end with their next request. :class:`NotFound` where it is not registered."""
        table = merchant_origins
        gone = delete(table).where(of_merchant(table, merchant_id, mode), table.c.origin == origin)
        with self._database.begin() as connection:
            if connection.execute(gone).rowcount == 0:
                raise NotFound("no such origin")

    def add_launch_key(self, merchant_id: str, mode: Mode, jwk: Mapping[str, Any], name: str | None = None) -> str:
        """Register the public key that signs offline launch tokens (ES256 or Ed25519); its ``kid``, the RFC 7638
        thumbprint. :class:`KnownLaunchKey` where the merchant has or had it, in either mode."""
        kid, public = _public_key(jwk)
        try:
            with self._database.begin() as connection:
                insert_key(
                    connection, merchant_id, mode, KeyKind.LAUNCH, kid, kid[-4:], self._now(), jwk=json.dumps(public),
                    name=name,
                )  # fmt: skip
        except IntegrityError as error:
            raise KnownLaunchKey("the merchant has, or had, this launch key: make a new pair") from error
        return kid

    def launch_key(self, merchant_id: str, kid: str) -> LaunchKey:
        """The key of that merchant with that ``kid``; :class:`NotFound` where it is anybody else's, or has ended."""
        shared = is_secret_kid(kid)
        table = launch_secrets if shared else merchant_keys
        mine = (table.c.id == kid) if shared else (table.c.kind == KeyKind.LAUNCH.value) & (table.c.value == kid)
        query = select(table).where(table.c.merchant_id == merchant_id, mine, works(table, self._now()))
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound("no such launch key")
        self.uses.note(row["id"])
        if shared:
            octets = urlsafe_b64encode(self._vault.open(row["sealed"]).encode()).decode().rstrip("=")
            return LaunchKey(KeyKind.LAUNCH_SECRET, Mode(row["mode"]), {"kty": "oct", "k": octets})
        return LaunchKey(KeyKind.LAUNCH, Mode(row["mode"]), json.loads(row["jwk"]))

    def publishable_key(self, merchant_id: str, mode: Mode) -> str:
        """The newest that works; empty where there is none."""
        table = merchant_keys
        query = select(table.c.value).where(
            of_merchant(table, merchant_id, mode), table.c.kind == KeyKind.PUBLISHABLE.value, works(table, self._now())
        )  # fmt: skip
        with self._database.read() as connection:
            newest = query.order_by(table.c.expires_at.is_not(None), table.c.created_at.desc())
            return str(connection.execute(newest).scalars().first() or "")

    def _door(self, kinds: Iterable[KeyKind], value: str, publishable: str = "") -> Door | None:
        with self._database.read() as connection:
            row = find_opening(connection, kinds, value, self._now())
            if row is None:
                return None
            origins = origins_of(connection, row["merchant_id"], row["mode"])
        merchant, mode = Merchant(row["merchant_id"], row["name"], row["market"]), Mode(row["mode"])
        used = UsedKey(row["id"], KeyKind(row["kind"]), frozenset(scopes_of(row["scopes"])))
        self.uses.note(used.id)
        return Door(merchant, mode, origins, publishable or self.publishable_key(merchant.id, mode), used)

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _public_key(jwk: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Thumbprint and public members; :class:`InvalidInput` for a private key, another kind, or no point."""
    kind = (jwk.get("kty"), jwk.get("crv"))
    if not all(isinstance(part, str) for part in kind) or kind not in _LAUNCH_CURVES or "d" in jwk:
        raise InvalidInput.one("/jwk", "launch_key_kind")
    public = {name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk}
    try:
        verification_key(public)
    except UnfitKey as error:
        raise InvalidInput.one("/jwk", "launch_key_kind") from error
    return import_key(public).thumbprint(), public
