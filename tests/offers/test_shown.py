"""What binds is kept as it stood on the page, comes back byte for byte whatever has moved on since, and its figures
come again from versions, scene and rules alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select, update

from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.store.database import Database
from scenebank.store.tables import shown_offers
from scenebank.web.embed.rendering import environment
from tests.support.catalogue import product
from tests.support.databases import sqlite_url
from tests.support.new_tables import create_tables
from tests.support.scene import Page, Scene

CHOICES = ("harbour/harbour-one/12", "lantern/lantern-one/6", "harbour/harbour-one/3")
Seen = dict[str, bytes]


@pytest.fixture(params=[("CN", "instalments"), ("EU", "loan")], ids="-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    yield from made(tmp_path, *request.param)


@pytest.fixture
def chinese(tmp_path: Path) -> Iterator[Scene]:
    yield from made(tmp_path, "CN", "instalments")


def made(folder: Path, market: str, widget: str) -> Iterator[Scene]:
    url = sqlite_url(folder)
    database = Database(url)
    create_tables(database)
    database.dispose()
    scene = Scene(folder, market, widget, url)
    yield scene
    scene.wired.database.dispose()


def flask(scene: Scene, *words: str) -> tuple[int, bytes]:
    done = scene.client.application.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.stdout_bytes


def new_ids(scene: Scene, known: Seen) -> list[str]:
    with scene.wired.database.read() as connection:
        ids = connection.execute(select(shown_offers.c.id).order_by(shown_offers.c.created_at)).scalars().all()
    return [one for one in ids if one not in known]


def visits(scene: Scene, count: int) -> dict[str, str]:
    """Each visit is shown the list and one plan; the pages by the ids of what was kept of them."""
    pages: dict[str, str] = {}
    known: Seen = {}
    for number in range(count):
        amount = {"amount": str(50_000 + 137 * number), "currency": scene.amount.currency}
        token = scene.launch_token(order={"id": f"o{number}", **amount}, user={"ref": f"u{number}"})
        listed = scene.post("", scene.query | amount | {"lt": token, "locale": ("en", "zh-CN")[number % 2]})
        pages |= dict.fromkeys(new_ids(scene, known), listed.html)
        known |= dict.fromkeys(pages, b"")
        form = scene.step(listed, "apply", choice=CHOICES[number % 3])
        pages |= dict.fromkeys(new_ids(scene, known), form.html)
        known |= dict.fromkeys(pages, b"")
    assert len(pages) == 2 * count
    return pages


def move_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rates, other terms, a product gone, other words, other templates, another day."""
    limits = {name: scene.product("harbour")[name] for name in ("market", "kind", "min_amount", "max_amount")}
    scene.wired.catalogue.publish(product("harbour", "harbour-one", "0.0999", (24,)) | limits)
    scene.wired.catalogue.publish(product("lantern", "lantern-two", "0.0111") | limits)
    with scene.wired.database.begin() as connection:
        connection.exec_driver_sql("UPDATE product_versions SET status = 'withdrawn' WHERE product_id = 'lantern-one'")
        connection.exec_driver_sql("UPDATE catalogue_version SET number = number + 1")
    before = environment().loader
    assert before is not None
    names = ("lending/shown_plan.html", "lending/shown_plans.html")
    templates = {name: f"<p>Something else</p>{before.get_source(environment(), name)[0]}" for name in names}
    monkeypatch.setattr(environment(), "loader", ChoiceLoader([DictLoader(templates), before]))
    monkeypatch.setattr(environment(), "cache", {})
    scene.clock.move(40 * 86_400)


def assert_reproduced(scene: Scene, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {one: scene.wired.shown_offers.get(one).content for one in pages}
    assert [one for one, page in pages.items() if kept[one].decode() not in page] == []
    move_on(scene, monkeypatch)
    assert "Something else" in scene.enter().html
    for number, (one, content) in enumerate(kept.items()):
        again = scene.wired.shown_offers.get(one)
        assert again.content == content
        recomputed = scene.wired.shown_offers.recompute(again)
        assert recomputed.differences == (), one
        if number < 6:
            assert flask(scene, "offers", "show", one) == (0, content)
            code, said = flask(scene, "offers", "recompute", one, "--json")
            assert (code, json.loads(said)["same"]) == (0, True)
    print(f"{len(kept)} offers came back byte for byte, and their figures again")


def test_what_was_shown_comes_back_when_everything_has_moved_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    assert_reproduced(scene, visits(scene, 25), monkeypatch)


@pytest.mark.long
def test_a_thousand_come_back(chinese: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_reproduced(chinese, visits(chinese, 500), monkeypatch)


def test_the_figures_kept_are_those_on_the_page(chinese: Scene) -> None:
    scene = chinese
    form = scene.step(scene.enter(locale="en"), "apply", choice=CHOICES[0])
    shown = scene.wired.shown_offers.get(form.form("/w/instalments/submit")["offer"])
    plan = shown.figures["plan"]
    assert f"CN¥{int(plan['total_cost']['amount']) / 100:.2f}" in shown.content.decode()
    assert f"CN¥{int(plan['total_payable']['amount']) / 100:,.2f}" in shown.content.decode()
    assert [row["payment"] for row in plan["schedule"]][:2] == ["11180", "11180"]
    assert (shown.plan or ())[:2] == ("harbour", "harbour-one")
    assert (shown.locale, shown.widget, shown.ask.day.isoformat()) == ("en", "instalments", "2026-11-24")
    assert shown.catalogue_version == scene.wired.catalogue.version()
    assert re.fullmatch("[0-9a-f]{16}", shown.widget_version)
    assert shown.rule_set_version


def test_nothing_of_the_visit_is_kept_with_it(scene: Scene) -> None:
    """No token stands in what is kept, typed or not."""
    form = scene.step(scene.enter(), "apply", choice=CHOICES[0])
    wrong = scene.step(form, "submit", **(scene.answers() | {"consent-share_data": "", "name": "Ada Lovelace-Keptnot"}))
    assert wrong.status == 422
    tokens = [page.form(f"/w/{scene.widget}/submit")["session"] for page in (form, wrong)]
    with scene.wired.database.read() as connection:
        rows = [repr(dict(row)) for row in connection.execute(select(shown_offers)).mappings()]
    assert len(rows) == 2
    assert not [word for word in (*tokens, "Keptnot") for row in rows if word in row]


def test_the_same_again_is_kept_once(scene: Scene) -> None:
    listed = scene.enter()
    for _time in range(3):
        form = scene.step(listed, "apply", choice=CHOICES[0])
        listed = scene.step(form, "")
    with scene.wired.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(shown_offers)).scalar_one() == 2


def test_an_application_names_what_was_shown(scene: Scene) -> None:
    form = scene.step(scene.enter(), "apply", choice=CHOICES[0])
    offer = form.form(f"/w/{scene.widget}/submit")["offer"]
    scene.step(form, "submit", **scene.answers())
    (application,) = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5)
    assert application.offer_id == offer
    bearer = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    told = scene.client.get(f"/v1/applications/{application.id}", headers=bearer).json
    assert told is not None
    assert told["offer"] == offer


