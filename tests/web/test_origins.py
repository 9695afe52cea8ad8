"""Pages that may show a shop's widgets, and those that tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from scenebank.merchants.model import Mode
from scenebank.merchants.refused_origins import MOST
from tests.support.databases import database_of
from tests.support.scene import SHOP, Scene

NEW = "https://new.shop.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    url = database_of(request, tmp_path)
    made = Scene(tmp_path, "EU", "loan", url)
    yield made
    made.wired.database.dispose()


def call(scene: Scene, method: str, path: str, body: Any = None) -> TestResponse:
    bearer = {"Authorization": f"Bearer {scene.merchant.secret_key}"}
    return scene.client.open(path, method=method, json=body, headers=bearer)


def refused(scene: Scene) -> list[dict[str, Any]]:
    return list((call(scene, "GET", "/v1/origins/refused").json or {})["data"])


def show(scene: Scene, page: str) -> None:
    """A browser shows the frame on a page, some time later; the answer arrives whole."""
    scene.clock.move(2)
    scene.client.get("/w/loan", query_string=scene.query, headers={"Referer": f"{page}/cart"}, buffered=True)


def test_a_page_that_is_not_registered_is_seen_and_added_with_one_call(scene: Scene) -> None:
    show(scene, SHOP)
    assert refused(scene) == []
    show(scene, NEW)
    show(scene, NEW)
    (seen,) = refused(scene)
    assert (seen["origin"], seen["count"]) == (NEW, 2)
    assert seen["first_seen_at"] < seen["last_seen_at"] == "2026-11-24T00:00:06.000Z"
    added = call(scene, "POST", "/v1/origins", {"origin": seen["origin"]})
    assert (added.status_code, added.json and added.json["data"]) == (201, [NEW, SHOP])
    assert refused(scene) == []
    show(scene, NEW)
    assert refused(scene) == []


def test_a_launch_from_elsewhere_is_seen(scene: Scene) -> None:
    fields = scene.query | {"lt": scene.launch_token(), "parent_origin": NEW}
    answer = scene.client.post("/w/loan", data=fields, buffered=True)
    assert answer.status_code == 401
    assert [one["origin"] for one in refused(scene)] == [NEW]


@pytest.mark.parametrize("page", ["null", "https://x.example:443", "http://shop.example", "javascript:1", "https://Ü"])
def test_what_nobody_could_register_is_not_kept(scene: Scene, page: str) -> None:
    scene.client.post("/w/loan", data=scene.query | {"lt": scene.launch_token(), "parent_origin": page}, buffered=True)
    assert refused(scene) == []


def test_at_most_fifty_and_the_newest(scene: Scene) -> None:
    for number in range(MOST + 10):
        show(scene, f"https://page-{number}.example")
    assert [one["origin"] for one in refused(scene)] == [
        f"https://page-{number}.example" for number in reversed(range(10, MOST + 10))
    ]


def test_what_many_strangers_ask_costs_one_write_a_second(scene: Scene) -> None:
    show(scene, "https://page-0.example")
    for number in range(1, 200):
        referer = {"Referer": f"https://page-{number}.example/"}
        scene.client.get("/w/loan", query_string=scene.query, headers=referer, buffered=True)
    assert [one["origin"] for one in refused(scene)] == ["https://page-0.example"]
    show(scene, NEW)
    assert len(refused(scene)) == MOST


def test_a_page_taken_away_ends_its_visits(scene: Scene) -> None:
    form = scene.enter().form("/w/loan/apply") | {"choice": "harbour/harbour-one/12"}
    assert scene.post("/apply", form).status == 200
    assert call(scene, "DELETE", f"/v1/origins?origin={SHOP}").status_code == 204
    ended = scene.post("/apply", form)
    assert (ended.status, 'name="session"' in ended.html) == (401, False)
    assert ended.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert call(scene, "DELETE", f"/v1/origins?origin={SHOP}").status_code == 404
    assert call(scene, "DELETE", "/v1/origins").status_code == 422


def test_the_pages_of_one_mode_are_not_those_of_the_other(scene: Scene) -> None:
    live = scene.live_key()
    scene.wired.merchants.remove_origin(scene.merchant.id, Mode.LIVE, SHOP)
    scene.client.get(
        "/w/loan", query_string=scene.query | {"key": live}, headers={"Referer": SHOP + "/"}, buffered=True
    )
    assert refused(scene) == []
    assert [one.origin for one in scene.wired.refused_origins.seen(scene.merchant.id, Mode.LIVE)] == [SHOP]
