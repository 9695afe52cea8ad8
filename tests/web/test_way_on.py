"""No page is a dead end, and none tells a shopper of what only the shop can mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from scenebank.banks.port import Stage
from tests.support.scene import DETAILS, SHOP, Page, Scene, said
from tests.support.signing_shop import SigningShop


@pytest.fixture(params=["CN", "EU"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, request.param, "instalments")
    yield made
    made.wired.database.dispose()


def visit(scene: Scene, path: str) -> Page:
    return Page(scene.client.get(path, headers={"Accept-Language": "en"}))


def way_to_bank(scene: Scene) -> str:
    scene.apply(locale="en")
    scene.run()
    page = scene.enter(locale="en")
    answer = scene.client.post("/w/instalments/bank", data=page.form("/w/instalments/bank"))
    return answer.headers["Location"]


def test_a_spent_way_to_the_bank_leads_back_to_the_shop(scene: Scene) -> None:
    way = way_to_bank(scene)
    assert scene.client.get(way).status_code == 303
    page = visit(scene, way)
    (application,) = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 5)
    assert page.status == 409
    assert f'href="{SHOP}/back?bis_application={application.id}">Back to the shop' in page.html


def test_where_the_bank_needs_nothing_more_the_way_leads_back_too(scene: Scene) -> None:
    way = way_to_bank(scene)
    scene.play(said(Stage.REVIEW, scene.amount, 2))
    scene.step(scene.enter(locale="en"), "withdraw")
    page = visit(scene, way)
    assert (page.status, f'href="{SHOP}/back' in page.html) == (409, True)
    assert "below" not in page.text


def test_a_way_nobody_made_says_what_to_do(scene: Scene) -> None:
    page = visit(scene, "/go/nobody-made-this")
    assert (page.status, "Press the button again on the shop’s page, or open your order" in page.text) == (404, True)
    assert "Open your order at the shop" in visit(scene, "/back/app_nobody").text
    for path, told in (("/go/nobody-made-this", "链接无效"), ("/back/app_nobody", "无法识别对应的申请")):
        assert told in Page(scene.client.get(path, headers={"Accept-Language": "zh-CN"})).text


def test_whoever_comes_back_to_no_address_of_the_shop_still_finds_it(scene: Scene) -> None:
    token = scene.launch_token(return_url=None)
    form = scene.step(scene.post("", scene.query | {"lt": token}), "apply", choice="harbour/harbour-one/12")
    scene.step(form, "submit", **scene.answers())
    (application,) = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 5)
    page = Page(scene.client.get(f"/back/{application.id}?locale=en"))
    assert (page.status, f'href="{SHOP}">Back to the shop' in page.html) == (200, True)


def test_from_a_form_that_is_too_long_back_to_it_with_what_came_before(tmp_path: Path) -> None:
    scene = Scene(tmp_path, "EU", "instalments")
    form = scene.step(scene.enter(locale="en"), "apply", choice="harbour/harbour-one/12")
    refused = scene.step(form, "submit", **DETAILS | {"address": "a" * 70_000, "consent-share_data": "yes"})
    assert (refused.status, "Back to the form" in refused.text) == (413, True)
    again = scene.step(refused, "apply")
    assert again.has_form("/w/instalments/submit")
    assert (again.status, "Home address: Please use at most 200 characters" in again.text) == (422, True)
    assert re.search(r'<input id="f-address" name="address" value="a{1000,4000}"[^>]* aria-invalid="true"', again.html)
    assert "Please choose" not in again.text.partition("Please check:")[2].partition("Your details")[0]
    for name in ("name", "email", "phone"):
        assert f'name="{name}" value="{DETAILS[name]}"' in again.html
    assert " checked" not in again.html
    assert scene.step(again, "submit", **scene.answers()).shown_status == "submitting"
    scene.wired.database.dispose()


@pytest.mark.parametrize("last", [3_900, 3_901, 3_902, 3_903, 3_904, 3_905])
def test_what_is_kept_of_it_ends_with_a_whole_character(tmp_path: Path, last: int) -> None:
    scene = Scene(tmp_path, "EU", "instalments")
    form = scene.step(scene.enter(locale="en"), "apply", choice="harbour/harbour-one/12")
    fields = form.form("/w/instalments/submit") | {"name": "x" * (last - 3_600), "address": "路" * 30_000}
    kept = Page(scene.client.post("/w/instalments/submit", data=fields)).form("/w/instalments/apply")
    assert re.fullmatch("路+", kept["address"])
    scene.wired.database.dispose()


def test_a_page_in_no_other_leads_back_to_the_shop(scene: Scene) -> None:
    fields = scene.query | {"lt": scene.launch_token(), "locale": "en"}
    for where, has_way in (("document", True), ("iframe", False)):
        answer = scene.client.post("/w/instalments", data=fields, headers={"Sec-Fetch-Dest": where})
        assert (f'<a href="{SHOP}/back">Back to the shop</a>' in answer.text) == has_way
        assert ("Back to the shop" in answer.text) == has_way
        fields["lt"] = scene.launch_token()
    fields["lt"] = scene.launch_token(return_url=None)
    alone = scene.client.post("/w/instalments", data=fields, headers={"Sec-Fetch-Dest": "document"})
    assert f'<a href="{SHOP}">Back to the shop</a>' in alone.text


def test_it_leads_to_no_page_the_shop_has_given_up(scene: Scene) -> None:
    other = "https://old.example"
    scene.wired.merchants.add_origin(scene.merchant.id, scene.mode, other)
    fields = scene.query | {"lt": scene.launch_token(return_url=f"{other}/back"), "locale": "en"}
    scene.wired.merchants.remove_origin(scene.merchant.id, scene.mode, other)
    alone = scene.client.post("/w/instalments", data=fields, headers={"Sec-Fetch-Dest": "document"})
    assert (alone.status_code, f'<a href="{SHOP}">Back to the shop</a>' in alone.text) == (200, True)
    assert other not in alone.text


def test_only_what_is_too_long_comes_back_cut(scene: Scene) -> None:
    form = scene.step(scene.enter(locale="en"), "apply", choice="harbour/harbour-one/12")
    typed = {"name": "", "email": "ann@shop.example" * 10, "address": "a" * 70_000}
    fields = form.form("/w/instalments/submit") | typed
    fields["name"] = "n" * (4_165 - len(urlencode(fields)) + 70_000)  # what is read ends in the e-mail
    kept = Page(scene.client.post("/w/instalments/submit", data=fields)).form("/w/instalments/apply")
    assert ("email" in kept, kept["name"]) == (False, fields["name"])


def test_without_a_visit_a_form_that_is_too_long_leads_to_the_plans(scene: Scene) -> None:
    refused = scene.post("/submit", scene.query | {"locale": "en", "address": "a" * 70_000})
    assert ("Back to the form" in refused.text, "See all plans" in refused.text) == (False, True)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_a_launch_that_is_too_large_is_the_shops_matter(scene: Scene, locale: str) -> None:
    text = scene.post("", scene.query | {"locale": locale, "lt": "a" * 70_000}).text
    told, cause, wrong = {
        "en": ("The shop could not tell us who you are", "For the shop: What the shop sent to open this", "form"),
        "zh-CN": ("商城未能确认您的身份", "供商家排查：商城打开组件时发送的内容过大。", "填写"),
    }[locale]
    assert (told in text, cause in text, wrong in text) == (True, True, False)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_the_clock_of_a_shop_is_the_shops_matter(scene: Scene, locale: str) -> None:
    now = int(scene.clock.now().timestamp())
    token = SigningShop(scene).token(iat=now + 60, exp=now + 120)
    text = scene.post("", scene.query | {"lt": token, "locale": locale}).text
    told, cause, line = {
        "en": ("The shop could not tell us who you are. Press Apply", "clock", "For the shop: {}."),
        "zh-CN": ("商城未能确认您的身份。请点击“申请”重试", "时钟", "供商家排查：{}。"),
    }[locale]
    before, _told, after = text.partition(told)
    assert _told
    assert cause not in before
    named = {"en": "The shop’s clock does not agree with ours", "zh-CN": "商城的时钟与我们不一致"}[locale]
    assert line.format(named) in after


def test_an_attribute_of_the_snippet_is_named_in_the_readers_language(scene: Scene) -> None:
    told = scene.get(theme="pink", locale="zh-CN").text
    assert re.search("theme（主题）：须为以下之一：[a-z]+(、[a-z]+)+。", told)
    assert "供商家排查：组件的打开方式有误。" in told


@pytest.mark.parametrize(
    ("shape", "locale", "whose"), [("full", "en", "For the shop"), ("compact", "zh-CN", "供商家排查")]
)
def test_where_real_customers_are_the_shops_matter_is_folded(
    scene: Scene, shape: str, locale: str, whose: str
) -> None:
    live = scene.live_key()

    def told(key: str, fault: str) -> str:
        sent = scene.query | {"key": key, "locale": locale, "shape": shape}
        if fault == "theme":
            return scene.get(**(sent | {"theme": "pink"})).html
        return scene.post("", sent | {"lt": {"size": "a" * 70_000, "mode": scene.launch_token()}[fault]}).html

    fold = f'<details class="fine"><summary>{whose}</summary><p>'
    for fault, open_for in (("theme", scene.query["key"]), ("size", scene.query["key"]), ("mode", "")):
        assert fold in told(live, fault)
        if open_for:
            tried = told(open_for, fault)
            assert (fold in tried, f"<p>{whose}" in tried) == (False, True)


@pytest.mark.parametrize(("widget", "own"), [("instalments", ("plans", "方案")), ("loan", ("loans", "贷款"))])
def test_the_way_on_leads_to_what_the_widget_calls_its_own(tmp_path: Path, widget: str, own: tuple[str, str]) -> None:
    scene = Scene(tmp_path, "EU", widget)
    for locale, told in (("en", f"start again from the {own[0]}"), ("zh-CN", f"请从{own[1]}列表重新开始")):
        page = scene.get("/nothing", locale=locale)
        assert (page.status, told in page.text) == (404, True)
    scene.wired.database.dispose()
