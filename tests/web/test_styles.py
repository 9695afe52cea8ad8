"""The first view brings only the style it needs; whatever needs more brings all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenebank.web.embed.rendering import frame_style
from tests.support.scene import Page, Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "EU", "instalments")
    yield made
    made.wired.database.dispose()


def style_of(page: Page) -> str:
    found = re.search(r"<style>(.*?)</style>", page.html, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("shape", ["full", "compact"])
def test_the_first_view_is_small(scene: Scene, shape: str) -> None:
    assert style_of(scene.get(shape=shape)) == frame_style(later=False)
    assert len(frame_style(later=False)) < len(frame_style()) - 2_000


def test_a_visit_brings_all_of_it(scene: Scene) -> None:
    entered = scene.enter()
    assert style_of(entered) == frame_style()
    assert style_of(scene.step(entered, "apply", choice="harbour/harbour-one/12")) == frame_style()


@pytest.mark.parametrize("path", ["/schedule", "/nothing"])
def test_so_does_a_public_view_that_is_another(scene: Scene, path: str) -> None:
    page = scene.get(path, choice="harbour/harbour-one/12")
    assert re.search(r'class="(?:facts|state)', page.html)
    assert style_of(page) == frame_style()
