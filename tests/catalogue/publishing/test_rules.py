"""Every act × state × role × relation to the revision: done as the rule says, or refused with its code and nothing
changed. The rule stands here once more, in its own words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenebank.catalogue.publishing.model import Revision, State
from scenebank.catalogue.publishing.service import Wanted
from scenebank.errors import ScenebankError
from scenebank.team.model import Role
from tests.support.catalogue import product
from tests.support.publishing import Office

WRITERS, JUDGES, SELLERS = {"editor", "admin"}, {"approver", "admin"}, {"publisher", "admin"}
# Who may, and in which states, with the state it leads to. withdraw and rollback are of the product, whose only
# revision (a superseded one: with another in its place, which is what is withdrawn) is in that state.
RULE: dict[str, tuple[set[str], dict[str, str], str]] = {
    "edit": (WRITERS, dict.fromkeys(("draft", "in_review", "approved", "scheduled"), "draft"), "revision_state"),
    "submit": (WRITERS, {"draft": "in_review"}, "revision_state"),
    "approve": (JUDGES, {"in_review": "approved"}, "revision_state"),
    "reject": (JUDGES, dict.fromkeys(("in_review", "approved", "scheduled"), "draft"), "revision_state"),
    "schedule": (SELLERS, {"approved": "scheduled"}, "revision_state"),
    "publish": (SELLERS, {}, "revision_state"),  # approved and scheduled ones begin in an hour: see below
    "withdraw": (SELLERS, {"live": "withdrawn", "superseded": "withdrawn", "scheduled": "approved"}, "nothing_live"),
    "rollback": (SELLERS, {"superseded": "live", "withdrawn": "in_review"}, "nothing_before"),
}
NOT_YET = {("publish", "approved"), ("publish", "scheduled")}
RELATIONS = {"author": "ann", "editor": "edd", "nobody": "sam", "other bank": "fay"}
Act = Callable[[Office, str, Revision], Revision]
ACTS: dict[str, Act] = {
    "edit": lambda desk, who, one: desk.publishing.edit(who, one.id, {"reason": "why not"}),
    "submit": lambda desk, who, one: desk.publishing.submit(who, one.id),
    "approve": lambda desk, who, one: desk.publishing.approve(who, one.id, one.content_hash),
    "reject": lambda desk, who, one: desk.publishing.reject(who, one.id, "look again"),
    "schedule": lambda desk, who, one: desk.publishing.schedule(who, one.id),
    "publish": lambda desk, who, one: desk.publishing.publish(who, one.id),
    "withdraw": lambda desk, who, one: desk.publishing.withdraw(who, one.bank_id, one.product_id, "stop"),
    "rollback": lambda desk, who, one: desk.publishing.rollback(who, one.bank_id, one.product_id, None, "back"),
}


def expected(act: str, state: str, role: str, relation: str) -> str:
    """The state it leads to, or the code it is refused with."""
    who, when, refusal = RULE[act]
    if relation == "other bank":
        return "not_found"
    if role not in who:
        return "team_role"
    if (act, state) in NOT_YET:
        return "other_time"
    if state not in when:
        return refusal
    if act == "approve" and relation in ("author", "editor"):
        return "four_eyes"
    return when[state]


def take_on(desk: Office) -> None:
    for relation, name in RELATIONS.items():
        desk.team.add(name, Role.ADMIN, "beta" if relation == "other bank" else "alpha")


def said(desk: Office, act: str, who: str, revision: Revision) -> str:
    try:
        return ACTS[act](desk, who, revision).state.value
    except ScenebankError as error:
        return error.code


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)])
def test_every_row(desk: Office, whole: bool) -> None:
    """By default half of them, as on a chessboard."""
    take_on(desk)
    wrong: list[tuple[object, ...]] = []
    rows = done = 0
    for role in Role:
        for name in RELATIONS.values():
            desk.team.change_role(name, role)
        for state in State:
            revision, moves = desk.revision_in(state, "ann", "edd"), desk.moves
            for act in RULE:
                for relation, name in RELATIONS.items():
                    rows += 1
                    if not whole and (rows + list(RULE).index(act) + list(State).index(state)) % 2:
                        continue
                    done += 1
                    found, should = said(desk, act, name, revision), expected(act, state, role, relation)
                    if found != should:
                        wrong.append((act, state.value, role.value, relation, found, should))
                    if desk.moves != moves:
                        revision = desk.revision_in(state, "ann", "edd")
                        if found not in set(State):
                            wrong.append((act, state.value, role.value, relation, "moved", "nothing"))
                        moves = desk.moves
    assert wrong == []
    assert rows == len(Role) * len(State) * len(RULE) * len(RELATIONS) == 896
    assert done == (896 if whole else 448)
    assert desk.bad() == ()


def test_a_draft_is_begun_by_writers_of_the_bank(desk: Office) -> None:
    take_on(desk)
    for role in Role:
        for name in ("sam", "fay"):
            desk.team.change_role(name, role)
            before = desk.moves
            try:
                found = desk.publishing.draft(name, Wanted("alpha", "new", product("alpha", "new"))).state.value
            except ScenebankError as error:
                found = error.code
            should = "not_found" if name == "fay" else "draft" if role in WRITERS else "team_role"
            assert (found, desk.moves - before) == (should, 1 if should == "draft" else 0), (role, name)


def test_a_time_that_has_come_is_published_by_sellers(desk: Office) -> None:
    """The rows of ``publish`` that waited an hour."""
    take_on(desk)
    for role in Role:
        for name in RELATIONS.values():
            desk.team.change_role(name, role)
        for state in (State.APPROVED, State.SCHEDULED):
            for relation, name in RELATIONS.items():
                revision = desk.revision_in(state, "ann", "edd")
                desk.clock.move(3600)
                should = "not_found" if relation == "other bank" else "live" if role in SELLERS else "team_role"
                assert said(desk, "publish", name, revision) == should, (role, state, relation)


def test_somebody_let_go_or_unknown_does_nothing(desk: Office) -> None:
    revision, before = desk.draft(desk.on_sale()), desk.moves
    desk.team.end("eve")
    for name in ("eve", "nobody", "system:seed"):
        assert {said(desk, act, name, revision) for act in ACTS} == {"no_member"}
    assert desk.moves == before


def test_a_role_counts_at_the_moment_of_the_act(desk: Office) -> None:
    revision = desk.approved(desk.on_sale())
    desk.team.change_role("pat", Role.EDITOR)
    assert said(desk, "publish", "pat", revision) == "team_role"
    desk.team.change_role("pat", Role.PUBLISHER)
    assert said(desk, "publish", "pat", revision) == "live"
