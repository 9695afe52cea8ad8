"""Which role does what. The only place that says so."""

from __future__ import annotations

from collections.abc import Mapping

from scenebank.catalogue.publishing.model import Act, RoleMissing
from scenebank.team.model import Member, Role

_EDITOR, _APPROVER, _PUBLISHER = (frozenset({one, Role.ADMIN}) for one in (Role.EDITOR, Role.APPROVER, Role.PUBLISHER))
ROLES: Mapping[Act, frozenset[Role]] = {
    Act.DRAFT: _EDITOR, Act.EDIT: _EDITOR, Act.SUBMIT: _EDITOR, Act.APPROVE: _APPROVER, Act.REJECT: _APPROVER,
    Act.SCHEDULE: _PUBLISHER, Act.PUBLISH: _PUBLISHER, Act.ROLLBACK: _PUBLISHER, Act.WITHDRAW: _PUBLISHER,
}  # fmt: skip


def check_role(member: Member, act: Act) -> None:
    """:class:`RoleMissing`."""
    allowed = ROLES[act]
    if member.role not in allowed:
        words = " or ".join(one.value for one in Role if one in allowed)
        raise RoleMissing(f"{member.name} is {member.role}: to {act} is for {words}")
