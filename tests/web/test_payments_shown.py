"""How many payments of what: never a sum that is not what is paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.catalogue import product, publish
from tests.support.scene import Scene

RATE = {"value": "0.12", "basis": "nominal_annual"}
FEE = {"value": "0.006", "basis": "per_term_of_original_principal"}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "CN", "instalments")
    yield made
    made.wired.database.dispose()


# By hand, of 1,299.00 over twelve months: parts of 108.25; 1 % a month of what is owed; 7.794 a month of fee.
@pytest.mark.parametrize(
    ("method", "rate", "listed", "exactly"),
    [
        ("equal_instalment", RATE, "CN¥115.41 × 12 months", "11 × CN¥115.41, last CN¥115.46"),
        ("equal_principal", RATE, "CN¥121.24 to CN¥109.33 × 12 months", "CN¥121.24 to CN¥109.33 a month"),
        ("interest_first", RATE, "CN¥12.99 to CN¥1,311.99 × 12 months", "CN¥12.99 to CN¥1,311.99 a month"),
        ("fee_at_first", FEE, "CN¥201.78 to CN¥108.25 × 12 months", "CN¥201.78 to CN¥108.25 a month"),
    ],
)
def test_in_the_list_and_before_the_consent(
    scene: Scene, method: str, rate: dict[str, str], listed: str, exactly: str
) -> None:
    publish(scene.wired.catalogue, product("harbour", "harbour-two", terms=(12,)) | {"method": method, "rate": rate})
    assert listed in scene.get(locale="en").text
    form = scene.step(scene.enter(locale="en"), "apply", choice="harbour/harbour-two/12")
    assert exactly in form.text


@pytest.mark.parametrize(("locale", "beside", "all_of_them"), [
    ("en", "CN¥115.41 × 12 months", "12 months: 11 × CN¥115.41, last CN¥115.46"),
    ("zh-CN", "¥115.41 × 12 期", "共 12 期：¥115.41 × 11 期，末期 ¥115.46"),
])  # fmt: skip
def test_a_last_payment_of_its_own_is_one_of_them(scene: Scene, locale: str, beside: str, all_of_them: str) -> None:
    terms = {"method": "equal_instalment", "rate": RATE}
    publish(scene.wired.catalogue, product("harbour", "harbour-two", terms=(12,)) | terms)
    listed = scene.get(locale=locale).text
    row = listed[listed.index(beside) :]
    assert {"en": "the last one CN¥115.46", "zh-CN": "其中末期 ¥115.46"}[locale] in row
    form = scene.step(scene.enter(locale=locale), "apply", choice="harbour/harbour-two/12")
    schedule = scene.get("/schedule", locale=locale, choice="harbour/harbour-two/12")
    for page in (form, schedule):
        assert (page.text.count(all_of_them), "a month for" in page.text, "每期 ¥" in page.text) == (1, False, False)
    assert not re.search(r"× 12 (months|期) ?[(（]", form.text)


@pytest.mark.parametrize("method", ["fee_per_term", "fee_spread", "fee_at_first"])
def test_a_fee_has_one_name_in_the_sheet_and_in_the_schedule(scene: Scene, method: str) -> None:
    publish(scene.wired.catalogue, product("harbour", "harbour-two", terms=(12,)) | {"method": method, "rate": FEE})
    page = scene.get("/schedule", locale="zh-CN", choice="harbour/harbour-two/12")
    assert ">手续费</dt>" in page.html
    assert ">手续费</th>" in page.html
    assert not re.search("息费(?!合计)", page.text)
    assert "单位：元" in page.text
