"""The pages of shop and bank are valid HTML, in both languages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.support.shopper import Shopper
from tests.support.stack import Stack
from tests.support.validator import complaints

LOCALES = ("zh-CN", "en")


def shop_pages(stack: Stack, locale: str) -> Iterator[tuple[str, str]]:
    visit = requests.Session()

    def page(path: str) -> str:
        return visit.get(stack.shop_url + path, params={"lang": locale}, timeout=15).text

    def send(path: str, **fields: str) -> None:
        csrf = page(path).partition('name="csrf" value="')[2].partition('"')[0]
        visit.post(stack.shop_url + path, data={"csrf": csrf} | fields, timeout=15).raise_for_status()

    yield "front", page("/")
    for market, goods in (("cn", "espresso"), ("eu", "tent")):
        for name in ("", f"product/{goods}", "cart", "login", "orders", "nothing", "office/login"):
            yield f"{market}-{name.replace('/', '-')}", page(f"/{market}/{name}")
        visit.post(
            f"{stack.shop_url}/{market}/cart", timeout=15,
            data={"csrf": page(f"/{market}/product/{goods}").partition('name="csrf" value="')[2].partition('"')[0],
                  "product": goods, "do": "add"},
        ).raise_for_status()  # fmt: skip
        send(f"/{market}/login", customer="u_7f3a")
        yield f"{market}-cart-full", page(f"/{market}/cart")
        for embed in ("script", "iframe", "form", "page"):
            yield f"{market}-checkout-{embed}", page(f"/{market}/checkout?embed={embed}")


def bank_pages(stack: Stack, locale: str) -> Iterator[tuple[str, str]]:
    for word in ("", "-documents", "-counter"):
        shopper = Shopper(stack, "cn", f"V-{uuid.uuid4().hex[:8]}{word}", 300000)
        shopper.enter()
        shopper.submit()
        shopper.wait("action_required", "offered")
        address = shopper.bank_page()

        def send(path: str, address: str = address, **fields: str) -> str:
            return requests.post(address + path, data={"lang": locale} | fields, timeout=15).text

        yield f"login{word}", requests.get(address, params={"lang": locale}, timeout=15).text
        yield f"wrong{word}", send("/login", code="1")
        page = send("/login", code="246810")
        yield f"page{word}", page
        visit = page.partition('name="visit" value="')[2].partition('"')[0]
        yield f"refused{word}", send("/confirm" if not word else "/documents", visit=visit)
        yield f"done{word}", send("/cancel", visit=visit)
        yield f"lost{word}", requests.get(address + "x", timeout=15).text


def test_shop(stack: Stack, tmp_path: Path) -> None:
    documents = {f"{locale}-{name}": html for locale in LOCALES for name, html in shop_pages(stack, locale)}
    assert len(documents) == 2 * 25
    assert all("<h1" in html for html in documents.values())
    assert complaints(documents, tmp_path) == []


def test_bank(stack: Stack, tmp_path: Path) -> None:
    documents = {f"{locale}-{name}": html for locale in LOCALES for name, html in bank_pages(stack, locale)}
    assert len(documents) == 2 * 18
    assert all("<h1" in html for html in documents.values())
    assert complaints(documents, tmp_path) == []
