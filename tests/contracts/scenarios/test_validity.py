"""Every document a shopper can be shown is valid HTML with valid CSS."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.scenarios.shown import shown
from tests.support.validator import complaints
from widgets import WIDGETS


def test_the_checker_finds_what_is_planted(tmp_path: Path) -> None:
    planted = "<!doctype html><html lang=en><title>x</title><style>p{colour:red}</style><p><div id=a></div><b id=a>"
    found = complaints({"planted": planted}, tmp_path)
    assert any("Duplicate ID" in one for one in found)
    assert any("colour" in one for one in found)


@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_every_scenario_is_valid(widget: str, tmp_path: Path) -> None:
    documents = {f"{one.scenario.context}-{one.scenario.state}": one.document.html for one in shown(widget)}
    assert len(documents) == len(shown(widget))
    assert complaints(documents, tmp_path) == []
