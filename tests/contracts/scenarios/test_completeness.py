"""Nothing a shopper can meet is without a scenario: every status and next step, refusal, notice, row of bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenebank.applications.model import NextStep, Status
from scenebank.preview import states_of
from tests.contracts.scenarios.shown import contexts, notices, refusals, says, shown, statuses
from widgets import WIDGETS

# What is sent → the text that answers it.
ROWS: dict[str, str] = json.loads(Path(__file__).with_name("bad_input.json").read_text("utf-8"))
# Where lenders only state their rates, nothing is applied for.
ONLY_STATED = {"au"}
LENDING = [name for name, widget in sorted(WIDGETS.items()) if "status" in widget.steps]


@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_every_step_of_every_widget_ends_a_scenario(widget: str) -> None:
    ended = {(played.scenario.context, played.scenario.step) for played in shown(widget)}
    assert {(context, step) for context in contexts(widget) for step in _steps(widget, context)} <= ended | {
        ("cn", "accept-offer")  # in China that step stands on the bank's own page
    }


def _steps(widget: str, context: str) -> set[str]:
    return {name for name, step in WIDGETS[widget].steps.items() if step.public or context not in ONLY_STATED}


@pytest.mark.parametrize("widget", LENDING)
def test_every_status_and_next_step(widget: str) -> None:
    expected = {(context, *one) for context in contexts(widget) - ONLY_STATED for one in statuses()}
    seen: set[tuple[str, Status, NextStep | None]] = set()
    for played in shown(widget):
        one = played.application
        if one is not None and played.document.shown_status == one.status.value:
            seen.add((played.scenario.context, one.status, one.next_step))
    assert expected - seen == set()


@pytest.mark.parametrize("widget", LENDING)
def test_every_word_about_an_application(widget: str) -> None:
    """Also those that are no status of their own: unreachable, withdrawing, consents taken back."""
    words = ("status.unreachable", "status.withdrawing", "status.documents", "status.contact", "consent_withdrawn",
             "reasons_title", "ledger.refunded", "accept_offer.text", "accept_at_bank", "none_at_all")  # fmt: skip
    assert [key for key in words if not any(says(played, key) for played in shown(widget))] == []


@pytest.mark.parametrize("widget", LENDING)
def test_every_notice(widget: str) -> None:
    assert notices()
    assert {key for key in notices() if not any(says(played, key) for played in shown(widget))} == set()


@pytest.mark.parametrize("widget", LENDING)
def test_every_refusal(widget: str) -> None:
    codes = refusals()
    assert {"launch_used", "session_expired", "origin_mismatch", "unknown_key", "amount_zero", "handle_spent"} <= codes
    refused = [played for played in shown(widget) if played.document.status >= 400]
    assert {code for code in codes if not any(says(played, code) for played in refused)} == set()


@pytest.mark.parametrize("widget", LENDING)
@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_bad_input(widget: str, row: str) -> None:
    covering = {name for name, state in states_of(widget).items() if row in state.covers}
    assert covering, f"no scenario covers {row!r}"
    for played in shown(widget):
        if played.scenario.state in covering:
            assert says(played, ROWS[row]), (played.scenario, played.document.text)
            assert played.document.html.count("<h1") == 1
            assert (played.document.status >= 500) == (row == "our own fault")


@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_no_scenario_covers_a_row_that_is_not_there(widget: str) -> None:
    assert {row for state in states_of(widget).values() for row in state.covers} <= set(ROWS)
