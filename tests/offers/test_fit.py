"""What fits is offered, and everything else has its reasons: nothing is both, nothing is neither."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import update

from scenebank.catalogue.documents import parse_listed, parse_product
from scenebank.catalogue.model import Kind
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.offers.fit import Reason, misfits
from scenebank.offers.index import AmountIndex
from scenebank.offers.model import Ask
from scenebank.store.tables import product_versions
from tests.support.catalogue import product, publish, stated
from tests.support.scene import Scene

CN, EU = market("CN"), market("EU")
ASK = Ask(CN, Kind.INSTALMENTS, Money(129_900, "CNY"), date(2026, 11, 24))
EURO: dict[str, object] = {
    "market": "EU", "min_amount": {"amount": "10000", "currency": "EUR"},
    "max_amount": {"amount": "5000000", "currency": "EUR"},
}  # fmt: skip


def limits(low: int, high: int) -> dict[str, object]:
    both = {"min_amount": low, "max_amount": high}
    return {name: {"amount": str(minor), "currency": "CNY"} for name, minor in both.items()}


# What a product is like → why it is not offered for 1,299.00 yuan over any term, or over 6 months where that is asked.
ROWS: list[tuple[dict[str, object], int | None, str | None, bool, list[Reason]]] = [
    ({}, None, None, True, []),
    ({}, 6, "p", True, []),
    (limits(129_900, 129_900), None, None, True, []),
    (limits(129_901, 200_000), None, None, True, [Reason.AMOUNT_TOO_SMALL]),
    (limits(10_000, 129_899), None, None, True, [Reason.AMOUNT_TOO_LARGE]),
    ({"terms": [3, 12]}, 6, None, True, [Reason.TERM]),
    ({"kind": "loan"}, None, None, True, [Reason.KIND]),
    (EURO, None, None, True, [Reason.MARKET, Reason.CURRENCY]),
    ({"subsidised": True}, None, None, True, [Reason.NOT_ARRANGED]),
    ({}, None, "q", True, [Reason.OTHER_PRODUCT]),
    ({}, None, None, False, [Reason.NOT_LIVE]),
    ({"kind": "loan", "terms": [3], **limits(1, 2)}, 6, "q", False, [
        Reason.NOT_LIVE, Reason.KIND, Reason.AMOUNT_TOO_LARGE, Reason.TERM, Reason.OTHER_PRODUCT,
    ]),
]  # fmt: skip


def test_every_reason_by_a_table() -> None:
    for changes, term, asked, is_live, expected in ROWS:
        one = parse_product(product("alpha", "p") | changes)
        ask = Ask(ASK.market, ASK.kind, ASK.amount, ASK.day, asked, term)
        assert [found.reason for found in misfits(one, ask, is_live)] == expected, changes
    others = {Reason.ENDED, Reason.FORBIDDEN}  # of indicative products, and of prices: test_forbidden.py
    assert {reason for *_row, reasons in ROWS for reason in reasons} == set(Reason) - others


# The same of what only states its rates, from 2,000.00 dollars on, for 3,000.00 of them.
STATED_ROWS: list[tuple[dict[str, Any], int | None, list[Reason]]] = [
    ({}, None, []),
    ({}, 480, []),
    ({"min_amount": {"amount": "300001", "currency": "AUD"}}, None, [Reason.AMOUNT_TOO_SMALL]),
    ({"max_amount": {"amount": "299999", "currency": "AUD"}}, None, [Reason.AMOUNT_TOO_LARGE]),
    ({"min_term": 12}, 12, []),
    ({"min_term": 12}, 11, [Reason.TERM]),
    ({"min_term": 12, "max_term": 84}, 85, [Reason.TERM]),
    ({"until": "2026-11-24"}, None, []),
    ({"until": "2026-11-23"}, None, [Reason.ENDED]),
]


def test_a_bound_that_is_not_stated_keeps_nothing_out() -> None:
    for changes, term, expected in STATED_ROWS:
        one = parse_listed(stated("alpha", "p", ("0.0799", "0.0845"), **({"stated_on": "2026-01-01"} | changes)))
        ask = Ask(market("AU"), Kind.LOAN, Money(300_000, "AUD"), ASK.day, None, term)
        assert [found.reason for found in misfits(one, ask)] == expected, changes


def test_the_index_finds_what_a_look_at_each_would() -> None:
    random = Random(5)
    for size in (0, 1, 2, 3, 50, 200):
        made = []
        for number in range(size):
            low = random.randint(1, 60)
            made.append(parse_product(product("alpha", f"p{number}") | limits(low, random.randint(low, 60))))
        index = AmountIndex(made)
        for minor in range(62):
            found = sorted(one.product_id for one in index.taking(Money(minor, "CNY")))
            assert found == sorted(one.product_id for one in made if one.fits(Money(minor, "CNY")))
    assert index.taking(Money(30, "EUR")) == []


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "CN", "instalments")
    yield made
    made.wired.database.dispose()


def asked(scene: Scene, path: str = "", **query: str) -> Any:
    bearer = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    scene_of = {"widget": "instalments", "amount": "129900", "currency": "CNY"}
    answer = scene.client.get(f"/v1/offers{path}", query_string=scene_of | query, headers=bearer)
    return answer.json if answer.status_code == 200 else (answer.status_code, answer.json)


def test_offered_or_told_why_not(scene: Scene) -> None:
    publish(
        scene.wired.catalogue, product("alpha", "dear") | limits(500_000, 900_000), product("alpha", "gone"),
        product("beta", "lent") | {"kind": "loan"}, product("beta", "euro") | EURO,
        product("beta", "three", terms=(3,)),
    )  # fmt: skip
    with scene.wired.database.begin() as connection:
        of_gone = product_versions.c.product_id == "gone"
        connection.execute(update(product_versions).where(of_gone).values(status="withdrawn"))
        connection.exec_driver_sql("UPDATE catalogue_version SET number = number + 1")
    everything = {"dear", "gone", "lent", "euro", "three", "harbour-one", "lantern-one"}
    for query in ({}, {"term": "12"}, {"product": "three"}, {"amount": "600000"}):
        offered = {one["product"]["id"] for one in asked(scene, **query)["data"]}
        rest = {one["product"]: one["reasons"] for one in asked(scene, "/not_offered", **query)["data"]}
        assert offered | set(rest) == everything
        assert offered & set(rest) == set()
        assert all(rest.values())
    told = {one["product"]: one["reasons"] for one in asked(scene, "/not_offered", term="12")["data"]}
    assert told["dear"] == [{"reason": "amount_too_small", "smallest": {"amount": "500000", "currency": "CNY"}}]
    assert told["three"] == [{"reason": "term", "terms": [3]}]
    assert told["gone"] == [{"reason": "not_live"}]


def test_pages_of_what_is_not_offered(scene: Scene) -> None:
    publish(scene.wired.catalogue, *(product("alpha", f"p{n}") | {"kind": "loan"} for n in range(5)))
    found, after = [], dict[str, str]()
    for _page in range(3):
        page = asked(scene, "/not_offered", limit="2", **after)
        found += [one["product"] for one in page["data"]]
        after = {"after": page["next"]}
    assert (found, page["next"]) == (["p0", "p1", "p2", "p3", "p4"], None)


def test_a_term_asked_for(scene: Scene) -> None:
    found = asked(scene, term="6")
    assert [plan["term"] for one in found["data"] for plan in one["plans"]] == [6, 6]
    assert found["comparison"]["term"] == 6
    for term, code in (("7", "term_not_offered"), ("0", "term_shape"), ("x", "term_shape"), ("481", "term_shape")):
        status, problem = asked(scene, term=term)
        assert (status, problem["errors"][0]["pointer"]) == (422, "term"), (term, code)
    assert "3, 6, 12" in asked(scene, term="7")[1]["errors"][0]["detail"]


def test_the_numbers_of_the_answer_give_its_order(scene: Scene) -> None:
    publish(scene.wired.catalogue, product("alpha", "a", "0.0500"), product("beta", "three", "0.0600", (3,)))
    found = asked(scene)
    assert found["comparison"] == {"term": 3, "day": "2026-11-24", "day_number": date(2026, 11, 24).toordinal()}

    def told(one: Any) -> tuple[int, float, int, int]:
        place = one["place"]
        rate = float(place["annual_rate"]["value"])
        return int(place["total_cost"]["amount"]), rate, place["tie"]["round"], place["tie"]["turn"]

    assert [one["place"]["rank"] for one in sorted(found["data"], key=told)] == [1, 2, 3, 4]
    assert [one["rank"] for one in found["data"]] == [1, 2, 3, 4]
    tied = [one["place"]["tie"] for one in found["data"] if one["place"]["tie"]["banks"] == 3]
    number = found["comparison"]["day_number"]
    assert [one["turn"] for one in tied] == [(one["index"] - number) % 3 + 1 for one in tied] == [1, 2, 3]


# The longest term alone is dear, the shortest compared at what twelve months would cost; two banks cost the same.
WHY: list[tuple[str, list[str]]] = [
    ("beta/long/12", ["Place 1 of 4. Compared over 12 months: total cost CN¥35.44, "]),
    ("harbour/harbour-one/6", ["Place 2 of 4. Compared over 12 months: total cost CN¥42.62, ",
                               "2 lenders cost exactly the same. They take turns by day; today this one is number 1."]),
    ("lantern/lantern-one/12", ["Place 3 of 4.", "today this one is number 2."]),
    ("alpha/short/3", ["Place 4 of 4. Compared over 12 months, which this lender doesn’t offer; on its own terms it "
                       "would be: total cost CN¥64.21, "]),
]  # fmt: skip


def test_a_shopper_reads_why(scene: Scene) -> None:
    publish(scene.wired.catalogue, product("alpha", "short", "0.0900", (3,)), product("beta", "long", "0.0500", (12,)))
    assert "Why is it ranked here?" not in scene.get(locale="en").text
    for choice, lines in WHY:
        shown = scene.get("/schedule", choice=choice, locale="en")
        assert "Why is it ranked here?" in shown.text
        assert [line for line in lines if line not in shown.text] == [], shown.text
    assert "为什么排在这里？ 第 4 位，共 4 位。" in scene.get("/schedule", choice="alpha/short/3").text


def test_where_the_page_asks_for_one_product_it_stands_alone(scene: Scene) -> None:
    shown = scene.get("/schedule", choice="lantern/lantern-one/12", product="lantern-one", locale="en")
    assert "Place 1 of 1." in shown.text
