"""A counter-offer is agreed to at a price, and what was agreed to is what is shown from then on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from scenebank.banks.port import Answer, BankCounterOffer, Stage
from scenebank.banks.scripted import ScriptedBank
from scenebank.markets import market as market_of
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.money.rows import Rows
from scenebank.offers.pricing import price
from scenebank.store.tables import operations
from tests.support.scene import Page, Scene, said

PART = 99_000


@pytest.fixture(params=["CN", "EU"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, request.param, "instalments")
    yield made
    made.wired.database.dispose()


@pytest.fixture
def eu(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "instalments")
    yield made
    made.wired.database.dispose()


def offered(scene: Scene, amount: int = PART, term: int = 6, *then: Answer) -> Page:
    counter = BankCounterOffer("of_1", Money(amount, scene.amount.currency), term)
    scene.play(said(Stage.COUNTER_OFFER, scene.amount, counter_offer=counter), *then)
    scene.apply(locale="en")
    scene.run()
    page = scene.enter(locale="en")
    assert page.shown_status == "offered"
    return page


def figures(scene: Scene) -> tuple[str, ...]:
    """Amount, payment, rate and total of the part over six months, as the published terms have them."""
    application = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 1)[0]
    product = scene.wired.catalogue.product("harbour", "harbour-one", application.product_version)
    market = market_of(scene.market)
    part = Money(PART, market.currency)
    plan = price(part, 6, product.method, product.rate, market.rate_basis)
    rate = f"{plan.annual_rate.value * 100:.2f}%"
    amounts = (part, plan.first_payment, plan.total_cost, plan.total_payable)
    return (*(f"{one.decimal:,}" for one in amounts), rate)


def test_its_whole_price_stands_above_the_way_to_agree(scene: Scene) -> None:
    page = offered(scene)
    above = page.text[: page.text.index("Agree to" if scene.market == "EU" else "See the ")]
    for figure in figures(scene):
        assert figure in above
    assert "Harbour Bank" in above
    assert "Pay the remaining" in above
    assert "309.00" in above
    assert "Requested" in page.text
    assert page.has_form("/w/instalments/accept-offer") == (scene.market == "EU")
    binding = "Nothing is binding before you confirm on the bank’s own page."
    assert (binding in page.text.partition("Agree to")[2]) == (scene.market == "EU")
    assert page.has_form("/w/instalments/bank") == (scene.market == "CN")


@pytest.mark.parametrize(("amount", "term"), [(PART, 7), (9_900, 6)], ids=["no such term", "too small"])
def test_without_a_published_price_nothing_is_agreed_to_in_the_frame(eu: Scene, amount: int, term: int) -> None:
    page = offered(eu, amount, term)
    assert "The bank shows the rate and payments before you decide." in page.text
    assert not page.has_form("/w/instalments/accept-offer")
    forced = eu.post("/accept-offer", page.form("/w/instalments/bank"))
    assert (forced.status, forced.shown_status) == (409, "offered")


def test_the_agreement_is_kept_with_its_price_and_shown_instead_of_the_old_one(eu: Scene) -> None:
    page = offered(eu)
    part, payment, cost, total, rate = figures(eu)
    eu.step(page, "accept-offer")
    with eu.wired.database.read() as connection:
        evidence = json.loads(connection.execute(select(operations.c.evidence)).scalar_one())
    assert all(figure in evidence["text"] for figure in (part, payment, total, rate))
    eu.play(said(Stage.SIGN, eu.amount, 2))
    eu.run(3)
    then = eu.enter(locale="en")
    assert then.shown_status == "action_required"
    for figure in (f"€{part} over 6 months", f"5 × €{payment}, last €", rate, f"€{cost}"):
        assert figure in then.text
    assert not re.search(r"11 ×|12 months", then.text)


def test_what_was_agreed_to_at_the_bank_is_shown_without_a_price_until_the_bank_states_it(scene: Scene) -> None:
    part = Money(PART, scene.amount.currency)
    offered(scene)
    scene.play(said(Stage.SIGN, scene.amount, 2))
    scene.run(120)
    page = scene.enter(locale="en")
    assert page.shown_status == "action_required"
    assert f"{part.decimal:,} over 6 months" in page.text
    assert "Total cost of credit" not in page.text
    assert "12 months" not in page.text
    application = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 1)[0]
    assert (application.schedule.rows, application.annual_rate) == (Rows(), None)
    product = scene.wired.catalogue.product("harbour", "harbour-one", application.product_version)
    own = price(part, 6, product.method, product.rate, market_of(scene.market).rate_basis)
    scene.bank = ScriptedBank([said(Stage.SIGNED, part, 3)], own.schedule)
    scene.run(120)
    signed = scene.enter(locale="en")
    assert signed.shown_status == "accepted"
    assert "You repay Harbour Bank in 6 monthly payments." in signed.text
    assert f"{own.first_payment.decimal:,}, last " in signed.text
    assert f"{own.annual_rate.value * 100:.2f}%" in signed.text
