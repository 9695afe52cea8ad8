"""What a shopper reads of loans whose lenders only state their rates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenebank.money.model import Money
from tests.support.catalogue import publish, stated
from tests.support.scene import Scene

EXAMPLE = "The lender’s own example is in its terms."
WARNING = "WARNING: This comparison rate"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "AU", "loan")
    made.amount = Money(6_000_000, "AUD")  # more than any lender takes that has a price
    yield made
    made.wired.database.dispose()


def test_two_loans_of_one_lender_are_told_apart_and_the_rest_are_counted_as_loans(scene: Scene) -> None:
    publish(scene.wired.catalogue, *(stated("cedar", f"cedar-{number}", ("0.08", "0.085")) for number in range(5)))
    for locale, rest in (("en", "Other loans: 2"), ("zh-CN", "另有 2 款贷款")):
        page = scene.get(locale=locale)
        rows = page.html.split("<summary>")[1:]
        assert len({row.partition("</small>")[0] for row in rows[:3]}) == 3
        assert rest in page.text


@pytest.mark.parametrize(("locale", "named", "otherwise", "told"), [
    ("en", ">Details<", "Rates, fees and how to apply", "publishes no page to apply on; write to the address below."),
    ("zh-CN", ">详情<", "利率、费用与申请方式", "未公布申请网页，请致函下方地址。"),
])  # fmt: skip
def test_a_lender_without_a_page_is_written_to(
    scene: Scene, locale: str, named: str, otherwise: str, told: str
) -> None:  # fmt: skip
    publish(scene.wired.catalogue, stated("cedar", "cedar-one", ("0.08", None), links={}))
    listed = scene.get(locale=locale)
    assert (named in listed.html, otherwise in listed.html) == (True, False)
    page = scene.get("/schedule", choice="cedar/cedar-one/stated", locale=locale)
    assert told in page.text
    assert "own page" not in page.text


def test_no_warning_of_a_comparison_rate_that_does_not_stand_there(scene: Scene) -> None:
    publish(
        scene.wired.catalogue, stated("cedar", "none", ("0.08", None)),
        stated("cedar", "partly", ("0.08", "0.085"), ("0.09", None)), stated("cedar", "all", ("0.08", "0.085")),
    )  # fmt: skip
    pages = {
        name: scene.get("/schedule", choice=f"cedar/{name}/stated", locale="en").text
        for name in ("none", "partly", "all")
    }
    assert {name for name, text in pages.items() if WARNING in text} == {"all"}
    assert {name for name, text in pages.items() if EXAMPLE in text} == {"all"}
    assert "states no comparison rate for this loan" in pages["none"]
    assert "doesn’t state a comparison rate for every rate" in pages["partly"]
    for shape in ("full", "compact"):
        example, _between, warning = scene.get(locale="en", shape=shape).text.partition(WARNING)
        assert warning and EXAMPLE in example  # it speaks of it


def test_no_lenders_example_where_only_a_price_is_shown(scene: Scene) -> None:
    publish(scene.wired.catalogue, stated("cedar", "all", ("0.08", "0.085")))
    scene.amount = Money(2_000_000, "AUD")
    full, compact = (scene.get(locale="en", shape=shape).text for shape in ("full", "compact"))
    assert EXAMPLE in full
    assert EXAMPLE not in compact
    assert WARNING in compact