def test_no_application_at_terms_that_were_not_shown(scene: Scene) -> None:
    """The price moved between reading and agreeing: the shopper reads the new one first, and agrees to that."""
    form = scene.step(scene.enter(locale="en"), "apply", choice=CHOICES[0])
    scene.wired.catalogue.publish(scene.product("harbour") | {"rate": {"value": "0.0800", "basis": "nominal_annual"}})
    again = scene.step(form, "submit", **scene.answers())
    assert (again.status, "These terms are not those you saw before." in again.text) == (409, True)
    assert " checked" not in again.html  # what was agreed to was another plan
    before, now = (
        scene.wired.shown_offers.get(page.form(f"/w/{scene.widget}/submit")["offer"]).figures["plan"]
        for page in (form, again)
    )
    total = [f"{Money.from_json(one['total_payable']).decimal:,}" for one in (now, before)]
    told = re.search(r"Total to pay Now \D*([\d,.]+) Before \D*([\d,.]+) ", again.text)
    assert told and list(told.groups()) == total
    line = re.search(r"Monthly payment Now (.*?) Before (.*?) Total", again.text)
    assert line and [_adds_up_to(one) for one in line.groups()] == total
    assert re.search(r" Now 8\.\d\d% Before 6\.\d\d%", again.text)
    assert "Amount Now" not in again.text
    assert scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5) == []
    done = scene.step(again, "submit", **scene.answers())
    assert (done.status, done.shown_status) == (200, "submitting")
    (application,) = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5)
    shown = scene.wired.shown_offers.get(application.offer_id or "")
    assert shown.figures["plan"]["annual_rate"] == application.annual_rate


def _adds_up_to(payments: str) -> str:
    """``11 × €26.05, last €26.02``: all of it."""
    many, one, last = (Decimal(each.replace(",", "")) for each in re.findall(r"[\d,.]*\d", payments))
    return f"{many * one + last:,}"


OTHERS = ("", "off_" + "0" * 32, "another visit's", "of another plan", "of the list")


@pytest.mark.parametrize("other", OTHERS)
def test_an_offer_that_is_not_this_visits_of_this_plan(scene: Scene, other: str) -> None:
    def offer_of(page: Page) -> str:
        return page.form(f"/w/{scene.widget}/submit")["offer"]

    if other == "another visit's":
        other = offer_of(scene.step(scene.enter(), "apply", choice=CHOICES[0]))
    listed = scene.enter()
    if other == "of another plan":
        other = offer_of(scene.step(listed, "apply", choice=CHOICES[1]))
    if other == "of the list":
        other = new_ids(scene, {})[0]
    form = scene.step(listed, "apply", choice=CHOICES[0])
    assert other != offer_of(form)
    refused = scene.step(form, "submit", **scene.answers() | {"offer": other, "locale": "en"})
    assert (refused.status, refused.shown_status) == (409, None)
    assert ": now " not in refused.text  # nothing of this plan was shown at another price
    assert "These terms are not those you saw before" not in refused.text
    assert "The terms below are today’s and may not be those you saw before." in refused.text
    assert scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5) == []


def test_what_was_altered_is_told(chinese: Scene) -> None:
    scene = chinese
    form = scene.step(scene.enter(), "apply", choice=CHOICES[0])
    offer = form.form("/w/instalments/submit")["offer"]
    figures = json.loads(json.dumps(scene.wired.shown_offers.get(offer).figures))
    figures["plan"]["schedule"][3]["payment"] = "1"
    change(scene, offer, figures=json.dumps(figures))
    code, said = flask(scene, "offers", "recompute", offer, "--json")
    assert (code, json.loads(said)["differences"]) == (1, ["/plan/schedule/3/payment"])
    change(scene, offer, content=b"<p>0.00 %</p>")
    for words in (("show", offer), ("recompute", offer)):
        assert flask(scene, "offers", *words) == (1, b"")
    assert flask(scene, "offers", "show", "off_nobody") == (1, b"")


def change(scene: Scene, offer: str, **values: object) -> None:
    with scene.wired.database.begin() as connection:
        connection.execute(update(shown_offers).where(shown_offers.c.id == offer).values(**values))
