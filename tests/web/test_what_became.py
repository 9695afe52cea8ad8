"""What became of an application is said as what it is, and whom to ask about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scenebank.banks.port import BankCounterOffer, CallbackEvent, InvalidRequest, Stage
from scenebank.money.model import Money
from tests.support.scene import Page, Scene, said

REASONS = "Reasons the bank gave"
QUAY = "5 Quay Street, Harbour"


@pytest.fixture(params=["CN", "EU", "UK"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, request.param, "instalments")
    bank = made.wired.catalogue.bank("harbour")
    made.wired.catalogue.publish_bank(replace(bank, address={"en": QUAY, "zh-CN": QUAY}))
    yield made
    made.wired.database.dispose()


def became(scene: Scene) -> Page:
    scene.apply(locale="en")
    scene.run()
    return scene.enter(locale="en")


@pytest.mark.parametrize("stage", [Stage.CONTACT, Stage.REJECTED])
def test_whom_to_ask_stands_there(scene: Scene, stage: Stage) -> None:
    scene.play(said(stage, scene.amount))
    page = became(scene)
    assert "write to Harbour Bank at the address below" in page.text
    assert QUAY in page.text.partition("at the address below")[2]


def test_a_signed_agreement_tells_how_to_withdraw_from_it(scene: Scene) -> None:
    scene.play(said(Stage.SIGNED, scene.amount))
    page = became(scene)
    assert page.shown_status == "accepted"
    how = "within 14 days of signing it: with “Withdraw application” until the goods are dispatched, after that by"
    assert (how in page.text.partition(QUAY)[2]) == (scene.market != "CN")
    assert "Withdraw application" in page.text.partition(QUAY)[2]
    (application,) = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 1)
    scene.play(said(Stage.ACTIVE, scene.amount, 2))
    scene.wired.applications.callback("harbour", CallbackEvent("evt_1", application.submission_key))
    scene.run()
    paid = scene.enter(locale="en").text.partition(QUAY)[2]
    assert "“Withdraw application”" not in paid
    assert ("within 14 days of signing it: write to Harbour Bank" in paid) == (scene.market != "CN")


def test_a_letter_to_the_bank_names_what_the_bank_knows_it_by(scene: Scene) -> None:
    sent = scene.apply(locale="en")
    (application,) = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 1)
    assert sent.text.rstrip().endswith(f"Reference {application.id}")
    scene.play(said(Stage.REJECTED, scene.amount))
    scene.run()
    (known,) = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 1)
    named = f"Reference {application.id} Harbour Bank’s reference {known.bank_ref}"
    assert (bool(known.bank_ref), named in scene.enter(locale="en").text) == (True, True)


def test_whoever_is_refused_reads_how_a_person_looks_at_it(scene: Scene) -> None:
    scene.play(said(Stage.REJECTED, scene.amount, reasons=("income_too_low",)))
    page = became(scene)
    told = "ask it to explain this decision and to have a person review it"
    if scene.market == "EU":
        told = "ask for a person to review this decision, to have it explained, and to say how you see it"
    assert told in page.text.partition(REASONS)[2]
    assert REASONS in page.text


def test_a_fault_on_the_way_is_no_reason_of_the_banks(scene: Scene) -> None:
    scene.play(InvalidRequest("the bank cannot read this"))
    page = became(scene)
    assert page.shown_status == "failed"
    assert "The bank could not read the application. That is not your fault. Nothing is owed." in page.text
    assert REASONS not in page.text


def test_a_counter_offer_can_be_declined(scene: Scene) -> None:
    counter = BankCounterOffer("of_1", Money(99_000, scene.amount.currency), 6)
    scene.play(said(Stage.COUNTER_OFFER, scene.amount, counter_offer=counter))
    page = became(scene)
    assert "No, thanks" in page.text
    assert "Withdraw application" not in page.text  # the same act under another name
    scene.play(said(Stage.WITHDRAWN, scene.amount, 2))
    scene.step(page, "withdraw")
    scene.run(15)
    assert scene.enter(locale="en").shown_status == "withdrawn"


def test_a_consent_taken_back_is_not_told_as_an_application_taken_back(scene: Scene) -> None:
    sent = scene.apply(locale="en")
    scene.run()
    page = scene.step(sent, "withdraw-consent")
    assert "Withdrawing your application" in page.text
    scene.play(said(Stage.WITHDRAWN, scene.amount, 2))
    scene.run(15)
    over = scene.enter(locale="en")
    assert over.shown_status == "withdrawn"
    assert "You withdrew your consent" in over.text
    assert "Without it Harbour Bank cannot decide, so the application is withdrawn too." in over.text
    assert "You withdrew this application" not in over.text


def test_what_is_financed_is_said_where_it_is_less_than_was_approved(scene: Scene) -> None:
    """Beside an approval of the same sum it would read as if the money had moved."""
    approved = said(Stage.SIGNED, scene.amount)
    part = Money(10_000, scene.amount.currency)
    scene.play(approved, replace(approved, sequence=2, ledger=replace(approved.ledger, cancelled=part)))
    page = became(scene)
    assert "Approved" in page.text and "Financed now" not in page.text
    (application,) = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 1)
    scene.wired.applications.callback("harbour", CallbackEvent("evt_1", application.submission_key))
    scene.run()
    left = f"{(scene.amount - part).decimal:,}"
    assert re.search(rf"Financed now \D{{1,4}}{re.escape(left)}", scene.enter(locale="en").text)
