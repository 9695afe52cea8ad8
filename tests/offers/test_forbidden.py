"""A price that a rule of the market forbids is not offered, and keeps back no other."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scenebank.web.embed.looking import make_look
from tests.support.catalogue import product
from tests.support.scene import Scene

DEAR = product("harbour", "harbour-dear", rate="0.2401", terms=(12,))
LOGGER = "scenebank.offers.forbidden_prices"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Two banks' products in China, and one over the line of the day."""
    made = Scene(tmp_path, "CN", "instalments")
    made.wired.catalogue.publish(DEAR)
    yield made
    made.wired.database.dispose()


def offered(scene: Scene, **more: str) -> list[tuple[str, list[int]]]:
    found = scene.client.get("/v1/offers", query_string=_asked(scene) | more).json["data"]  # type: ignore[index]
    return [(one["product"]["id"], [plan["term"] for plan in one["plans"]]) for one in found]


def not_offered(scene: Scene) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    answer = scene.client.get("/v1/offers/not_offered", query_string=_asked(scene), headers=headers)
    assert answer.json
    return {one["product"]: one["reasons"] for one in answer.json["data"]}


def _asked(scene: Scene) -> dict[str, str]:
    return scene.query | {"widget": "instalments"}


def told(caplog: pytest.LogCaptureFixture) -> list[list[Any]]:
    records = (one for one in caplog.records if one.name == LOGGER and one.levelno == logging.ERROR)
    return [[one.facts[name] for name in ("rule", "bank", "product", "term", "day")] for one in records]  # type: ignore[attr-defined]


def test_it_is_left_out_and_told(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    for _time in range(3):
        page = scene.get()
        assert (page.status, "harbour-dear" in page.html) == (200, False)
    assert {choice.split("/")[1] for choice in scene.enter().choices} == {"harbour-one", "lantern-one"}
    assert told(caplog) == [["CN-CAP-24", "harbour", "harbour-dear", 12, "2026-11-24"]]
    assert [name for name, _terms in offered(scene)] == ["harbour-one", "lantern-one"]
    assert not_offered(scene) == {"harbour-dear": [{"reason": "forbidden", "rules": ["CN-CAP-24"]}]}


def test_a_term_that_alone_is_forbidden_is_left_out(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """The same fee a month costs more a year the longer it is paid: at 12 months more than 24 %."""
    fee = {"value": "0.0117", "basis": "per_term_of_original_principal"}
    scene.wired.catalogue.publish(
        product("lantern", "lantern-fee", terms=(3, 6, 12)) | {"method": "fee_per_term", "rate": fee}
    )
    assert dict(offered(scene))["lantern-fee"] == [3, 6]
    assert ["CN-CAP-24", "lantern", "lantern-fee", 12, "2026-11-24"] in told(caplog)
    assert not_offered(scene).keys() == {"harbour-dear"}


def test_the_line_is_that_of_the_day(scene: Scene) -> None:
    scene.clock.current = datetime(2025, 9, 30, 15, tzinfo=UTC)  # an hour before the line of China's next day
    assert "harbour-dear" in dict(offered(scene))
    scene.clock.current = datetime(2025, 9, 30, 16, tzinfo=UTC)
    assert "harbour-dear" not in dict(offered(scene))
    scene.wired.catalogue.publish(DEAR | {"rate": {"value": "0.2399", "basis": "nominal_annual"}})
    assert "harbour-dear" in dict(offered(scene))


def test_where_nothing_else_is_asked_for_it_is_refused(scene: Scene) -> None:
    page = scene.get(product="harbour-dear")
    assert (page.status, page.choices) == (451, [])
    answer = scene.client.get("/v1/offers", query_string=_asked(scene) | {"product": "harbour-dear"})
    assert answer.json
    assert (answer.status_code, answer.json["code"]) == (451, "not_available_here")


def test_who_looks_for_it_finds_it(scene: Scene) -> None:
    found = {
        (one.rule.id, one.what.split(":")[0])
        for looked in make_look(scene.wired)("CN", date(2026, 11, 24)) for one in looked.findings
        if one.rule.id == "CN-CAP-24"
    }  # fmt: skip
    assert found == {("CN-CAP-24", "harbour/harbour-dear over 12 months")}
