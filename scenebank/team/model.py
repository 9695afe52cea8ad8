"""Members of the team (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody does. ``admin`` may do what all others may; four eyes bind him as well."""

    EDITOR = "editor"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    ADMIN = "admin"


@dataclass(frozen=True)
class Member:
    """``name`` is never given twice. ``bank_id``: whose products he touches; None for the operator's own people, who
    see all. Times are ms."""

    name: str
    role: Role
    bank_id: str | None
    last4: str
    created_at: int
    ended_at: int | None

    @property
    def scope(self) -> Mapping[str, str]:
        """Columns that keep his idempotency keys apart from others'."""
        return {"member": self.name}

    def sees(self, bank_id: str) -> bool:
        return self.bank_id is None or self.bank_id == bank_id
