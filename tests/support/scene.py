"""A shop, its shopper and a bank that plays recorded answers, around the whole application in one process."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from scenebank.applications.links import ApplicationLinks
from scenebank.banks.port import Answer, BankError, BankLedger, Stage
from scenebank.banks.scripted import ScriptedBank
from scenebank.catalogue.model import Bank
from scenebank.clock import HandClock
from scenebank.config import QUOTAS, load_config
from scenebank.engine.inline import InlineQueue
from scenebank.merchants.key_service import WantedKey
from scenebank.merchants.model import KeyKind, Mode
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.schedule import Method, make_schedule
from scenebank.wiring import build_services
from tests.support.catalogue import product, publish
from tests.support.contract import client_of
from tests.support.new_tables import create_tables
from tests.support.planted import DIGITS, EMAIL, NAME, PLANTED, REFERENCE
from tests.support.prepared import PREPARED
from widgets import WIDGETS

SHOP = "https://shop.example"
CURRENCIES = {"CN": "CNY", "EU": "EUR", "UK": "GBP", "US": "USD", "AU": "AUD"}
AMOUNT = {market: Money(129_900, currency) for market, currency in CURRENCIES.items()}
DETAILS = {
    "name": f"Ada {NAME}", "email": EMAIL, "phone": f"+49 30 {DIGITS}", "address": f"{NAME} 1, Berlin",
    "employment": "FULL_TIME", "tax_country": "DE",
}  # fmt: skip
# Tests ask more in a minute than people do; those of the quotas have their own.
ENDLESS = {f"QUOTA_{name.upper()}": "999999999/60" for name in QUOTAS}
Script = tuple[Answer | BankError, ...]


class Page:
    """A document as a person without script meets it."""

    def __init__(self, answer: TestResponse) -> None:
        self.status = answer.status_code
        self.headers = answer.headers
        self.html = answer.text
        unbroken = re.sub(r'<span class="whole">(.*?)</span>', r"\1", self.html)  # it sets words off from nothing
        self.text = re.sub(r"\s+", " ", unescape(re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ",
                                                        unbroken, flags=re.S)))  # fmt: skip

    def form(self, action: str) -> dict[str, str]:
        """The hidden fields of the form that leads there."""
        found = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', self.html, re.S)
        assert found, f"no form to {action} in: {self.text}"
        inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found.group())
        return {name: unescape(value) for name, value in inputs}

    def has_form(self, action: str) -> bool:
        return f'action="{action}"' in self.html

    @property
    def choices(self) -> list[str]:
        return re.findall(r'type="radio" name="choice" value="([^"]+)"', self.html)

    @property
    def told(self) -> list[str]:
        return [name for name, _detail in self.events]

    @property
    def events(self) -> list[tuple[str, dict[str, str]]]:
        """What is told to the shop's page, in order."""
        found = re.search(r'data-events="([^"]*)"', self.html)
        return [(name, detail) for name, detail in json.loads(unescape(found.group(1)))] if found else []

    @property
    def shown_status(self) -> str | None:
        found = re.search(r'data-status="([a-z_]+)"', self.html)
        return found.group(1) if found else None


