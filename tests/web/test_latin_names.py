"""A Latin name in a Chinese sentence has a space on either side, and none beside a Chinese sign."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.scene import Scene

NAME = "Alpen银行 Bank"  # what a name is made of stays as it is


def test_a_banks_latin_name(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "EU", "instalments")
    bank = scene.wired.catalogue.bank("harbour")
    scene.wired.catalogue.publish_bank(replace(bank, name={"en": "Alpen Bank", "zh-CN": NAME}))
    form = scene.step(scene.enter(locale="zh-CN"), "apply", choice="harbour/harbour-one/12")
    assert f"提供给 {NAME}（" in form.text
    assert f"本人同意 {NAME} 在审核前" in form.text
    assert f"正在向 {NAME} 提交申请" in scene.step(form, "submit", **scene.answers()).text
    scene.wired.database.dispose()
