"""What the merchant does with the goods: shop, API, schedule and bank agree afterwards."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import pytest
import requests

from tests.support.shopper import CURRENCIES, Shopper
from tests.support.stack import Stack


def number(word: str = "") -> str:
    return f"S-{uuid.uuid4().hex[:8]}{word}"


def settle(stack: Stack, market: str, application: str, operation: str, **options: Any) -> requests.Response:
    key = options.pop("key", uuid.uuid4().hex)
    headers = {"Idempotency-Key": key} if key else {}
    return stack.api(market, "POST", f"/v1/applications/{application}/{operation}", headers=headers, **options)


def money(market: str, minor: int) -> dict[str, Any]:
    return {"amount": {"amount": str(minor), "currency": CURRENCIES[market]}}


def when_done(stack: Stack, market: str, application: str) -> dict[str, Any]:
    """The application when nothing is on its way to the bank any more, and the bank's new schedule has come."""
    for _turn in range(200):
        found: dict[str, Any] = stack.api(market, "GET", f"/v1/applications/{application}").json()
        principal = sum(int(row["principal"]) for row in found["schedule"])
        settled = all(one["status"] != "pending" for one in found["operations"])
        if settled and principal == int(found["financed"]["amount"]):
            return found
        time.sleep(0.1)
    raise AssertionError(f"still on its way: {found['operations']}")


def bank_ledger(stack: Stack, order: str) -> dict[str, str]:
    for key in stack.bank.booked():
        (record,) = stack.bank.records(key)
        if record["claims"]["ord"] == order:
            return {name: one["amount"] for name, one in record["ledger"].items()}
    raise AssertionError("the bank knows nothing of it")


@pytest.mark.parametrize(("market", "widget"), [("cn", "instalments"), ("eu", "loan")])
def test_in_parts_and_everybody_agrees(stack: Stack, market: str, widget: str) -> None:
    shopper = Shopper(stack, market, number(), 600000, widget)
    application = shopper.accepted()
    steps = [
        ("fulfil", 200000, "fulfilling", (600000, 200000, 0, 0)),
        ("cancel", 100000, "fulfilling", (600000, 200000, 100000, 0)),
        ("refund", 50000, "fulfilling", (600000, 200000, 100000, 50000)),
        ("fulfil", None, "active", (600000, 500000, 100000, 50000)),
        ("refund", None, "closed", (600000, 500000, 100000, 500000)),
    ]
    for operation, minor, status, ledger in steps:
        body = money(market, minor) if minor else {}
        answer = settle(stack, market, application, operation, json=body)
        assert answer.status_code == 202, answer.text
        found = when_done(stack, market, application)
        names = ("approved", "fulfilled", "cancelled", "refunded")
        assert tuple(int(found[name]["amount"]) for name in names) == ledger
        assert tuple(int(bank_ledger(stack, shopper.order)[name]) for name in names) == ledger
        assert found["status"] == status
        financed = ledger[0] - ledger[2] - ledger[3]
        assert int(found["financed"]["amount"]) == financed
        assert shopper.look() == status