class Scene:
    """``play`` says what the bank answers, ``run`` lets the worker act."""

    def __init__(self, folder: Path, market: str, widget: str, database_url: str = "", public_url: str = "") -> None:
        self.market, self.widget, self.mode = market, widget, Mode.TEST
        self.amount = AMOUNT[market]
        self.clock = HandClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.queue = InlineQueue(self.clock)
        database = {"DATABASE_URL": database_url} if database_url else {}
        address = {"SCENEBANK_URL": public_url} if public_url else {}
        config = load_config({"DATA_DIR": str(folder)} | ENDLESS | database | address)
        with PREPARED.begun(config, (type(self), market, widget)) as is_filled:
            self.wired = build_services(config, self.clock, self.queue)
            if not is_filled:
                self._fill()
        self.merchant = self.wired.merchants.create("青禾 & <Söhne>", [SHOP], market, Mode.TEST)
        PLANTED.learn(self.merchant.secret_key)
        PLANTED.learn_keys(folder)
        self.client = client_of(self.wired)
        schedule = make_schedule(self.amount, 12, Method.EQUAL_INSTALMENT, _rate())
        self.bank = ScriptedBank([said(Stage.SIGN, self.amount)], schedule)

    def _fill(self) -> None:
        create_tables(self.wired.database)
        publish(self.wired.catalogue, *(self.product(bank) for bank in ("harbour", "lantern")))
        self.publish_pages()

    def product(self, bank: str) -> dict[str, object]:
        limits = {"min_amount": {"amount": "10000", "currency": self.amount.currency},
                  "max_amount": {"amount": "5000000", "currency": self.amount.currency}}  # fmt: skip
        return product(bank, f"{bank}-one") | limits | {"market": self.market, "kind": WIDGETS[self.widget].kind.value}

    def publish_pages(self) -> None:
        names = {"en": "Harbour Bank", "zh-CN": "海港银行"}
        settings = {"base_url": "http://127.0.0.1:9/harbour", "pages": "https://bank.example"}
        self.wired.catalogue.publish_bank(Bank("harbour", names, names, names, "origination", settings))

    def play(self, *script: Answer | BankError) -> None:
        self.bank = ScriptedBank(script, make_schedule(self.amount, 12, Method.EQUAL_INSTALMENT, _rate()))

    def run(self, seconds: int = 0) -> None:
        wired = self.wired
        links = ApplicationLinks(
            wired.database, self.queue, self.clock, wired.webhooks, wired.merchants, lambda _id: self.bank,
            wired.config.public_url,
        ).registered()  # fmt: skip
        self.queue.run_due(links)
        for _second in range(seconds):
            self.clock.move(1)
            self.queue.run_due(links)

    @property
    def other_widget(self) -> str:
        return next(name for name in WIDGETS if name != self.widget)

    def live_key(self) -> str:
        """A publishable key of the same shop in the other mode, with the same page registered there."""
        self.wired.merchants.add_origin(self.merchant.id, Mode.LIVE, SHOP)
        wanted = WantedKey(KeyKind.PUBLISHABLE)
        return self.wired.merchant_keys.create(self.merchant.id, Mode.LIVE, wanted).text or ""

    @property
    def query(self) -> dict[str, str]:
        return {"key": self.merchant.publishable_key, "amount": str(self.amount.minor),
                "currency": self.amount.currency}  # fmt: skip

    def get(self, path: str = "", **changes: str) -> Page:
        return Page(self.client.get(f"/w/{self.widget}{path}", query_string=self.query | changes))

    def post(self, path: str, fields: dict[str, str]) -> Page:
        return Page(self.client.post(f"/w/{self.widget}{path}", data=fields))

    def launch_token(self, secret_key: str = "", **changes: Any) -> str:
        document = {"widget": self.widget, "origin": SHOP, "user": {"ref": REFERENCE},
                    "order": {"id": "ord_1", **self.amount.json()}, "return_url": f"{SHOP}/back"}  # fmt: skip
        bearer = {"Authorization": f"Bearer {secret_key or self.merchant.secret_key}"}
        answer = self.client.post("/v1/sessions", json=document | changes, headers=bearer)
        assert answer.status_code == 201, answer.text
        assert answer.json
        return str(answer.json["launch_token"])

    def enter(self, **changes: str) -> Page:
        return self.post("", self.query | {"lt": self.launch_token()} | changes)

    def step(self, page: Page, step: str, **typed: str) -> Page:
        path = f"/{step}" if step else ""
        return self.post(path, page.form(f"/w/{self.widget}{path}") | typed)

    def apply(self, **typed: str) -> Page:
        entered = self.enter()
        form = self.step(entered, "apply", choice="harbour/harbour-one/12")
        return self.step(form, "submit", **self.answers() | typed)

    def answers(self) -> dict[str, str]:
        given = {"consent-share_data": "yes"}
        return given if self.market == "CN" else given | {"consent-credit_check": "yes"} | DETAILS


def _rate() -> Rate:
    return Rate(Decimal("0.06"), RateBasis.NOMINAL_ANNUAL)


def said(stage: Stage, amount: Money, sequence: int = 1, **more: Any) -> Answer:
    zero = Money(0, amount.currency)
    pages = (Stage.SIGN, Stage.DOCUMENTS, Stage.COUNTER_OFFER)
    redirect = "https://bank.example/sign/secret" if stage in pages else None
    facts = {"reasons": (), "documents": (), "counter_offer": None} | more
    return Answer("ref-1", stage, stage.value, sequence, redirect, ledger=BankLedger(amount, zero, zero, zero), **facts)
