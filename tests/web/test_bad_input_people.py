"""Every row of bad input, as a person meets it: a whole answer in words, in their language, with a way on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import func, select

from scenebank.money.model import Money
from scenebank.store.tables import applications, sessions
from scenebank.web.embed.rendering import texts_for
from tests.support.bad_input import (
    ADDRESS_ROWS,
    FORM_ROWS,
    LAUNCH_ROWS,
    OF_THE_ORDER,
    SCENE_ROWS,
    STRANGER,
    AddressRow,
    FormRow,
    LaunchRow,
    SceneRow,
)
from tests.support.html_tree import Tree, assert_whole
from tests.support.scene import DETAILS, SHOP, Page, Scene
from widgets.texts import LOCALES

SCENES = [("CN", "instalments"), ("EU", "instalments"), ("CN", "loan"), ("EU", "loan")]


def name(row: Any) -> str:
    return str(row.name)


def each(rows: Sequence[Any], *others: Sequence[str]) -> list[ParameterSet]:
    """Each row in each scene, with the others taking turns; long with all of them."""
    rest = list(product(*others))
    return [
        pytest.param(scene, row, *more, id="-".join((*scene, name(row), *more)),
                     marks=() if turn == (number + place) % len(rest) else pytest.mark.long)
        for place, scene in enumerate(SCENES) for number, row in enumerate(rows) for turn, more in enumerate(rest)
    ]  # fmt: skip


@pytest.fixture(params=SCENES, ids="-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, *request.param)
    yield made
    made.wired.database.dispose()


@pytest.fixture(scope="module")
def all_lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[tuple[str, str], Scene]]:
    made = {which: Scene(tmp_path_factory.mktemp("scene"), *which) for which in SCENES}
    yield made
    for one in made.values():
        one.wired.database.dispose()


@pytest.fixture(params=SCENES, ids="-".join)
def lasting(request: pytest.FixtureRequest, all_lasting: Mapping[tuple[str, str], Scene]) -> Scene:
    """For rows that leave no application behind."""
    return all_lasting[request.param]


def spoilt(fields: dict[str, str], change: Any) -> dict[str, str]:
    return {name: value for name, value in (fields | dict(change)).items() if value is not None}


def assert_refused(page: Page, status: int, locale: str, framed: bool = True) -> Tree:
    """What holds for every refusal, whatever is wrong; not ``framed``: on the way to a bank or back, in no frame."""
    assert page.status == status, page.text
    tree = assert_whole(page)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<html lang="{locale}"' in page.html
    assert page.headers["Cache-Control"] == "no-store"
    assert len(re.findall(r'<h1[^>]*>\s*(?:<span class="whole">)?[^<\s]', page.html)) == 1
    ancestors = page.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]
    assert SHOP in ancestors.split() or ancestors == ("*" if framed else "'none'")
    assert "Set-Cookie" not in page.headers
    assert "/w/" not in tree.links  # a launch needs a widget
    return tree


def assert_told(page: Page, code: str) -> None:
    (detail,) = (detail for name, detail in page.events if name == "error")
    assert set(detail) == {"code", "message", "fix"}
    assert detail["code"] == code
    assert detail["message"] in page.text
    assert detail["fix"]
    if code == "origin_not_registered":  # the shopper cannot mend it, and is asked for nothing
        assert "POST" not in page.text
        assert "data-need-token hidden" not in page.html
    else:
        assert detail["fix"] in page.text


def language(scene: Scene, sent: Mapping[str, str]) -> str:
    """What was asked for; else the market's; where the shop is unknown too, the browser's, here none."""
    if sent.get("locale") in LOCALES:
        return sent["locale"]
    return ("zh-CN" if scene.market == "CN" else "en") if sent.get("key") == scene.query["key"] else "en"


def assert_scene_refused(page: Page, row: SceneRow, locale: str) -> None:
    assert_refused(page, row.status, locale)
    assert_told(page, row.code)
    if row.field:
        (fix,) = (detail["fix"] for told, detail in page.events if told == "error")
        assert row.field in fix
        assert texts_for(locale)("not_shown.text") in page.text


@pytest.mark.parametrize(
    ("lasting", "row", "locale", "shape"), each(SCENE_ROWS, LOCALES, ("full", "compact")), indirect=["lasting"]
)
def test_a_first_view_that_cannot_be_shown(lasting: Scene, row: SceneRow, locale: str, shape: str) -> None:
    sent = spoilt(lasting.query | {"locale": locale, "shape": shape}, row.change)
    page = Page(lasting.client.get(f"/w/{lasting.widget}", query_string=sent))
    assert_scene_refused(page, row, language(lasting, sent))
    if sent["shape"] == "compact":
        assert 'class="shape-compact"' in page.html


@pytest.mark.parametrize(
    ("lasting", "row", "locale"), each([row for row in SCENE_ROWS if row.name not in OF_THE_ORDER], LOCALES),
    indirect=["lasting"],
)
def test_a_launch_into_a_scene_that_cannot_be_shown(lasting: Scene, row: SceneRow, locale: str) -> None:
    token = lasting.launch_token()
    fields = lasting.query | {"locale": locale, "lt": token, "cn": "0" * 32}
    sent = spoilt(fields, row.change)
    page = lasting.post("", sent)
    assert token not in page.html
    assert_scene_refused(page, row, language(lasting, sent))
    assert lasting.post("", fields).status == 200  # nothing was burnt: the mended form still lets in


@pytest.mark.parametrize("row", [row for row in SCENE_ROWS if row.field or row.code == "unknown_key"], ids=name)
def test_a_schedule_that_cannot_be_shown(lasting: Scene, row: SceneRow) -> None:
    sent = spoilt(lasting.query | {"choice": "harbour/harbour-one/12"}, row.change)
    page = Page(lasting.client.get(f"/w/{lasting.widget}/schedule", query_string=sent))
    assert_scene_refused(page, row, language(lasting, sent))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("shape", ["full", "compact"])
def test_an_amount_nobody_takes_names_those_that_fit(lasting: Scene, locale: str, shape: str) -> None:
    texts = texts_for(locale)
    for minor in ("1", "9999", "5000001", "999999999999"):
        page = lasting.get(amount=minor, locale=locale, shape=shape)
        assert_refused(page, 422, locale)
        for limit in (10_000, 5_000_000):
            assert texts.money(Money(limit, lasting.amount.currency)) in page.text


@pytest.mark.parametrize("minor", ["1", "999999999999"])
def test_an_order_nobody_finances_is_answered_in_words(lasting: Scene, minor: str) -> None:
    order = {"id": f"ord_{minor}", "amount": minor, "currency": lasting.amount.currency}
    page = lasting.post("", lasting.query | {"lt": lasting.launch_token(order=order)})
    assert_refused(page, 422, language(lasting, lasting.query))
    assert_told(page, "amount_not_offered")
    assert page.choices == []


@pytest.mark.parametrize("shape", ["full", "compact"])
def test_an_unknown_product_is_said_and_what_there_is_is_shown(lasting: Scene, shape: str) -> None:
    page = lasting.get(product="no-such-plan", locale="en", shape=shape)
    assert f"There is no such {'loan' if lasting.widget == 'loan' else 'plan'} here" in page.text
    assert "Harbour Bank" in page.text
    assert lasting.get(product="harbour-one").status == 200
    in_it = lasting.enter(product="no-such-plan")
    assert (in_it.status, len(in_it.choices)) == (404, 6)
    assert lasting.step(in_it, "apply", choice="harbour/harbour-one/12").status == 200


@pytest.mark.parametrize(("lasting", "row", "locale"), each(ADDRESS_ROWS, LOCALES), indirect=["lasting"])
def test_an_address_nobody_answers(lasting: Scene, row: AddressRow, locale: str) -> None:
    path = row.path.format(widget=lasting.widget)
    fields: dict[str, Any] = {"data" if row.method == "POST" else "query_string": lasting.query | {"locale": locale}}
    page = Page(lasting.client.open(path, method=row.method, **fields))
    assert_refused(page, row.status, locale, framed=row.method != "GET" or not path.startswith(("/go/", "/back/")))
    (detail,) = (detail for told, detail in page.events if told == "error")
    assert detail["fix"]
    assert detail["fix"] in page.text
    assert ("Allow" in page.headers) == (row.status == 405)


def test_the_browsers_language_where_nothing_else_says_one(lasting: Scene) -> None:
    for accepted, locale in (("zh-CN,zh;q=0.9", "zh-CN"), ("zh-TW", "zh-CN"), ("de,en;q=0.5", "en"), ("", "en")):
        page = Page(lasting.client.get("/w/nothing", headers={"Accept-Language": accepted}))
        assert_refused(page, 404, locale)
        large = Page(lasting.client.post("/w/loan", data={"x": "a" * 70_000}, headers={"Accept-Language": accepted}))
        assert_refused(large, 413, locale)


def test_ten_megabytes_are_answered_in_words(lasting: Scene) -> None:
    for path in ("", "/apply", "/submit", "/bank"):
        for locale in LOCALES:
            page = Page(lasting.client.post(
                f"/w/{lasting.widget}{path}?locale={locale}&key={lasting.query['key']}", data={"name": "a" * 10_000_000}
            ))  # fmt: skip
            assert_refused(page, 413, locale)
            assert_told(page, "too_large")
            assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {SHOP}")


def test_a_form_that_is_too_long_is_answered_in_its_own_language_with_a_way_on(lasting: Scene) -> None:
    for locale in LOCALES:
        entered = lasting.enter(locale=locale)
        fields = entered.form(f"/w/{lasting.widget}/apply") | {"address": "a" * 70_000}
        page = lasting.post("/apply", fields)
        assert_refused(page, 413, locale)
        (way,) = (unescape(one) for one in re.findall(r'href="(/w/[^"]+)"', page.html))
        assert texts_for(locale, lasting.widget)("to_plans") in page.text
        assert lasting.client.get(way).status_code == 200
        assert fields["session"] not in page.html


def test_a_form_that_is_no_form(lasting: Scene) -> None:
    for kind in ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "", "é"):
        answer = lasting.client.post(f"/w/{lasting.widget}", data=b"{--x\r\n\xff", headers={"Content-Type": kind})
        assert_refused(Page(answer), 404, "en")


@pytest.mark.parametrize("row", FORM_ROWS, ids=name)
def test_an_application_form_with_something_wrong(lasting: Scene, row: FormRow) -> None:
    if row.market not in ("", lasting.market):
        return
    for locale in LOCALES:
        form = lasting.step(lasting.enter(locale=locale), "apply", choice="harbour/harbour-one/12")
        sent = spoilt(form.form(f"/w/{lasting.widget}/submit") | lasting.answers(), row.change)
        page = lasting.post("/submit", sent)
        tree = assert_refused(page, row.status, locale)
        for field in row.fields:
            assert f'id="e-{field.removeprefix("consent-")}"' in page.html
        assert page.html.count('class="error"') == len(row.fields)
        assert ("error" in page.told) == (not row.fields)
        typed = {one: sent.get(one, "").replace("\0", "\ufffd") for one in DETAILS if lasting.market == "EU"}
        for one in ("name", "email", "phone", "address") if typed else ():
            kept = [typed[one]] if row.fields or typed[one] else []
            assert tree.values.get(one, []) == kept, one
        if typed and typed["employment"] == DETAILS["employment"] and row.fields:
            assert '<option value="FULL_TIME" selected>' in page.html
    with lasting.wired.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(applications)).scalar_one() == 0


def test_what_was_typed_outlives_a_plan_that_is_gone(scene: Scene) -> None:
    if scene.market != "EU":
        return
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")
    plans = scene.step(form, "submit", **scene.answers() | {"choice": "harbour/gone/12", "name": 'A "B" <C>'})
    assert plans.status == 409
    again = scene.step(plans, "apply", choice="lantern/lantern-one/12")
    assert (again.status, Tree(again.html).values["name"]) == (200, ['A "B" <C>'])
    assert " checked" not in again.html  # the consents name another bank now
    assert scene.step(again, "submit", **scene.answers()).shown_status == "submitting"


def test_what_was_typed_outlives_a_visit_that_has_ended(scene: Scene) -> None:
    if scene.market != "EU":
        return
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")
    scene.clock.move(16 * 60)
    over = scene.step(form, "submit", **scene.answers())
    assert_refused(over, 401, "en")
    assert over.told[-2:] == ["error", "expired"]
    launch = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)" form="bis-launch">', over.html)
    assert {one: unescape(value) for one, value in launch} == DETAILS
    again = scene.post("", scene.query | DETAILS | {"lt": scene.launch_token()})
    entered = scene.step(again, "apply", choice="harbour/harbour-one/12")
    assert Tree(entered.html).values["address"] == [DETAILS["address"]]


def test_nothing_typed_is_in_an_address_or_a_public_answer(lasting: Scene) -> None:
    page = lasting.get(name="Ada Berg", email="ada@example.org")
    assert (page.status, "Ada Berg" in page.html) == (200, False)
    over = lasting.post("/submit", lasting.query | DETAILS | {"session": "x"})
    assert not [link for link in Tree(over.html).links if "Ada" in link]


@pytest.mark.parametrize(("lasting", "row", "locale"), each(LAUNCH_ROWS, LOCALES), indirect=["lasting"])
def test_a_launch_that_is_refused(lasting: Scene, row: LaunchRow, locale: str) -> None:
    sent = lasting.query | {"locale": locale} | row.spoil(lasting)
    with lasting.wired.database.read() as connection:
        before = connection.execute(select(func.count()).select_from(sessions)).scalar_one()
    page = lasting.post("", sent)
    assert_refused(page, row.status, locale)
    assert_told(page, row.code)
    assert page.choices == []
    assert "data-need-token" in page.html  # the way on: ask the shop for another invitation
    assert not [text for text in (sent.get("lt", "").strip(" \0"),) if text and text in page.html]
    with lasting.wired.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(sessions)).scalar_one() == before


def test_a_page_that_is_not_registered_is_told_the_line_that_mends_it(scene: Scene) -> None:
    page = scene.enter(parent_origin=STRANGER, locale="en")
    (detail,) = (detail for told, detail in page.events if told == "error")
    assert detail["fix"].endswith(f"registers {STRANGER} with POST /v1/origins.")
    strange = scene.enter(parent_origin="https://evil.example/<b>", locale="en")
    assert "evil" not in strange.html