def test_the_same_key_happens_once(stack: Stack) -> None:
    application = Shopper(stack, "cn", number(), 300000).accepted()
    key = uuid.uuid4().hex
    first = settle(stack, "cn", application, "fulfil", json=money("cn", 1000), key=key)
    again = settle(stack, "cn", application, "fulfil", json=money("cn", 1000), key=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert "Idempotent-Replayed" not in first.headers
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first.json())
    other = settle(stack, "cn", application, "fulfil", json=money("cn", 2000), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    crossed = settle(stack, "cn", application, "cancel", json=money("cn", 1000), key=key)
    assert crossed.json()["code"] == "idempotency_key_reused"
    assert when_done(stack, "cn", application)["fulfilled"]["amount"] == "1000"


@pytest.mark.parametrize(
    ("operation", "options", "status", "code", "pointer"),
    [
        ("fulfil", {"json": {}, "key": None}, 400, "idempotency_key_required", None),
        ("fulfil", {"json": {}, "key": "short"}, 422, "invalid_input", "Idempotency-Key"),
        ("fulfil", {"json": {"amount": {"amount": "300001", "currency": "CNY"}}}, 422, "invalid_input",
         "/amount/amount"),
        ("fulfil", {"json": {"amount": {"amount": "0", "currency": "CNY"}}}, 422, "invalid_input", "/amount/amount"),
        ("fulfil", {"json": {"amount": {"amount": "-5", "currency": "CNY"}}}, 422, "invalid_input", "/amount"),
        ("fulfil", {"json": {"amount": {"amount": "1.5", "currency": "CNY"}}}, 422, "invalid_input", "/amount"),
        ("fulfil", {"json": {"amount": {"amount": "1e30", "currency": "CNY"}}}, 422, "invalid_input", "/amount"),
        ("fulfil", {"json": {"amount": {"amount": "abc", "currency": "CNY"}}}, 422, "invalid_input", "/amount"),
        ("fulfil", {"json": {"amount": 5}}, 422, "invalid_input", "/amount"),
        ("fulfil", {"json": {"amount": {"amount": "1", "currency": "EUR"}}}, 422, "invalid_input", "/amount/currency"),
        ("fulfil", {"json": {"colour": 1}}, 422, "invalid_input", "/colour"),
        ("fulfil", {"data": b"{"}, 422, "invalid_input", ""),
        ("refund", {"json": {}}, 409, "not_settleable", None),
        ("explode", {"json": {}}, 404, "no_such_address", None),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(
    stack: Stack, waiting: str, operation: str, options: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    answer = settle(stack, "cn", waiting, operation, **options)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"].startswith("req_")
    if pointer is not None:
        (error,) = answer.json()["errors"]
        assert error["pointer"] == pointer
        assert len(error["detail"]) > 10
    assert stack.api("cn", "GET", f"/v1/applications/{waiting}").json()["operations"] == []


@pytest.fixture(scope="module")
def waiting(stack: Stack) -> str:
    """An accepted application of which nothing was sent."""
    return Shopper(stack, "cn", number(), 300000).accepted()


def test_another_merchants_is_nobodys(stack: Stack, waiting: str) -> None:
    assert settle(stack, "eu", waiting, "fulfil", json={}).status_code == 404
    assert stack.api("eu", "GET", f"/v1/applications/{waiting}").status_code == 404
    unknown = settle(stack, "cn", "app_0", "fulfil", json={})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


def test_from_the_shops_back_office(stack: Stack) -> None:
    """The shop learns of the order by webhook, and its office sends the goods."""
    with requests.Session() as staff:
        shop = f"{stack.shop_url}/cn"
        staff.get(f"{shop}/login", timeout=15)
        page = staff.get(f"{shop}/product/espresso", timeout=15).text
        staff.post(f"{shop}/cart", data={"csrf": token(page), "product": "espresso", "quantity": "1", "do": "add"},
                   timeout=15)  # fmt: skip
        page = staff.get(f"{shop}/login", timeout=15).text
        staff.post(f"{shop}/login", data={"csrf": token(page), "customer": "u_7f3a"}, timeout=15)
        page = staff.get(f"{shop}/checkout", timeout=15).text
        found = re.search(r'id="order-number">([^<]+)<', page)
        assert found, page
        order = found.group(1)
        Shopper(stack, "cn", order, 459900, ref="u_7f3a").accepted()
        page = staff.get(f"{shop}/office/login", timeout=15).text
        staff.post(f"{shop}/office/login", data={"csrf": token(page)}, timeout=15)
        page = once_it_says('data-status="accepted"', staff, f"{shop}/office/{order}")
        sent = staff.post(f"{shop}/office/{order}/fulfil", data={"csrf": token(page), "amount": "1000",
                          "once": uuid.uuid4().hex}, timeout=15)  # fmt: skip
        assert sent.status_code == 200, sent.text
        too_much = staff.post(f"{shop}/office/{order}/fulfil", data={"csrf": token(sent.text), "amount": "99999",
                              "once": uuid.uuid4().hex}, timeout=15)  # fmt: skip
        assert too_much.status_code == 409
        assert 'value="99999"' in too_much.text
        page = once_it_says('data-status="fulfilling"', staff, f"{shop}/office/{order}")
        assert "¥1,000" in page
        assert bank_ledger(stack, order)["fulfilled"] == "100000"


def once_it_says(word: str, staff: requests.Session, address: str) -> str:
    """The page as soon as it says so: the bank's word has a way to go to the shop."""
    for _turn in range(200):
        page = staff.get(address, timeout=15).text
        if word in page:
            return page
        time.sleep(0.1)
    raise AssertionError(f"{word} never came: {page}")


def token(page: str) -> str:
    found = re.search(r'name="csrf[^"]*" value="([^"]+)"', page)
    assert found, page
    return found.group(1)
