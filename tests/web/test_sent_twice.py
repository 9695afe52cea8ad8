"""The same form twice, one after the other and at once: one application, and two whole answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scenebank.merchants.model import Mode
from scenebank.store.tables import applications, consents, sessions
from tests.support.catalogue import publish
from tests.support.html_tree import assert_whole
from tests.support.scene import Page, Scene

AT_ONCE = 8


@pytest.fixture(params=[("CN", "instalments"), ("EU", "loan")], ids="-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Scene]:
    market, widget = request.param
    made = Scene(tmp_path, market, widget, database_url)
    yield made
    made.wired.database.dispose()


def at_once(scene: Scene, path: str, forms: list[dict[str, str]]) -> list[Page]:
    """All forms sent in the same moment, each over a client of its own."""
    together = threading.Barrier(len(forms))

    def send(form: dict[str, str]) -> Page:
        client = scene.client.application.test_client()
        together.wait(30)
        return Page(client.post(f"/w/{scene.widget}{path}", data=form))

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def count(scene: Scene, table: object) -> int:
    with scene.wired.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def filled_form(scene: Scene, choice: str = "harbour/harbour-one/12") -> dict[str, str]:
    form = scene.step(scene.enter(), "apply", choice=choice)
    return form.form(f"/w/{scene.widget}/submit") | scene.answers()


def assert_one_application(scene: Scene, pages: list[Page]) -> None:
    (application,) = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5)
    for page in pages:
        assert_whole(page)
        assert (page.status, page.shown_status) == (200, "submitting")
        assert application.id in page.text
    assert count(scene, consents) == (1 if scene.market == "CN" else 2)
    scene.run()
    assert [call for call, _subject in scene.bank.calls].count("submit") == 1


def test_one_after_the_other(scene: Scene) -> None:
    form = filled_form(scene)
    assert_one_application(scene, [scene.post("/submit", form) for _time in range(3)])


def test_at_once(scene: Scene) -> None:
    form = filled_form(scene)
    assert_one_application(scene, at_once(scene, "/submit", [form] * AT_ONCE))


def test_again_after_the_bank_was_asked(scene: Scene) -> None:
    form = filled_form(scene)
    scene.post("/submit", form)
    scene.run()
    again = scene.post("/submit", form)
    assert_whole(again)
    assert (again.status, again.shown_status) == (200, "action_required")
    assert count(scene, applications) == 1


def test_again_when_it_is_offered_no_more(scene: Scene) -> None:
    form = filled_form(scene)
    scene.post("/submit", form)
    most = {"max_amount": {"amount": "20000", "currency": scene.amount.currency}}
    over_the_line = {"rate": {"value": "0.2401", "basis": "nominal_annual"}}
    changes = [most, over_the_line] if scene.market == "CN" else [most]
    for change in changes:
        publish(scene.wired.catalogue, *(scene.product(bank) | change for bank in ("harbour", "lantern")))
        again = scene.post("/submit", form)
        assert_whole(again)
        assert (again.status, again.shown_status, "error" in again.told) == (409, "submitting", True)
    assert count(scene, applications) == 1


def test_two_frames_with_two_plans_at_once(scene: Scene) -> None:
    """One plan wins; the other frame is shown the application there is, and told why."""
    plans = ("harbour/harbour-one/12", "lantern/lantern-one/6")
    forms = [filled_form(scene, plan) for plan in plans] * (AT_ONCE // 2)
    pages = at_once(scene, "/submit", forms)
    for page in pages:
        assert_whole(page)
    assert sorted({page.status for page in pages}) == [200, 409]
    (application,) = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5)
    for form, page in zip(forms, pages, strict=True):
        mine = form["choice"].startswith(application.bank_id)
        assert page.status == (200 if mine else 409)
        assert page.shown_status == "submitting"
        assert application.id in page.text
        assert ('class="notice"' in page.html) != mine


def test_a_launch_at_once(scene: Scene) -> None:
    """The same frame twice is one visit; other frames with the same token stay anonymous, each with the plans."""
    token = scene.launch_token()
    nonces = ["0" * 32] * (AT_ONCE // 2) + [f"{number:032x}" for number in range(1, AT_ONCE // 2 + 1)]
    pages = at_once(scene, "", [scene.query | {"lt": token, "cn": nonce} for nonce in nonces])
    for page in pages:
        assert_whole(page)
        assert page.status in (200, 409)
    winners = {nonce for nonce, page in zip(nonces, pages, strict=True) if page.status == 200}
    assert len(winners) == 1
    assert all((page.status == 200) == (nonce in winners) for nonce, page in zip(nonces, pages, strict=True))
    assert count(scene, sessions) == 1


def test_withdrawn_at_once(scene: Scene) -> None:
    sent = scene.post("/submit", filled_form(scene))
    form = sent.form(f"/w/{scene.widget}/withdraw")
    pages = at_once(scene, "/withdraw", [form] * AT_ONCE)
    for page in pages:
        assert_whole(page)
        assert (page.status, page.shown_status) == (200, "withdrawn")
