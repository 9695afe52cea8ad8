"""axe finds nothing on any scenario, shown in a shop's page with its own policy and script; everything unfolded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from playwright.sync_api import Frame

from app import create_app
from scenebank.preview import Preview, Scenario, pairwise, product
from tests.support.axe import violations
from tools.screenshots.studio import Studio, studio
from widgets import WIDGETS


@pytest.fixture
def preview() -> Iterator[Preview]:
    made = Preview(lambda wired: create_app(wired=wired))
    yield made
    made.close()


@pytest.fixture
def window(preview: Preview) -> Iterator[Studio]:
    with studio(preview) as made:
        yield made


def unfolded(frame: Frame) -> Frame:
    frame.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    return frame


def assert_nothing_found(preview: Preview, window: Studio, scenarios: Iterable[Scenario]) -> int:
    found, count = {}, 0
    for count, scenario in enumerate(scenarios, start=1):  # noqa: B007 - how many is the answer
        wrong = violations(unfolded(window.show(preview.play(scenario))))
        if wrong:
            found[scenario.query()] = wrong
    assert found == {}
    assert window.complaints == []
    return count


@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_every_state(preview: Preview, window: Studio, widget: str) -> None:
    """Every fourth state for one widget, others, with every other value changed, for the next; all in the long run."""
    turn = sorted(WIDGETS).index(widget) % 2
    assert assert_nothing_found(preview, window, list(pairwise(widget))[7 * turn :: 8]) >= len(WIDGETS[widget].steps)


@pytest.mark.long
@pytest.mark.parametrize("widget", sorted(WIDGETS))
def test_every_combination(preview: Preview, window: Studio, widget: str) -> None:
    planned = len(list(product(widget)))
    print(f"axe, {widget}: {planned} scenarios planned, {assert_nothing_found(preview, window, product(widget))} run")
