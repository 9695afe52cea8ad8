"""Back to what was: byte for byte in the widget, by one person or by two, and gone at once when it is withdrawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from scenebank.catalogue.publishing.service import Wanted
from scenebank.errors import ScenebankError
from scenebank.store.tables import product_revisions
from scenebank.team.model import Role
from tests.support.catalogue import product
from tests.support.publishing import DAY_MS, Office
from tests.support.scene import Scene


@pytest.fixture(params=[("EU", "loan")], ids="-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, *request.param)
    for name, role in (("eve", Role.EDITOR), ("abe", Role.APPROVER), ("pat", Role.PUBLISHER)):
        made.wired.team.add(name, role, "harbour")
    yield made
    made.wired.database.dispose()


def change(scene: Scene, rate: str) -> None:
    """Another rate, by all who have a part in it."""
    publishing = scene.wired.publishing
    document = scene.product("harbour") | {"rate": {"value": rate, "basis": "nominal_annual"}}
    revision = publishing.draft("eve", Wanted("harbour", "harbour-one", document, reason="a test"))
    publishing.submit("eve", revision.id)
    publishing.publish("pat", publishing.approve("abe", revision.id, revision.content_hash).id)


def seen(scene: Scene) -> list[bytes]:
    """Every public view of the widget, in both languages."""
    found = []
    for path in ("", "/plans", "/details"):
        for locale in ("en", "zh-CN"):
            answer: TestResponse = scene.client.get(
                f"/w/{scene.widget}{path}", query_string=scene.query | {"locale": locale}
            )
            found.append(answer.data)
    return found


@pytest.mark.parametrize("scene", [("EU", "loan"), ("CN", "instalments")], indirect=True, ids="-".join)
def test_the_widget_is_byte_for_byte_what_it_was(scene: Scene) -> None:
    first = seen(scene)
    change(scene, "0.0500")
    second = seen(scene)
    assert first[0] != second[0]
    change(scene, "0.0400")
    wired = scene.wired
    wired.publishing.rollback("pat", "harbour", "harbour-one", None, "too cheap")
    assert seen(scene) == second
    version = wired.publishing_records.history("pat", "harbour", "harbour-one")[-1].version
    wired.publishing.rollback("pat", "harbour", "harbour-one", version, "further back")
    assert seen(scene) == first
    assert wired.audit.run().bad == ()


def test_a_withdrawal_beats_what_the_shopper_has_before_him(scene: Scene) -> None:
    """In the middle of a visit: the plan on his screen cannot be applied for any more."""
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")
    sent = form.form(f"/w/{scene.widget}/submit") | scene.answers()
    scene.wired.publishing.withdraw("pat", "harbour", "harbour-one", "stop")
    refused = scene.post("/submit", sent)
    assert refused.status in (404, 409, 422)
    assert refused.shown_status is None
    assert scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 5) == []
    assert "harbour-one" not in scene.get().html


def test_a_cached_answer_ends_before_a_planned_change(scene: Scene) -> None:
    publishing, now_ms = scene.wired.publishing, int(scene.clock.now().timestamp() * 1000)
    revision = publishing.draft("eve", Wanted("harbour", "harbour-one", source="live"))
    publishing.submit("eve", revision.id)
    publishing.approve("abe", revision.id, revision.content_hash)
    ages = [scene.get().headers["Cache-Control"]]
    publishing.schedule("pat", revision.id, now_ms + 90_000)
    for wait in (0, 50, 39, 1):
        scene.clock.move(wait)
        ages.append(scene.get().headers["Cache-Control"])
    scene.wired.clockwork.run_due()
    ages.append(scene.get().headers["Cache-Control"])
    assert [int(one.rpartition("=")[2]) for one in ages] == [60, 60, 40, 1, 0, 60]


def test_one_person_goes_back_to_what_was_approved_lately(desk: Office) -> None:
    product_id = desk.on_sale()
    desk.published(product_id, "0.0580")
    desk.clock.move(30 * DAY_MS / 1000)
    assert desk.publishing.rollback("pat", "alpha", product_id, None, "back").state.value == "live"
    assert desk.live_rate(product_id) == "0.0600"


def test_two_go_back_further(desk: Office) -> None:
    product_id = desk.on_sale()
    desk.published(product_id, "0.0580")
    desk.clock.move(30 * DAY_MS / 1000 + 1)
    waiting = desk.publishing.rollback("pat", "alpha", product_id, None, "back")
    assert (waiting.state.value, desk.live_rate(product_id)) == ("in_review", "0.0580")
    desk.publishing.approve("abe", waiting.id, waiting.content_hash)
    desk.publishing.publish("pat", waiting.id)
    assert desk.live_rate(product_id) == "0.0600"


def test_two_start_selling_again(desk: Office) -> None:
    """Stopping is one person's, starting never."""
    product_id = desk.on_sale()
    desk.publishing.withdraw("pat", "alpha", product_id, "stop")
    waiting = desk.publishing.rollback("ada", "alpha", product_id, None, "go on")
    assert (waiting.state.value, desk.live_rate(product_id)) == ("in_review", None)
    with pytest.raises(ScenebankError) as refused:
        desk.publishing.approve("ada", waiting.id)
    assert refused.value.code == "four_eyes"


def test_nobody_goes_back_to_what_may_not_be_sold_any_more(desk: Office) -> None:
    product_id = desk.on_sale()
    desk.publishing.publish("pat", desk.approved(product_id, ends_at=desk.now_ms + 1000).id)
    desk.published(product_id, "0.0550")
    desk.clock.move(2)
    assert desk.publishing.rollback("pat", "alpha", product_id, None, "back").state.value == "in_review"


def test_nobody_goes_back_to_what_was_never_sold(desk: Office) -> None:
    """Somebody has put another document into the database, in the place of one that was sold."""
    product_id = desk.on_sale()
    desk.published(product_id, "0.0580")
    forged = json.dumps(product("alpha", product_id, "0.0001"))
    with desk.database.begin() as connection:
        old = product_revisions.c.state == "superseded"
        connection.execute(update(product_revisions).where(old).values(document=forged))
    with pytest.raises(ScenebankError) as refused:
        desk.publishing.rollback("pat", "alpha", product_id, None, "back")
    assert (refused.value.code, desk.live_rate(product_id)) == ("not_approved", "0.0580")


def test_the_seed_leaves_alone_what_people_decided(desk: Office) -> None:
    untouched, withdrawn, published = (desk.on_sale() for _product in "123")
    desk.publishing.withdraw("pat", "alpha", withdrawn, "stop")
    desk.published(published, "0.0580")
    desk.draft(untouched)
    assert [desk.catalogue.is_in_hand("alpha", one) for one in (untouched, withdrawn, published)] == [
        False, True, True,
    ]  # fmt: skip
    assert desk.catalogue.is_in_hand("alpha", str(product("alpha", "new")["product_id"])) is False
