"""Products of banks from their public documents to a shop of the market AU, by commands and requests alone."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.wiring import build_services
from tests.support.cdr import Product, answer, loan, put
from tests.support.contract import client_of
from tests.support.databases import sqlite_url
from tests.support.new_tables import create_tables
from tests.support.scene import Page

COMPARISON = "/lendingRates/0/comparisonRate"
WARNING = {"en": "WARNING: This comparison rate is true only for the examples given",
           "zh-CN": "警告：该比较利率仅适用于所举示例"}  # fmt: skip


class House:
    """One installation, its team, and one shop."""

    def __init__(self, folder: Path) -> None:
        config = load_config({"DATA_DIR": str(folder), "DATABASE_URL": sqlite_url(folder)})
        self.folder, self.wired = folder, build_services(config, HandClock(datetime(2026, 11, 24, tzinfo=UTC)))
        create_tables(self.wired.database)
        self._app: Flask = create_app(wired=self.wired)
        self.client = client_of(self.wired)
        for name, role in (("eve", "editor"), ("abe", "approver"), ("pat", "publisher")):
            self.run("team", "add", name, "--role", role)
        made = self.run("merchants", "create", "--name", "Fjord", "--origin", "https://shop.example", "--market", "AU",
                        "--mode", "test")  # fmt: skip
        self.keys: dict[str, str] = json.loads(made)

    def run(self, *words: object, code: int = 0) -> str:
        done = self._app.test_cli_runner().invoke(args=[*map(str, words), "--json"])
        assert done.exit_code == code, (words, done.stderr)
        return done.stdout

    def join(self, bank_id: str, name: str) -> None:
        """As docs/publishing.md has it."""
        path = self.folder / f"{bank_id}.json"
        path.write_text(json.dumps({
            "bank_id": bank_id, "name": {"en": name, "zh-CN": name}, "address": {"en": "1 High Street, Sydney"},
            "licence": {"en": "Australian credit licence 000000"}, "adapter": "origination",
            "settings": {"base_url": "https://api.bank.example", "jwks_url": "https://api.bank.example/jwks.json"},
        }), "utf-8")  # fmt: skip
        self.run("catalogue", "bank", path)

    def bring(self, bank_id: str, product_id: str) -> None:
        """From what was imported to live, with four eyes."""
        made = self.run("catalogue", "draft", bank_id, product_id, "--imported", "--as", "eve")
        revision = json.loads(made)["id"]
        for verb, who in (("submit", "eve"), ("approve", "abe"), ("publish", "pat")):
            self.run("catalogue", verb, revision, "--as", who)

    def import_one(self, product: Product) -> None:
        path = self.folder / "product.json"
        path.write_bytes(answer(product))
        self.run("catalogue", "import", path, "--bank", "alpha")
        self.bring("alpha", product["productId"])

    def see(self, step: str = "", amount: int = 1_000_000, locale: str = "en", **more: str) -> Page:
        query = {"key": self.keys["publishable_key"], "amount": str(amount), "currency": "AUD", "locale": locale}
        return Page(self.client.get(f"/w/loan{step}", query_string=query | more))

    def enter(self, amount: int = 1_000_000) -> Page:
        """A shopper comes in with a launch token."""
        headers = {"Authorization": f"Bearer {self.keys['secret_key']}", "Idempotency-Key": "a-key-of-the-shop"}
        order = {"id": "o-1", "amount": str(amount), "currency": "AUD"}
        made: Any = self.client.post("/v1/sessions", headers=headers, json={
            "widget": "loan", "origin": "https://shop.example", "user": {"ref": "u-1"}, "order": order,
        }).json  # fmt: skip
        fields = {"key": self.keys["publishable_key"], "amount": str(amount), "currency": "AUD", "locale": "en"}
        return Page(self.client.post("/w/loan", data=fields | {"lt": made["launch_token"]}))

    def offers(self, amount: int = 1_000_000, path: str = "/v1/offers", **more: str) -> Any:
        query = {"widget": "loan", "amount": str(amount), "currency": "AUD", **more}
        headers = {"Authorization": f"Bearer {self.keys['secret_key']}"}
        return self.client.get(path, query_string=query, headers=headers).json

    def wrong(self) -> list[str]:
        """What `rules lint` finds that must not be served, or is to be mended."""
        found = json.loads(self.run("rules", "lint", "--market", "AU"))
        assert found["views"] >= 20
        return [f"{one['rule']}: {one['what']}" for one in found["findings"] if one["severity"] in ("block", "error")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.wired.database.dispose()


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_a_banks_document_is_shown_as_it_states(house: House, locale: str) -> None:
    """With and without a comparison rate; a rate without one is nowhere on the page."""
    house.join("alpha", "Alpha Bank")
    house.import_one(loan())
    silent = put(put(put(loan(), "/productId", "loan-2"), COMPARISON, ...), "/name", "Loan for a tent")
    house.import_one(put(silent, "/lendingRates/0/rate", "0.0123"))
    page = house.see(locale=locale)
    assert page.status == 200
    assert WARNING[locale] in page.text
    rows = re.findall(r'data-offer="([^"]+)".*?</details>', page.html, re.S)
    assert rows == ["alpha/loan-1", "alpha/loan-2"]
    name, missing = {"en": ("Comparison rate", "Comparison rate: not stated"),
                     "zh-CN": ("比较利率", "比较利率：未公布")}[locale]  # fmt: skip
    assert f"{name} 8.45%{' p.a.' if locale == 'en' else ''}" in page.text
    assert missing in page.text
    assert "7.99%" in page.text
    assert "1.23%" not in page.text
    assert ("$2,000.00" in page.text, "Alpha Bank" in page.text, "Australian credit licence" in page.text) == (
        True, True, True,
    )  # fmt: skip
    assert "data-need-token" not in page.html.split("<script")[0]  # nothing here is applied for
    whole = house.see("/schedule", locale=locale, choice="alpha/loan-1/stated")
    assert ("8.45%" in whole.text, "$150.00" in whole.text, "Establishment" in whole.text) == (True, True, True)
    assert 'href="https://bank.example/apply" target="_blank" rel="noopener noreferrer"' in whole.html
    assert "1.23%" not in house.see("/schedule", locale=locale, choice="alpha/loan-2/stated").text
    assert house.see("/schedule", locale=locale, choice="alpha/gone/stated").status == 404
    assert house.see(locale=locale, shape="compact").text.count("8.45%") == 1
    inside = house.enter()
    assert (inside.status, inside.choices, inside.has_form("/w/loan/apply")) == (200, [], False)
    assert ("8.45%" in inside.text, "Comparison rate: not stated" in inside.text) == (True, True)
    assert house.wrong() == []


def test_a_banks_words_are_words(house: House) -> None:
    """Markup in any text of a bank is shown as it is written, among the offers and on the page of all it states."""
    house.join("alpha", "<b onclick=l>Alpha</b> Bank")
    product = put(loan(), "/lendingRates/0/additionalInfo", "<b onclick=x>New</b> borrowers")
    product = put(put(product, "/name", "<b onclick=n>Boat</b>"), "/fees/0/name", "<b onclick=f>Establishment</b>")
    house.import_one(product)
    shown = {"l": "Alpha", "n": "Boat", "x": "New", "f": "Establishment"}
    pages = ((house.see(), "ln"), (house.see(shape="compact"), "l"), (house.enter(), "ln"),
             (house.see("/schedule", choice="alpha/loan-1/stated"), "lnxf"))  # fmt: skip
    for page, marks in pages:
        assert page.status == 200
        assert "<b onclick" not in page.html
        for mark in marks:
            assert f"&lt;b onclick={mark}&gt;{shown[mark]}&lt;/b&gt;" in page.html, mark


def test_offers_tell_the_same_to_machines(house: House) -> None:
    house.join("alpha", "Alpha Bank")
    house.import_one(loan())
    found = house.offers()
    assert (found["data"], found["comparison"]["term"]) == ([], 0)
    (one,) = found["indicative"]
    assert (one["rank"], one["place"]["of"]) == (1, 1)
    assert one["place"]["highest"] == {"value": "0.0845", "basis": "au_comparison"}
    assert one["stated"]["rates"][0]["rate"] == {"value": "0.0799", "basis": "nominal_annual"}
    assert one["stated"]["fees"][1] == {"name": "Abroad", "amount": None}
    assert house.offers(term="24")["indicative"] == found["indicative"]
    assert house.offers(term="120")["errors"][0]["detail"].endswith("give one of 12 to 84, or leave it out")
    assert house.offers(100)["errors"][0]["detail"].startswith("no product takes this amount: give 200000 to 5000000")
    (reasons,) = [row["reasons"] for row in house.offers(path="/v1/offers/not_offered", term="9")["data"]]
    assert reasons == [{"reason": "term", "shortest": 12, "longest": 84}]
    assert house.see(amount=100).status == 422


def test_a_fee_of_nothing_is_not_one_that_is_not_stated(house: House) -> None:
    house.join("alpha", "Alpha Bank")
    house.import_one(put(loan(), "/fees/0/amount", "0.00"))
    assert house.offers()["indicative"][0]["stated"]["fees"][:2] == [
        {"name": "Establishment", "amount": {"amount": "0", "currency": "AUD"}}, {"name": "Abroad", "amount": None},
    ]  # fmt: skip
    whole = house.see("/schedule", choice="alpha/loan-1/stated").text
    assert ("Establishment A$0.00" in whole, "Abroad see the terms" in whole) == (True, True)


def test_an_open_end_is_told_as_one(house: House) -> None:
    house.join("alpha", "Alpha Bank")
    house.import_one(put(loan(), "/constraints/1", {"constraintType": "OTHER", "additionalValue": "none"}))
    assert house.see(amount=99_999_999).status == 200
    page = house.see(amount=100)
    assert (page.status, "for amounts from A$2,000.00." in page.text) == (422, True)
    assert house.offers(100)["errors"][0]["detail"] == (
        "no product takes this amount: give at least 200000 AUD minor units"
    )


def test_prices_stand_before_what_is_only_stated(house: House) -> None:
    """An own product of the market has its comparison rate worked out; it is chosen and applied for as ever."""
    house.join("alpha", "Alpha Bank")
    house.join("beta", "Beta Bank")
    house.import_one(loan())
    house.wired.catalogue.publish({
        "bank_id": "beta", "product_id": "own", "kind": "loan", "market": "AU",
        "name": {"en": "Own loan", "zh-CN": "自有贷款"}, "method": "equal_instalment", "terms": [12, 24],
        "rate": {"value": "0.1200", "basis": "nominal_annual"}, "subsidised": False,
        "min_amount": {"amount": "100000", "currency": "AUD"}, "max_amount": {"amount": "5000000", "currency": "AUD"},
    })  # fmt: skip
    page = house.see()
    assert re.findall(r'data-offer="([^"]+)"', page.html) == ["beta/own", "alpha/loan-1"]
    assert "Comparison rate 12.00% p.a." in page.text
    found = house.offers()
    assert [one["rank"] for one in (*found["data"], *found["indicative"])] == [1, 2]
    assert found["data"][0]["plans"][0]["annual_rate"]["basis"] == "au_comparison"
    inside = house.enter()
    assert inside.choices == ["beta/own/12", "beta/own/24"]
    assert 'data-offer="alpha/loan-1"' in inside.html
    assert house.wrong() == []


@pytest.mark.skipif("SCENEBANK_SHARED_DATA" not in os.environ, reason="SCENEBANK_SHARED_DATA is not set")
def test_what_real_banks_publish_is_shown(house: House) -> None:
    """All personal loans of the recorded documents that can be believed and have not ended."""
    files = sorted(Path(os.environ["SCENEBANK_SHARED_DATA"]).glob("cdr/products/pers_loans__*.json"))
    rows = json.loads(house.run("catalogue", "import", *files))
    fit = [one for one in rows if one["verdict"] in ("clean", "repaired")]
    ended = {(one["bank_id"], one["product_id"]) for one in fit if any(r["code"] == "ended" for r in one["reasons"])}
    live = [one for one in fit if (one["bank_id"], one["product_id"]) not in ended]
    assert (len(rows), len(fit), len(live)) == (11, 9, 8)
    for one in live:
        house.join(one["bank_id"], one["bank_id"].replace("-", " ").title())
        house.bring(one["bank_id"], one["product_id"])
    for one in rows:
        if one not in live and one["bank_id"] not in {each["bank_id"] for each in live}:
            house.join(one["bank_id"], "Left Out")
            house.run("catalogue", "draft", one["bank_id"], one["product_id"], "--imported", "--as", "eve", code=1)
    found = house.offers()["indicative"]
    assert [(one["bank"]["id"], one["place"]["highest"]["value"]) for one in found] == [
        ("p-n-bank", "0.089"), ("credit-union-sa", "0.1135"), ("hsbc", "0.1354"), ("great-southern-bank", "0.1478"),
        ("ing", "0.1923"), ("family-first", "0.1933"), ("great-southern-bank", "0.196"), ("st-george-bank", "0.2143"),
    ]  # fmt: skip
    page = house.see()
    assert page.html.count('data-offer="') == 8
    assert page.text.count("Comparison rate") == 8
    assert house.wrong() == []
