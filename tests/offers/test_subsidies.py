"""Interest the shop pays: no cost of the shopper's, and never out of sight. Gross is the lender's, net the shopper's,
and what lies between is the shop's, by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scenebank.catalogue.documents import parse_product
from scenebank.errors import InvalidInput, NotFound
from scenebank.markets import market
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.money.schedule import Method
from scenebank.offers.pricing import plan_of
from scenebank.offers.subsidies import Arrangement
from scenebank.store.database import Database
from tests.support.catalogue import product, publish
from tests.support.databases import sqlite_url
from tests.support.new_tables import create_tables
from tests.support.scene import Scene

DAY = date(2026, 11, 24)
AMOUNT = Money(129_900, "CNY")
_LOCAL = ("market", "min_amount", "max_amount")
FREE = product("alpha", "free", "0.0600", (3, 12)) | {"subsidised": True}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    url = sqlite_url(tmp_path)
    database = Database(url)
    create_tables(database)
    database.dispose()
    made = Scene(tmp_path, "CN", "instalments", url)
    publish(made.wired.catalogue, FREE)
    yield made
    made.wired.database.dispose()


def arrange(scene: Scene, first: date = DAY, last: date | None = None) -> None:
    scene.wired.subsidies.arrange(scene.merchant.id, Mode.TEST, Arrangement("alpha", "free", first, last))


def offers(scene: Scene) -> list[dict[str, Any]]:
    found = scene.client.get("/v1/offers", query_string=scene.query | {"widget": "instalments"}).json
    assert found is not None
    return list(found["data"])


def ids(scene: Scene) -> list[str]:
    return [one["product"]["id"] for one in offers(scene)]


def test_gross_less_what_the_shop_pays_is_net_for_every_method() -> None:
    for method in Method:
        for term in (1, 3, 12, 24):
            rate = {"value": "0.0600" if "fee" not in method.value else "0.0050", "basis": method.basis.value}
            document = product("alpha", "free", terms=(term,)) | {"method": method.value, "rate": rate}
            gross, net = (
                plan_of(parse_product(document | {"subsidised": paid}), AMOUNT, term, market("CN").rate_basis)
                for paid in (False, True)
            )  # fmt: skip
            assert gross.subsidy is None
            assert net.subsidy is not None
            assert (net.total_cost.minor, net.annual_rate.value) == (0, Decimal(0))
            assert net.total_payable == AMOUNT
            assert (net.subsidy.gross_cost, net.subsidy.gross_rate) == (gross.total_cost, gross.annual_rate)
            assert net.subsidy.gross_cost - net.subsidy.paid == net.total_cost
            assert net.subsidy.paid.minor > 0


def test_it_is_offered_only_where_the_shop_pays(scene: Scene) -> None:
    assert ids(scene) == ["harbour-one", "lantern-one"]
    other = scene.wired.merchants.create("Another", [], "CN", Mode.TEST)
    scene.wired.subsidies.arrange(other.id, Mode.TEST, Arrangement("alpha", "free", DAY, None))
    scene.wired.subsidies.arrange(scene.merchant.id, Mode.LIVE, Arrangement("alpha", "free", DAY, None))
    assert ids(scene) == ["harbour-one", "lantern-one"]
    arrange(scene)
    assert ids(scene) == ["free", "harbour-one", "lantern-one"]
    scene.wired.subsidies.end(scene.merchant.id, Mode.TEST, "alpha", "free")
    assert ids(scene) == ["harbour-one", "lantern-one"]
    with pytest.raises(NotFound):
        scene.wired.subsidies.end(scene.merchant.id, Mode.TEST, "alpha", "free")


def test_from_the_first_day_to_the_last_in_the_markets_own_time(scene: Scene) -> None:
    arrange(scene, date(2026, 11, 25), date(2026, 11, 26))  # 2026-11-24T00:00Z is eight in the morning in Shanghai
    found = []
    for _step in range(5):
        found.append("free" in ids(scene))
        scene.clock.move(16 * 3600 if not found[1:] else 86_400)
    assert found == [False, True, True, False, False]
    scene.clock.move(-3 * 86_400 - 1)
    assert "free" in ids(scene)


def test_the_answer_keeps_the_lenders_and_the_shoppers_cost_apart(scene: Scene) -> None:
    arrange(scene)
    free, *others = offers(scene)
    plan = free["plans"][1]
    assert (plan["term"], plan["total_cost"]["amount"], plan["annual_rate"]["value"]) == (12, "0", "0.0000000000")
    assert plan["subsidy"] == {
        "payer": "青禾 & <Söhne>",
        "gross_cost": {"amount": "4262", "currency": "CNY"},
        "gross_annual_rate": plan["subsidy"]["gross_annual_rate"],
        "paid": {"amount": "4262", "currency": "CNY"},
        "net_cost": {"amount": "0", "currency": "CNY"},
    }
    assert plan["subsidy"]["gross_annual_rate"] == others[0]["plans"][2]["annual_rate"]
    assert (free["place"]["rank"], free["place"]["total_cost"]["amount"]) == (1, "0")
    assert [plan["subsidy"] for one in others for plan in one["plans"]] == [None] * 6


@pytest.mark.parametrize(("locale", "words"), [
    ("en", ("Interest-free: 青禾 & <Söhne> pays the interest",
            "Without 青禾 & <Söhne>’s payment: cost of credit CN¥42.62, Annualised cost of credit (simple) 6.00%. "
            "青禾 & <Söhne> pays this CN¥42.62 for you.")),
    ("zh-CN", ("免息：利息由青禾 & <Söhne>承担",
               "无商家承担时：息费 ¥42.62，综合年化融资成本（单利） 6.00%。青禾 & <Söhne>为您承担这 ¥42.62。")),
])  # fmt: skip
def test_a_shopper_reads_gross_and_payer(scene: Scene, locale: str, words: tuple[str, str]) -> None:
    arrange(scene)
    listed = scene.enter(locale=locale)
    form = scene.step(listed, "apply", choice="alpha/free/12")
    schedule = scene.get("/schedule", choice="alpha/free/12", locale=locale)
    for page in (scene.get(locale=locale), listed, form):
        assert [word for word in words if word not in page.text] == []
    sent = scene.step(form, "submit", **scene.answers())
    compact = scene.get(locale=locale, shape="compact", product="free")
    assert words[1] in schedule.text
    assert [words[0] in page.text for page in (schedule, compact)] == [True] * 2
    paid = {"en": "Interest Paid by 青禾 & <Söhne>", "zh-CN": "利息 由青禾 & <Söhne>承担"}[locale]
    assert paid in sent.text
    assert ("If you pay late" if locale == "en" else "如逾期还款") in schedule.text


def test_the_representative_example_is_the_shoppers(tmp_path: Path) -> None:
    """Where the shop pays the interest, the example is of a credit without it; beside others that cost something it is
    of one of these, so that nobody takes them for free."""
    scene = Scene(tmp_path, "EU", "instalments")
    publish(scene.wired.catalogue, FREE | {name: scene.product("alpha")[name] for name in _LOCAL})
    arrange(scene)
    assert ", fixed borrowing rate 0.00% a year" in scene.get(locale="en", product="free").text
    all_of_them = scene.get(locale="en").text
    told = r"Representative example, (Harbour|Lantern) Bank: [^%]*, fixed borrowing rate 6\.00% a year"
    assert re.search(told, all_of_them)
    scene.wired.database.dispose()


def test_what_was_shown_is_kept_and_comes_again_after_the_shop_has_ended_it(scene: Scene) -> None:
    arrange(scene)
    form = scene.step(scene.enter(), "apply", choice="alpha/free/12")
    done = scene.step(form, "submit", **scene.answers())
    assert done.shown_status == "submitting"
    (application,) = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5)
    scene.wired.subsidies.end(scene.merchant.id, Mode.TEST, "alpha", "free")
    shown = scene.wired.shown_offers.get(application.offer_id or "")
    assert shown.figures["plan"]["subsidy"]["payer"] == "青禾 & <Söhne>"
    assert scene.wired.shown_offers.recompute(shown).differences == ()
    assert application.schedule.total_cost.minor == 0


def test_an_offer_whose_payer_is_gone_is_read_anew(scene: Scene) -> None:
    arrange(scene)
    form = scene.step(scene.enter(locale="en"), "apply", choice="alpha/free/12")
    scene.wired.subsidies.end(scene.merchant.id, Mode.TEST, "alpha", "free")
    refused = scene.step(form, "submit", **scene.answers())
    assert (refused.status, "That plan is not offered any more." in refused.text) == (409, True)


def test_bad_arrangements_change_nothing(scene: Scene) -> None:
    for wrong in (
        Arrangement("alpha", "nothing", DAY, None), Arrangement("harbour", "harbour-one", DAY, None),
        Arrangement("alpha", "free", DAY, date(2026, 11, 23)),
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            scene.wired.subsidies.arrange(scene.merchant.id, Mode.TEST, wrong)
    assert scene.wired.subsidies.all(scene.merchant.id, Mode.TEST) == ()


def test_the_commands(scene: Scene) -> None:
    runner = scene.client.application.test_cli_runner()

    def run(*words: str) -> tuple[int, str]:
        done = runner.invoke(args=["subsidies", *words])
        return done.exit_code, done.stdout

    of = ("--merchant", scene.merchant.id)
    made = run("arrange", "alpha", "free", *of, "--from", "2026-11-01", "--until", "2026-12-31", "--json")
    expected = {"bank": "alpha", "product": "free", "from": "2026-11-01", "until": "2026-12-31"}
    assert (made[0], json.loads(made[1])) == (0, expected)
    assert json.loads(run("list", *of, "--json")[1]) == [expected]
    assert run("arrange", "alpha", "free", *of, "--from", "yesterday")[0] == 2
    assert run("arrange", "harbour", "harbour-one", *of, "--from", "2026-11-01")[0] == 1
    assert run("end", "alpha", "free", *of)[0] == 0
    assert (run("end", "alpha", "free", *of)[0], run("list", *of, "--json")[1].strip()) == (1, "[]")
    assert run("list", "--merchant", "mch_nobody")[0] == 1
