"""However many lenders a market has, a page stays light, and says what it leaves out."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest

from scenebank.money.model import Money
from tests.support.catalogue import product, publish, stated
from tests.support.scene import Page, Scene

LENDERS, SHOWN = 40, 12
FIRST_VIEW_BYTES = 8_192


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    made = Scene(tmp_path, "CN", "instalments")
    rates = {f"bank{number}": f"0.0{600 + 10 * number}" for number in range(LENDERS - 2)}
    publish(made.wired.catalogue, *(product(bank, f"{bank}-one", rate) for bank, rate in rates.items()))
    return made


def offers(page: Page) -> list[str]:
    return re.findall(r'data-offer="([^"]+)"', page.html)


def test_the_first_of_them_in_their_order(scene: Scene) -> None:
    answer = scene.client.get("/v1/offers", query_string=scene.query | {"widget": "instalments"})
    assert answer.json
    order = [f"{one['bank']['id']}/{one['product']['id']}" for one in answer.json["data"]]
    assert len(order) == LENDERS
    anonymous, personal = scene.get(locale="en"), scene.enter(locale="en")
    for page in (anonymous, personal):
        assert offers(page) == order[:SHOWN]
        assert f"The first {SHOWN} of {LENDERS} offers are shown." in page.html
    assert len(brotli.compress(anonymous.html.encode())) < FIRST_VIEW_BYTES
    assert f"共 {LENDERS} 个方案可选，此处显示前 {SHOWN} 个。" in scene.get(locale="zh-CN").html


def test_a_page_for_one_product_has_it_wherever_it_stands(scene: Scene) -> None:
    page = scene.get(product=f"bank{LENDERS - 3}-one")
    assert offers(page) == [f"bank{LENDERS - 3}/bank{LENDERS - 3}-one"]


def test_what_lenders_only_state_too(tmp_path: Path) -> None:
    made = Scene(tmp_path, "AU", "loan")
    made.amount = Money(1_000_000, "AUD")
    publish(made.wired.catalogue, *(stated(f"b{number}", f"b{number}-loan", ("0.08", "0.085")) for number in range(20)))
    page = made.get(locale="en")
    many = 20 + sum(f'data-offer="{bank}/' in page.html for bank in ("harbour", "lantern"))
    assert len(offers(page)) == SHOWN
    assert f"The first {SHOWN} of {many} offers are shown." in page.html


def test_no_word_of_it_where_all_are_shown(tmp_path: Path) -> None:
    page = Scene(tmp_path, "CN", "instalments").get(locale="en")
    assert len(offers(page)) == 2
    assert "offers are shown" not in page.html
