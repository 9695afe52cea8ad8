"""The pages of shop and bank are valid HTML."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import requests

from tests.support.shopper import Shopper
from tests.support.stack import Stack
from tests.support.validator import complaints


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_shop(stack: Stack, tmp_path: Path, locale: str) -> None:
    visit = requests.Session()

    def page(path: str) -> str:
        return visit.get(stack.shop_url + path, params={"lang": locale}, timeout=15).text

    def send(path: str, **fields: str) -> None:
        csrf = page(path).partition('name="csrf" value="')[2].partition('"')[0]
        visit.post(stack.shop_url + path, data={"csrf": csrf} | fields, timeout=15).raise_for_status()

    documents = {"front": page("/")}
    for market, goods in (("cn", "espresso"), ("eu", "tent")):
        for name in ("", f"product/{goods}", "cart", "login", "orders", "nothing", "office/login"):
            documents[f"{market}-{name.replace('/', '-')}"] = page(f"/{market}/{name}")
        visit.post(
            f"{stack.shop_url}/{market}/cart", timeout=15,
            data={"csrf": page(f"/{market}/product/{goods}").partition('name="csrf" value="')[2].partition('"')[0],
                  "product": goods, "do": "add"},
        ).raise_for_status()  # fmt: skip
        send(f"/{market}/login", customer="u_7f3a")
        documents[f"{market}-cart-full"] = page(f"/{market}/cart")
        for embed in ("script", "iframe", "form", "page"):
            documents[f"{market}-checkout-{embed}"] = page(f"/{market}/checkout?embed={embed}")
    assert all("<h1" in html for html in documents.values())
    assert complaints(documents, tmp_path) == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_bank(stack: Stack, tmp_path: Path, locale: str) -> None:
    documents = {}
    for word in ("", "-documents", "-counter"):
        shopper = Shopper(stack, "cn", f"V-{uuid.uuid4().hex[:8]}{word}", 300000)
        shopper.enter()
        shopper.submit()
        shopper.wait("action_required", "offered")
        address = shopper.bank_page()

        def send(path: str, address: str = address, **fields: str) -> str:
            return requests.post(address + path, data={"lang": locale} | fields, timeout=15).text

        documents[f"login{word}"] = requests.get(address, params={"lang": locale}, timeout=15).text
        documents[f"wrong{word}"] = send("/login", code="1")
        documents[f"page{word}"] = page = send("/login", code="246810")
        visit = page.partition('name="visit" value="')[2].partition('"')[0]
        documents[f"refused{word}"] = send("/confirm" if not word else "/documents", visit=visit)
        documents[f"done{word}"] = send("/cancel", visit=visit)
    documents["lost"] = requests.get(address + "x", timeout=15).text
    assert all("<h1" in html for html in documents.values())
    assert complaints(documents, tmp_path) == []
