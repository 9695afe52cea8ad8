"""The widgets through the door a shopper comes in by, without a script: every step is a form or a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest
from sqlalchemy import text

from scenebank.banks.port import OutcomeUnknown, Stage, Unavailable
from scenebank.merchants.model import Mode
from scenebank.web.embed.scripts import loader_text
from tests.support.contract import client_of
from tests.support.planted import EMAIL
from tests.support.scene import SHOP, Page, Scene, said


@pytest.fixture(params=[("CN", "instalments"), ("EU", "instalments"), ("CN", "loan"), ("EU", "loan")], ids="-".join)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, *request.param)
    yield made
    made.wired.database.dispose()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path, "CN", "instalments")
    yield made
    made.wired.database.dispose()


def test_the_first_view_is_whole_public_and_small(scene: Scene) -> None:
    answer = scene.client.get(
        f"/w/{scene.widget}", query_string=scene.query, headers={"Accept-Encoding": "br"}
    )  # fmt: skip
    assert len(answer.data) <= 8_000
    assert answer.headers["Content-Encoding"] == "br"
    html = brotli.decompress(answer.data).decode()
    lender = "海港银行" if scene.market == "CN" else "Harbour Bank"
    rate_name = "综合年化融资成本（单利）" if scene.market == "CN" else "APRC"
    assert lender in html
    assert rate_name in html
    assert "<form" not in html.replace('<form id="bis-launch"', "")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith(f"frame-ancestors {SHOP}")
    assert "Set-Cookie" not in answer.headers


def test_the_public_answer_is_never_kept_past_midnight(shop: Scene) -> None:
    shop.clock.move(16 * 3600 - 20)  # 20 seconds to midnight in Shanghai
    assert shop.get().headers["Cache-Control"] == "public, max-age=20"


def test_a_page_that_may_not_show_it_keeps_nothing(shop: Scene) -> None:
    for referrer, cache in ((f"{SHOP}/cart", "public, max-age=60"), ("https://elsewhere.example/", "no-store")):
        answer = shop.client.get("/w/instalments", query_string=shop.query, headers={"Referer": referrer})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, cache)


def test_the_schedule_adds_up_before_anybody_logs_in(scene: Scene) -> None:
    page = scene.get("/schedule", choice="harbour/harbour-one/12")
    assert page.status == 200
    assert len(re.findall(r'<th scope="row">', page.html)) == 12
    gone = scene.get("/schedule", choice="harbour/harbour-one/99")
    assert gone.status == 404
    assert gone.has_form(f"/w/{scene.widget}")  # the plans, and the launch form of the public document


def test_to_the_end_without_script(scene: Scene) -> None:
    entered = scene.enter()
    assert len(entered.choices) == 6
    assert entered.headers["Cache-Control"] == "no-store"
    assert " checked" not in entered.html
    form = scene.step(entered, "apply", choice="harbour/harbour-one/12")
    assert " checked" not in form.html
    assert form.html.count('type="checkbox"') == (1 if scene.market == "CN" else 2)
    sent = scene.step(form, "submit", **scene.answers())
    assert (sent.shown_status, sent.told) == ("submitting", ["submit", "status"])
    scene.run()
    waiting = scene.step(sent, "status")
    assert waiting.shown_status == "action_required"
    assert "https://bank.example" in waiting.headers["Content-Security-Policy"]
    assert "sign/secret" not in waiting.html
    gone = scene.client.post(f"/w/{scene.widget}/bank", data=waiting.form(f"/w/{scene.widget}/bank"))
    first = scene.client.get(gone.headers["Location"])
    assert (first.status_code, first.headers["Location"]) == (303, "https://bank.example/sign/secret")
    again = Page(scene.client.get(gone.headers["Location"]))
    assert again.status == 409
    application = scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 1)[0]
    back = scene.client.get(f"/back/{application.id}")
    assert back.headers["Location"] == f"{SHOP}/back?bis_application={application.id}"
    scene.play(said(Stage.SIGNED, scene.amount, 2))
    scene.run(3)
    approved = scene.enter()  # a new launch of the same shopper and order finds it again
    assert approved.shown_status == "accepted"
    assert len(re.findall(r'<th scope="row">', approved.html)) == 12


def test_a_missing_consent_loses_nothing(scene: Scene) -> None:
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")
    typed = {name: value for name, value in scene.answers().items() if not name.startswith("consent-")}
    again = scene.step(form, "submit", **typed | ({"name": "<b>Ada</b>"} if typed else {}))
    assert again.status == 422
    assert "aria-invalid" in again.html
    assert " checked" not in again.html
    if typed:
        assert "&lt;b&gt;Ada&lt;/b&gt;" in again.html
        assert EMAIL in again.html
    assert scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5) == []
    assert scene.step(again, "submit", **scene.answers()).shown_status == "submitting"


def test_who_passes_the_application_on_and_how_that_handles_data(scene: Scene) -> None:
    shop = "青禾 &amp; &lt;Söhne&gt;"
    told = {"CN": f"本页面由 Scenebank 为{shop}提供；您的申请由 Scenebank 转交海港银行。",
            "EU": f"Scenebank runs this page for {shop} and passes your application on to Harbour Bank."}  # fmt: skip
    way = ' <a href="https://bank.example/privacy?a=1&amp;b=2" target="_blank" rel="noopener">'
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12").html
    assert f'<p class="fine">{told[scene.market]}</p>' in form
    config = replace(scene.wired.config, privacy_url="https://bank.example/privacy?a=1&b=2")
    scene.client = client_of(replace(scene.wired, config=config))
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12").html
    assert f'<p class="fine">{told[scene.market]}{way}' in form


def test_sent_twice_is_one_application(scene: Scene) -> None:
    form = scene.step(scene.enter(), "apply", choice="harbour/harbour-one/12")
    first, second = (scene.step(form, "submit", **scene.answers()) for _time in range(2))
    assert (first.status, second.status) == (200, 200)
    assert len(scene.wired.applications.list(scene.merchant.id, Mode.TEST, None, None, 5)) == 1


def test_withdrawing_application_and_consent_take_one_press_each(scene: Scene) -> None:
    sent = scene.apply()
    scene.run()
    assert scene.step(sent, "withdraw").text.strip()
    scene.play(said(Stage.WITHDRAWN, scene.amount, 2))
    scene.run(15)
    over = scene.enter()
    assert over.shown_status == "withdrawn"
    again = scene.step(scene.step(over, ""), "apply", choice="harbour/harbour-one/12")
    sent = scene.step(again, "submit", **scene.answers())
    assert sent.shown_status == "submitting"
    kept = scene.step(sent, "withdraw-consent")
    assert kept.shown_status == "withdrawn"  # nothing was sent yet: at once


@pytest.mark.parametrize(
    ("script", "seconds", "status"),
    [
        ((Stage.REJECTED,), 0, "rejected"),
        ((Stage.DOCUMENTS,), 0, "action_required"),
        ((Stage.CONTACT,), 0, "action_required"),
        ((Stage.REVIEW,), 0, "in_review"),
        ((Stage.EXPIRED,), 0, "expired"),
        ((Unavailable(),), 0, "submitting"),
        ((OutcomeUnknown(),), 0, "unknown"),
    ],
)
def test_whatever_the_bank_says_is_said_in_words(
    scene: Scene, script: tuple[Any, ...], seconds: int, status: str
) -> None:
    more: dict[str, Any] = {"reasons": ("income_too_low",)} if script == (Stage.REJECTED,) else {}
    more |= {"documents": ("income_proof",)} if script == (Stage.DOCUMENTS,) else {}
    scene.play(*(said(one, scene.amount, **more) if isinstance(one, Stage) else one for one in script))
    scene.apply()
    scene.run(seconds)
    page = scene.enter()
    assert (page.status, page.shown_status) == (200, status)
    assert page.told == ["status"]
    words = {"rejected": ("judged the income too low", "银行认为收入不足"),
             "unknown": ("don’t apply again", "请勿重复申请"),
             "submitting": ("cannot be reached", "暂时无法连接")}  # fmt: skip
    if status in words:
        assert words[status][scene.market == "CN"] in page.text


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "0"}, {"amount": "-1"}, {"amount": "1e30"}, {"amount": "abc"}, {"amount": "12.5"}, {"amount": ""},
        {"amount": "9" * 13}, {"amount": "１２３"}, {"currency": "XXX"}, {"currency": ""}, {"currency": "GBP"},
        {"locale": "fr"}, {"theme": "pink"}, {"shape": "round"}, {"order": "a b"}, {"product": "x" * 101},
        {"bank-window": "popup"}, {"key": "bis_pk_test_nobody"}, {"key": ""},
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_bad_input_gets_a_complete_translated_answer(shop: Scene, change: dict[str, str], locale: str) -> None:
    page = shop.get(**{"locale": locale} | change)
    assert 400 <= page.status < 500
    assert "<h1>" in page.html
    assert "error" in page.told
    assert page.headers["Cache-Control"] == "no-store"
    if "locale" not in change:
        assert f'lang="{locale}"' in page.html


def test_amounts_no_product_takes_name_those_that_fit(shop: Scene) -> None:
    for amount in ("1", "999999999999"):
        page = shop.get(amount=amount)
        assert page.status == 422
        assert "¥100.00" in page.text
        assert "¥50,000.00" in page.text


def test_unknown_widgets_and_steps(shop: Scene) -> None:
    for path in ("/w/nothing", "/w/instalments/nothing", "/w/instalments/submit"):
        page = Page(shop.client.get(path, query_string=shop.query))
        assert (page.status, "<h1>" in page.html) == (404, True)
    assert shop.post("/submit", shop.query).status == 401  # no session
    assert shop.client.post("/w/instalments", data={"x": "a" * 10_000_000}).status_code == 413


def test_a_launch_that_is_refused_still_shows_the_plans(shop: Scene) -> None:
    token = shop.launch_token()
    used = [shop.post("", shop.query | {"lt": token, "cn": f"{number:032x}"}) for number in range(2)]
    assert [page.status for page in used] == [200, 409]
    for page in (used[1], shop.post("", shop.query | {"lt": "nonsense"}), shop.enter(parent_origin="https://evil.example")):
        assert 400 <= page.status < 500
        assert page.choices == []
        assert "海港银行" in page.text
        assert 'class="notice"' in page.html
        assert token not in page.html


def test_an_expired_or_altered_session_falls_back_to_the_plans(shop: Scene) -> None:
    entered = shop.enter()
    fields = entered.form("/w/instalments/apply") | {"choice": "harbour/harbour-one/12"}
    altered = shop.post("/apply", fields | {"session": fields["session"][:-2] + "AA"})
    assert (altered.status, altered.choices) == (401, [])
    shop.clock.move(3700)
    assert shop.post("/apply", fields).status == 401


def test_the_page_cannot_change_the_amount_of_a_session(shop: Scene) -> None:
    entered = shop.enter(amount="20000")
    assert "¥1,299.00" in entered.text
    form = shop.step(entered, "apply", choice="harbour/harbour-one/12", amount="20000")
    sent = shop.step(form, "submit", **shop.answers())
    assert sent.shown_status == "submitting"
    assert shop.wired.applications.list(shop.merchant.id, Mode.TEST, None, None, 1)[0].amount == shop.amount


def test_our_own_fault_is_told_in_words_and_without_its_cause(shop: Scene) -> None:
    with shop.wired.database.begin() as connection:
        connection.execute(text("DROP TABLE catalogue_version"))
    page = shop.get(locale="en")
    assert (page.status, page.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "Something went wrong on our side" in page.text
    assert re.search(r'<a class="main" href="/w/instalments\?key=[^"]+&amp;locale=en[^"]*">Try again</a>', page.html)
    assert "Try again" not in shop.post("", shop.query | {"lt": "x", "locale": "en"}).text
    assert "catalogue_version" not in page.html


def test_hostile_words_stay_words(shop: Scene) -> None:
    page = shop.step(shop.enter(), "apply", choice="harbour/harbour-one/12")
    assert "<Söhne>" not in page.html
    assert "&lt;Söhne&gt;" in page.html


def test_the_loader_is_small_and_has_an_unchanging_address(shop: Scene) -> None:
    script = shop.client.get("/v1/scene.js", headers={"Accept-Encoding": "br"})
    assert len(script.data) <= 1_500
    assert brotli.decompress(script.data).decode() == loader_text()
    assert shop.client.get("/v1/scene.0000000000000000.js").status_code == 404
