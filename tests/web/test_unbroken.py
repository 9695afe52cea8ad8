"""What a line does not cut: banks' names in headings and buttons, and the numbers of licences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scenebank.web.embed.unbroken import unbroken_codes
from tests.support.scene import Scene

NAME, WHOLE = "Ann & <Sons> Bank", '<span class="whole">Ann &amp; &lt;Sons&gt; Bank</span>'


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "instalments")
    bank = made.wired.catalogue.bank("harbour")
    made.wired.catalogue.publish_bank(replace(bank, name={"en": NAME}, licence={"en": "Licence <b> AB-12/X-003"}))
    yield made
    made.wired.database.dispose()


def test_a_banks_name_in_headings_and_buttons(scene: Scene) -> None:
    form = scene.step(scene.enter(locale="en"), "apply", choice="harbour/harbour-one/12")
    assert f"<h2>{WHOLE} " in form.html
    assert f'<button class="main">Apply to {WHOLE}</button>' in form.html
    sent = scene.step(form, "submit", **scene.answers())
    assert f"<h1>Sending your application to {WHOLE}</h1>" in sent.html
    scene.run()
    waiting = scene.step(sent, "status")
    assert f'<button class="main">Continue to {WHOLE}</button>' in waiting.html


def test_the_number_of_a_licence(scene: Scene) -> None:
    html = scene.get(locale="en").html
    assert 'Licence &lt;b&gt; <span class="whole">AB-12</span>/<span class="whole">X-003.</span>' in html


READ_IN_ONE = ["“申请”", "8号", "¥517.72 × 11 期", "11 × €43.15", "末期 ¥517.75", "€374.75 × 4", "€506.26 × 3 months",
               "12 至 84 个月", "12 to 84 months", "14 天", "14 days",
               "€27.88\xa0×\xa047\xa0期", "8 号", "6.49% p.a.", "last CN¥524.70", "CN¥406.25 × 12 months"]  # fmt: skip


@pytest.mark.parametrize("whole", READ_IN_ONE)
def test_what_is_read_in_one(whole: str) -> None:
    assert unbroken_codes(f"请看{whole}！") == f'请看<span class="whole">{whole}</span>！'


@pytest.mark.parametrize("sign", ["。", "，", "；", "）", ",", ".", ")", "),"])
def test_with_the_sign_behind_it_which_begins_no_line(sign: str) -> None:
    assert unbroken_codes(f"请看8号{sign}") == f'请看<span class="whole">8号{sign}</span>'


def test_in_english_too() -> None:
    assert unbroken_codes("over 12 months, first") == 'over <span class="whole">12 months,</span> first'


def test_a_house_stays_in_its_street() -> None:
    assert unbroken_codes("Larch Bank (66 Forest Avenue, Cedar)") == (
        'Larch Bank <span class="whole">(66 Forest</span> Avenue, Cedar)'
    )


def test_what_is_wider_than_a_line_breaks() -> None:
    assert unbroken_codes("AB-" + "1" * 40) == "AB-" + "1" * 40
