"""Scenarios are data: whole in an address, each on its own, and none left out of the pairwise set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from app import create_app
from scenebank.banks.port import OutcomeUnknown, Stage
from scenebank.banks.recordings import read_recording
from scenebank.money.model import Money
from scenebank.preview import Preview, Scenario, pairwise, product, states_of
from scenebank.preview.acts import read_act
from widgets import WIDGETS

PARTS = ("state", "context", "device", "theme", "locale")


@pytest.fixture(scope="module")
def preview() -> Iterator[Preview]:
    made = Preview(lambda wired: create_app(wired=wired))
    yield made
    made.close()


def scenario(state: str, **changes: str) -> Scenario:
    found = states_of("instalments")[state]
    named = {"device": "phone", "theme": "light", "locale": "en", "context": "eu"} | changes
    return Scenario("instalments", found.step, state, **named, params=found.params, mode=found.mode)


def test_a_scenario_is_whole_in_its_query() -> None:
    for one in product("loan"):
        assert Scenario.from_query(one.query()) == one
    assert len({one.id for one in product("loan")}) == len(list(product("loan")))
    query = scenario("first_view_compact").query()
    for wrong in ("", query + "&more=1", query + "&widget=loan", query.replace("widget=instalments&", "")):
        with pytest.raises(ValueError):
            Scenario.from_query(wrong)


@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_every_two_values_that_can_meet_do_meet(widget: str) -> None:
    def pairs(scenarios: Iterator[Scenario]) -> set[tuple[object, ...]]:
        return {
            (first, getattr(one, first), second, getattr(one, second))
            for one in scenarios for first, second in combinations(PARTS, 2)
        }  # fmt: skip

    assert pairs(pairwise(widget)) == pairs(product(widget))
    assert len(list(pairwise(widget))) == 2 * len(states_of(widget))


def test_what_was_played_before_leaves_no_trace(preview: Preview) -> None:
    def bare(name: str) -> str:
        html = preview.play(scenario(name)).document.html
        return re.sub(r"(app|con|off)_[0-9a-f_]+|nonce=\"[^\"]+\"|[\w-]{20,}\.[\w-]{6}\.[\w-]{43}", "", html)

    before = bare("accepted")
    for name in ("active", "our_own_fault", "consent_withdrawn"):
        preview.play(scenario(name))
    assert bare("accepted") == before


def test_a_state_shows_what_its_bank_said(preview: Preview) -> None:
    played = preview.play(scenario("active_part_refunded"))
    assert played.application is not None
    asked, book = played.application.amount, played.application.ledger
    assert (book.cancelled.minor * 100, book.refunded.minor * 100) == (asked.minor * 20, asked.minor * 25)
    assert played.application.schedule.financed == book.financed
    assert played.document.shown_status == "active"


def test_a_recording_is_read_strictly() -> None:
    amount = Money(1000, "EUR")
    answer, fault = read_recording([{"stage": "signed"}, {"fault": "outcome_unknown"}], amount, "https://b.example", 3)
    assert not isinstance(answer, Exception)
    assert (answer.stage, answer.sequence, answer.ledger.approved) == (Stage.SIGNED, 3, amount)
    assert isinstance(fault, OutcomeUnknown)
    for wrong in ({"stage": "signed", "amount": 1}, {"stage": "nothing"}):
        with pytest.raises(ValueError):
            read_recording([wrong], amount, "https://b.example", 1)


@pytest.mark.parametrize("wrong", [{}, {"dance": 1}, {"press": "apply", "step": "x"}])
def test_an_act_is_read_strictly(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        read_act(wrong)
