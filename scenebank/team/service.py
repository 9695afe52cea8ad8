"""Who works on the catalogue: taken on, given keys, let go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from scenebank.clock import Clock, milliseconds
from scenebank.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from scenebank.merchants.keys import is_team_key, new_team_key
from scenebank.merchants.vault import Vault
from scenebank.store.database import Database
from scenebank.team import store
from scenebank.team.model import Member, Role

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class NameTaken(Conflict):
    """Somebody has, or had, this name."""

    code = "team_name_taken"


@dataclass(frozen=True)
class NewMember:
    """``key`` is shown once."""

    member: Member
    key: str


class TeamService:
    """``pepper`` keys the hashes of their keys."""

    def __init__(self, database: Database, clock: Clock, pepper: bytes) -> None:
        self._database = database
        self._clock = clock
        self._vault = Vault(pepper)

    def add(self, name: str, role: Role, bank_id: str | None) -> NewMember:
        """:class:`InvalidInput` for a name of another shape or a bank that is not there, :class:`NameTaken`."""
        if not _NAME.fullmatch(name):
            raise InvalidInput.one("name", "team_name")
        key = new_team_key()
        try:
            with self._database.begin() as connection:
                if bank_id is not None and not store.has_bank(connection, bank_id):
                    raise InvalidInput.one("bank", "unknown_bank")
                store.add(connection, name, role, bank_id, self._vault.hash(key), key[-4:], self._now())
        except IntegrityError:
            raise NameTaken(f"somebody is, or was, called {name}: take another name") from None
        return NewMember(self.get(name), key)

    def get(self, name: str) -> Member:
        with self._database.read() as connection:
            found = store.by_name(connection, name)
        if found is None:
            raise NotFound(f"nobody is called {name}")
        return found

    def everybody(self) -> list[Member]:
        """The oldest first, those let go among them."""
        with self._database.read() as connection:
            return store.everybody(connection)

    def by_key(self, key: str) -> Member:
        """:class:`Unauthenticated` for a key that is nobody's, misspelt, or of somebody let go."""
        if is_team_key(key):
            with self._database.read() as connection:
                found = store.by_value(connection, self._vault.hash(key))
            if found is not None:
                return found
        raise Unauthenticated("the key is unknown")

    def roll(self, name: str) -> NewMember:
        """A new key; the old one ends now."""
        key = new_team_key()
        self._change(name, value=self._vault.hash(key), last4=key[-4:])
        return NewMember(self.get(name), key)

    def change_role(self, name: str, role: Role) -> Member:
        self._change(name, role=role.value)
        return self.get(name)

    def end(self, name: str) -> None:
        """He may do nothing any more, and what he did stays his."""
        self._change(name, ended_at=self._now())

    def report(self, key: str) -> None:
        """Whoever holds a key may say that it leaked: nobody opens anything with it any more."""
        if is_team_key(key):
            with self._database.begin() as connection:
                found = store.by_value(connection, self._vault.hash(key))
                if found is not None:
                    store.change(connection, found.name, value=self._vault.hash(new_team_key()))

    def _change(self, name: str, **values: object) -> None:
        with self._database.begin() as connection:
            if not store.change(connection, name, **values):
                raise NotFound(f"nobody who works here is called {name}")

    def _now(self) -> int:
        return milliseconds(self._clock.now())
