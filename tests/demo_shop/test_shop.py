"""The shop as a process of its own, with a small Scenebank beside it, over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from demo_shop import texts
from demo_shop.texts import LOCALES
from tests.support.demo_shop import demo_shop
from tests.support.serving import served

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ACCOUNT = {"merchant_id": "mer_1", "publishable_key": "bis_pk_1", "secret_key": "bis_sk_1", "webhook_secret": SECRET}


def height(from_width: int, px: int) -> dict[str, Any]:
    return {"widget": "loan", "shape": "full", "locale": "zh-CN", "from_width": from_width, "height": px}


STRANGE_HEIGHTS: list[dict[str, Any]] = [
    {"widget": "loan]>*{}a[b"}, {"shape": None}, {"height": "9"}, {"height": -1}, {"height": True},
    {"from_width": 1e9}, {"from_width": 10_001},
]  # fmt: skip


@dataclass
class FakeScenebank:
    """Answers the shop's calls and remembers them."""

    url: str = ""
    down: bool = False
    calls: list[tuple[str, str, Any, dict[str, str]]] = field(default_factory=list)
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, method: str, path: str) -> tuple[int, dict[str, Any]]:
        if self.down:
            return 503, {"code": "down"}
        if path == "/v1/heights.json":
            strange = [height(1, 1) | change for change in STRANGE_HEIGHTS]
            return 200, {"heights": [
                height(320, 652), height(720, 483), height(320, 9) | {"locale": "en"}, *strange, 7, None,
            ]}  # fmt: skip
        if path == "/v1/sessions":
            return 201, {"id": "ses_1", "launch_token": f"bis_lt_{len(self.calls)}"}
        if path.startswith("/v1/applications?order="):
            order = path.partition("=")[2]
            return 200, {"data": [one for one in self.applications.values() if one["order"] == order], "next": None}
        if path.startswith("/v1/applications/"):
            found = self.applications.get(path.split("/")[3])
            return (200, found) if found else (404, {"code": "not_found"})
        return 200, {"status": "ok"}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeScenebank]:
    scenebank = FakeScenebank()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            scenebank.calls.append((self.command, self.path, body, dict(self.headers)))
            status, document = scenebank.answer(self.command, self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scenebank.url = f"http://127.0.0.1:{server.server_port}"
    with served(server):
        yield scenebank


@pytest.fixture(scope="module")
def shop(fake: FakeScenebank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("shop")
    with demo_shop(folder, fake.url, {"cn": ACCOUNT, "eu": ACCOUNT}) as url:
        yield url


class Shopper:
    """A browser without script."""

    def __init__(self, shop: str) -> None:
        self.shop, self.session = shop, requests.Session()
        self.csrf = self.find(r'name="csrf" value="([^"]+)', "/cn/login")

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.shop + path, timeout=10)

    def post(self, path: str, **fields: str) -> requests.Response:
        return self.session.post(self.shop + path, data={"csrf": self.csrf} | fields, timeout=10)

    def find(self, pattern: str, path: str) -> str:
        found = re.search(pattern, self.get(path).text)
        assert found, path
        return found[1]

    def order(self, query: str = "", customer: str = "u_7f3a") -> str:
        """Buy a rice cooker as far as the checkout; the order's number."""
        self.post("/cn/cart", product="cooker", quantity="1")
        self.post("/cn/login", customer=customer)
        return self.find(r'id="order-number">([^<]+)', f"/cn/checkout{query}")


@pytest.fixture
def shopper(shop: str, fake: FakeScenebank) -> Shopper:
    fake.down = False
    fake.calls.clear()
    return Shopper(shop)


def facts(number: str, status: str, sequence: int, application: str) -> dict[str, Any]:
    money = {"amount": "129900", "currency": "CNY"}
    return {"application": application, "order": number, "status": status, "sequence": sequence, "amount": money,
            "approved": money}  # fmt: skip


def tell(shop: str, hook: str, data: dict[str, Any], secret: str = SECRET) -> int:
    now = str(int(time.time()))
    event = {"id": hook, "type": f"application.{data['status']}", "created_at": "2026-11-24T10:00:00Z", "data": data}
    body = json.dumps(event).encode()
    key = b64decode(secret.removeprefix("whsec_"))
    signature = b64encode(hmac.digest(key, f"{hook}.{now}.".encode() + body, hashlib.sha256)).decode()
    headers = {"webhook-id": hook, "webhook-timestamp": now, "webhook-signature": f"v1,{signature}"}
    return requests.post(f"{shop}/cn/webhooks/scenebank", data=body, headers=headers, timeout=10).status_code


def test_a_launch_token_is_made_for_the_order_and_stands_in_no_query(shopper: Shopper, fake: FakeScenebank) -> None:
    number = shopper.order("?ref=decline&embed=form")
    assert number.endswith("-decline")
    _method, _path, body, headers = next(call for call in fake.calls if call[1] == "/v1/sessions")
    assert body["order"] == {"id": number, "amount": "129900", "currency": "CNY"}
    assert body["return_url"] == f"{shopper.shop}/cn/order/{number}/back"
    assert (headers["Authorization"], bool(headers["Idempotency-Key"])) == ("Bearer bis_sk_1", True)
    for embed in ("iframe", "form", "page", "script"):
        page = shopper.get(f"/cn/checkout?ref=decline&embed={embed}").text
        assert number in page and "bis_sk_" not in page
        assert not re.search(r'(src|href|action)="[^"#]*bis_lt_', page)
    launch = shopper.session.post(
        f"{shopper.shop}/cn/order/{number}/launch?widget=loan", headers={"X-CSRF-Token": shopper.csrf}, timeout=10
    )
    assert launch.json()["launch_token"].startswith("bis_lt_")


def test_without_scenebank_one_can_still_buy(shopper: Shopper, fake: FakeScenebank) -> None:
    fake.down = True
    for embed in ("script", "iframe", "form", "page"):
        number = shopper.order(f"?embed={embed}")
        assert 'id="bank-down"' in shopper.get(f"/cn/checkout?embed={embed}").text
    assert shopper.post(f"/cn/order/{number}/pay-on-delivery").status_code == 200
    assert "已下单，货到付款" in shopper.get(f"/cn/order/{number}").text
    assert shopper.get("/cn/checkout").url == f"{shopper.shop}/cn/cart"  # its goods have left the cart


def test_the_place_of_a_widget_is_as_high_as_scenebank_publishes(shopper: Shopper) -> None:
    shopper.order()
    for path, scene in (("checkout?embed=form&widget=loan", "loan-full"), ("product/cooker", "instalments-compact")):
        page = shopper.get(f"/cn/{path}").text
        assert f'data-scene="{scene}"' in page and "/cn/heights/zh-CN.css" in page
    sheet = shopper.get("/cn/heights/zh-CN.css")
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert sheet.text.split("\n") == [
        "@container place (min-width:0px){.place[data-scene=loan-full]>*"
        "{--height:calc(652px + 1.5*max(0px,320px - 100cqi))}}",
        "@container place (min-width:720px){.place[data-scene=loan-full]>*{--height:483px}}",
        "",
    ]
    assert shopper.get("/cn/heights/fr.css").status_code == 404


def test_the_place_of_an_application_is_not_that_of_a_first_view(shopper: Shopper) -> None:
    number = shopper.order("?ref=place")
    assert 'data-scene="' in shopper.get(f"/cn/order/{number}").text
    tell(shopper.shop, "msg_place", facts(number, "in_review", 2, "app_place"))
    page = shopper.get(f"/cn/order/{number}").text
    assert 'class="place"' in page and 'data-scene="' not in page


def test_prices_are_written_alike_and_numbers_stay_with_their_unit(shopper: Shopper) -> None:
    shopper.order("?ref=prices")
    for path in ("/cn/", "/cn/product/cooker", "/cn/cart", "/cn/checkout?ref=prices"):
        prices = re.findall(r"¥[\d,.]+", shopper.get(path).text)
        assert prices and all(re.fullmatch(r"¥[\d,]+\.\d\d", one) for one in prices), path
    assert "×&nbsp;" in shopper.get("/cn/checkout?ref=prices").text
    assert "20\N{NO-BREAK SPACE}dB" in shopper.get("/cn/?lang=en").text
    assert "31\N{NO-BREAK SPACE}months" in shopper.get("/cn/login?lang=en").text


def test_the_order_page_has_one_way_to_refresh(shopper: Shopper, fake: FakeScenebank) -> None:
    path = f"/cn/order/{shopper.order('?ref=refresh')}"
    fallback = r"<noscript>[^\n]*刷新状态[^\n]*</noscript>"
    assert re.search(fallback, shopper.get(path).text)
    fake.down = True
    alone = shopper.get(path).text
    assert "刷新状态" in alone and not re.search(fallback, alone)


def test_dates_are_written_as_people_write_them(shopper: Shopper) -> None:
    number = shopper.order("?ref=dates")
    tell(shopper.shop, "msg_dates", facts(number, "in_review", 2, "app_dates"))
    shopper.post("/cn/office/login")
    for path in ("/cn/orders", "/cn/office"):
        assert re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d<", shopper.get(f"{path}?lang=en").text)
        assert re.search(r"20\d\d年\d{1,2}月\d{1,2}日<", shopper.get(f"{path}?lang=zh-CN").text)


def test_webhooks_move_an_order_forward_only(shopper: Shopper) -> None:
    number = shopper.order("?ref=hooks")
    assert tell(shopper.shop, "msg_1", facts(number, "in_review", 3, "app_h"), "whsec_" + "A" * 32) == 401
    assert tell(shopper.shop, "msg_1", facts(number, "accepted", 5, "app_h")) == 204
    assert tell(shopper.shop, "msg_1", facts(number, "rejected", 6, "app_h")) == 204  # the same id: not read again
    assert tell(shopper.shop, "msg_2", facts(number, "in_review", 4, "app_h")) == 204  # older
    assert shopper.find(r'data-status="(\w+)"', f"/cn/order/{number}") == "accepted"


def test_a_late_word_of_the_bank_places_no_order(shopper: Shopper) -> None:
    number = shopper.order("?ref=late")
    assert tell(shopper.shop, "msg_l1", facts(number, "withdrawn", 6, "app_l")) == 204
    assert tell(shopper.shop, "msg_l2", facts(number, "accepted", 5, "app_l")) == 204
    assert "谢谢您的惠顾" not in shopper.get(f"/cn/order/{number}").text
    assert number in shopper.get("/cn/checkout?ref=late").text  # still to be paid for


def test_the_way_back_asks_scenebank_and_believes_only_its_own_order(shopper: Shopper, fake: FakeScenebank) -> None:
    number = shopper.order("?ref=back")
    known = facts(number, "accepted", 2, "app_b") | {"id": "app_b", "created_at": "2026-11-24T10:00:00Z"}
    fake.applications = {"app_c": known | {"id": "app_c", "order": "another"}}
    shopper.get(f"/cn/order/{number}/back?bis_application=app_c")
    assert 'data-status="accepted"' not in shopper.get(f"/cn/order/{number}").text
    fake.applications["app_b"] = known
    page = shopper.get(f"/cn/order/{number}/back?bis_application=app_b")
    assert page.url == f"{shopper.shop}/cn/order/{number}"
    assert 'data-status="accepted"' in page.text
    assert Shopper(shopper.shop).get(f"/cn/order/{number}").url.startswith(f"{shopper.shop}/cn/login")


def test_the_order_page_shows_what_holds_now_though_the_webhook_is_late(shopper: Shopper, fake: FakeScenebank) -> None:
    number = shopper.order("?ref=now")
    tell(shopper.shop, "msg_n", facts(number, "action_required", 2, "app_n"))
    before = shopper.get(f"/cn/order/{number}").text
    assert 'data-status="action_required"' in before and 'id="pay-on-delivery"' in before
    fake.applications["app_n"] = facts(number, "accepted", 3, "app_n") | {"id": "app_n", "created_at": "2026-11-24"}
    fake.down = True
    assert 'data-status="action_required"' in shopper.get(f"/cn/order/{number}").text
    fake.down = False
    now = shopper.get(f"/cn/order/{number}").text
    assert 'data-status="accepted"' in now and 'id="pay-on-delivery"' not in now


def test_nobody_pays_at_the_door_what_the_bank_has_approved(shopper: Shopper, fake: FakeScenebank) -> None:
    number = shopper.order("?ref=door")
    fake.applications["app_d"] = facts(number, "accepted", 3, "app_d") | {"id": "app_d", "created_at": "2026-11-24"}
    refused = shopper.post(f"/cn/order/{number}/pay-on-delivery")
    assert (refused.status_code, "无需货到付款" in refused.text) == (409, True)
    assert 'data-status="accepted"' in shopper.get(f"/cn/order/{number}").text


def test_the_back_office_sends_money_steps_once_named(shopper: Shopper, fake: FakeScenebank) -> None:
    number = shopper.order("?ref=office")
    tell(shopper.shop, "msg_o", facts(number, "accepted", 2, "app_o"))
    fake.applications["app_o"] = facts(number, "accepted", 2, "app_o") | {"id": "app_o", "created_at": "2026-11-24"}
    assert shopper.get(f"/cn/office/{number}").url.endswith("/office/login")
    shopper.post("/cn/office/login")
    assert shopper.post(f"/cn/office/{number}/fulfil", amount="12x").status_code == 422
    shopper.post(f"/cn/office/{number}/fulfil", amount="299.50", once="k1")
    shopper.post(f"/cn/office/{number}/refund", amount="", once="k2")
    sent = [(path, body, headers["Idempotency-Key"]) for method, path, body, headers in fake.calls if "/app_o/" in path]
    assert sent == [
        ("/v1/applications/app_o/fulfil", {"amount": {"amount": "29950", "currency": "CNY"}}, "k1"),
        ("/v1/applications/app_o/refund", {}, "k2"),
    ]


def test_the_back_office_offers_no_step_for_which_nothing_is_left(shopper: Shopper, fake: FakeScenebank) -> None:
    number = shopper.order("?ref=left")
    nothing = {"amount": "0", "currency": "CNY"}
    ledger = {"fulfilled": nothing, "cancelled": nothing, "refunded": nothing}
    bank = {"bank": {"id": "lantern", "name": "Lantern Bank"}, "term": 3}
    tell(shopper.shop, "msg_left", facts(number, "accepted", 2, "app_left"))
    accepted = facts(number, "accepted", 2, "app_left") | ledger | bank | {"id": "app_left", "created_at": "2026-11-24"}
    fake.applications["app_left"] = accepted | {"sequence": 3}
    shopper.post("/cn/office/login")
    page = shopper.get(f"/cn/office/{number}").text
    assert "暂无可退金额" in page and "暂无可发货金额" not in page
    assert "明灯银行" in page and "Lantern Bank" not in page
    assert ">金额（元）<" in page and ">取消订单</button>" in page
    assert "¥1,299.00" in page
    assert "Lantern Bank" in shopper.get(f"/cn/office/{number}?lang=en").text
    sent = accepted | {"fulfilled": accepted["approved"], "sequence": 4}
    fake.applications["app_left"] = sent
    page = shopper.get(f"/cn/office/{number}?lang=zh-CN").text
    assert "暂无可退金额" not in page and "暂无可发货金额" in page and "暂无可取消金额" in page
    shopper.post("/cn/office/logout")
    assert shopper.get(f"/cn/office/{number}").url.endswith("/office/login")


def test_the_back_office_tells_one_step_from_another_and_whose_order_it_is(
    shopper: Shopper, fake: FakeScenebank
) -> None:
    number = shopper.order("?ref=looks", "u_b640")
    fake.applications["app_k"] = facts(number, "accepted", 3, "app_k") | {"id": "app_k", "created_at": "2026-11-24"}
    tell(shopper.shop, "msg_k", facts(number, "accepted", 2, "app_k"))
    shopper.post("/cn/office/login")
    page = shopper.get(f"/cn/office/{number}?lang=en").text
    looks = re.findall(r'<button class="button ([a-z ]*)full" aria-describedby="hint-(\w+)"', page)
    assert looks == [("", "fulfil"), ("danger ", "cancel"), ("neutral ", "refund")]
    told = dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd></div>", page))
    assert re.fullmatch(r"\d+ [A-Z][a-z]+ 20\d\d", told.pop("Date"))
    assert told == {"Customer": "Emma Nilsen", "Deliver to": "Bergen", "Amount": "CN¥1,299.00"}


def test_a_list_of_orders_names_what_was_bought_and_for_staff_the_customer(shopper: Shopper) -> None:
    shopper.post("/cn/cart", product="bowl", quantity="2")
    number = shopper.order("?ref=named", "u_4d0b")
    shopper.post(f"/cn/order/{number}/pay-on-delivery")
    shopper.post("/cn/office/login")
    lists = (("orders", "en"), ("orders", "zh-CN"), ("office", "en"))
    pages = {(path, lang): shopper.get(f"/cn/{path}?lang={lang}").text for path, lang in lists}
    row = rf'>{number}</a>.*?<span class="quiet what">([^<]+)</span>'
    found = {key: re.findall(row, page)[0].replace("&nbsp;", " ") for key, page in pages.items()}
    assert found["orders", "zh-CN"] == "稻香电饭煲、雾蓝饭碗 × 2"
    english = "Daoxiang rice cooker, Mist-\N{WORD JOINER}blue bowl × 2"
    assert (found["orders", "en"], found["office", "en"]) == (english, f"Zhou Min · {english}")


def test_no_line_begins_with_a_dot_nor_inside_a_word() -> None:
    kept = texts.unbroken("3 litres · wood-fire curve")
    assert kept == "3\N{NO-BREAK SPACE}litres\N{NO-BREAK SPACE}· wood-\N{WORD JOINER}fire curve"
    assert texts.unbroken("QH-261127-10000") == "QH-261127-10000"


@pytest.mark.parametrize("lang, label, all_of_it", [
    ("zh-CN", "金额（元）", "留空即处理剩余的 ¥1,299.00。"),
    ("en", "Amount in CNY", "Leave blank for all that is left: CN¥1,299.00."),
])  # fmt: skip
def test_an_amount_has_a_short_label_and_a_hint_that_is_read_with_it(
    shopper: Shopper, fake: FakeScenebank, lang: str, label: str, all_of_it: str
) -> None:
    number, name = shopper.order(f"?ref=hint-{lang.lower()}"), f"app_hint_{lang[:2]}"
    nothing = {"amount": "0", "currency": "CNY"}
    ledger = {"fulfilled": nothing, "cancelled": nothing, "refunded": nothing}
    fake.applications[name] = facts(number, "accepted", 3, name) | ledger | {"id": name, "created_at": "2026-11-24"}
    tell(shopper.shop, f"msg_{name}", facts(number, "accepted", 2, name))
    shopper.post("/cn/office/login")
    page = shopper.get(f"/cn/office/{number}?lang={lang}").text
    assert page.count(f">{label}</label>") == 3
    hints = dict(re.findall(r'id="hint-(\w+)">([^<]+)</p>', page))
    assert (hints["fulfil"], hints["cancel"]) == (all_of_it, all_of_it)
    assert hints["refund"].endswith(("。", "."))
    refused = shopper.post(f"/cn/office/{number}/fulfil", amount="12x").text
    for shown, described in ((page, "hint-fulfil"), (page, "hint-refund"), (refused, "wrong hint-fulfil")):
        assert re.search(f'<input id="amount-[a-z]+" [^>]*aria-describedby="{described}"', shown)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_that_is_not_there_says_what_to_do(shopper: Shopper, locale: str) -> None:
    for path in ("/cn/nothing", "/nothing"):
        page = shopper.get(f"{path}?lang={locale}").text
        title, lead = re.findall(r"<h1>([^<]+)</h1><p class=\"lead\">([^<]+)</p>", page)[0]
        assert f'<html lang="{locale}">' in page
        assert (title[-1] in "。.", lead[-1] in "。.") == (False, True)


def test_chinese_has_its_own_marks() -> None:
    messages = json.loads((Path(texts.__file__).parent / "messages/zh-CN.json").read_text("utf-8"))
    bare = {key: re.sub(r"\{\w+\}|[0-9]+\.[0-9]+", "", text) for key, text in messages.items()}
    assert {key: text for key, text in bare.items() if re.search(r"[\u4e00-\u9fff].*[,.;:!?()]", text)} == {}


def test_forms_need_our_own_token_and_pages_a_strict_policy(shopper: Shopper) -> None:
    assert shopper.post("/cn/cart", product="cooker", csrf="x").status_code == 400
    policy = shopper.get("/eu/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "https://evil" not in shopper.get("/cn/login?next=https://evil.example/").text
