"""One purchase, from the shop's page to the bank's and back, as a person makes it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from tests.support.browsers import PAGE, Browser
from tests.support.browsers.browser import until
from tests.support.stack import Stack

GOODS = {
    ("cn", "instalments"): "espresso", ("cn", "loan"): "kitchen",
    ("eu", "instalments"): "tent", ("eu", "loan"): "caravan",
}  # fmt: skip
PLACES = {
    "script": "bank-scene[order]", "sandbox": "iframe#around >> bank-scene[order]", "iframe": "iframe.scene",
    "form": "iframe.scene", "page": PAGE,
}  # fmt: skip
PERSON = {
    "name": "Emma Nilsen", "email": "emma@example.com", "phone": "+47 55123456", "address": "Strandgaten 1, Bergen",
}  # fmt: skip


@dataclass
class Journey:
    """``embed`` is script, sandbox, iframe, form or page; ``script`` False where the browser runs none."""

    browser: Browser
    stack: Stack
    market: str
    widget: str
    embed: str
    script: bool = True
    word: str = ""
    order: str = ""

    @property
    def place(self) -> str:
        return PLACES[self.embed]

    def shop(self) -> None:
        """An offer is seen without login, then the goods lie in the cart."""
        shop = f"{self.stack.shop_url}/{self.market}"
        self.browser.open(f"{shop}/product/{GOODS[self.market, self.widget]}")
        if self.script:
            assert "%" in self.browser.text(".compact", "bank-scene")
        else:
            assert self.browser.text("bank-scene a")
        self.browser.click("button[name=do][value=add]")
        until("the cart", lambda: self.browser.url().endswith("/cart"))
        query = f"embed={self.embed}&widget={self.widget}" + (f"&ref={self.word}" if self.word else "")
        self.browser.open(f"{shop}/checkout?{query}")
        if "/login" in self.browser.url():
            self.browser.click("button[name=customer][value=u_7f3a]")
            until("the checkout", lambda: "/checkout" in self.browser.url())
        self.order = self.browser.text("#order-number")

    def choose(self) -> None:
        """The personal offer, and one of its terms."""
        if self.embed in ("form", "page"):
            self.browser.click(".hand-over button")
        self.browser.click("input[type=radio]", self.place)
        self.browser.click("button.main", self.place)

    def apply(self) -> None:
        """Details where the market has them here, each consent by itself, and the application."""
        self.browser.text("input[type=checkbox] + span", self.place)
        if self.market == "eu":
            for name, value in PERSON.items():
                self.browser.fill(f"[name={name}]", value, self.place)
            self.browser.choose("[name=employment]", "FULL_TIME", self.place)
            self.browser.choose("[name=tax_country]", "NO", self.place)
        for purpose in ("share_data", "credit_check"):
            if self.browser.has(f"[name=consent-{purpose}]", self.place):
                self.browser.click(f"[name=consent-{purpose}]", self.place)
        self.browser.click("button.main", self.place)

    def wait_for(self, css: str) -> None:
        """Until the widget shows it: by itself, or without script by asking."""

        def shown() -> bool:
            if self.browser.has(css, self.place):
                return True
            if not self.script and self.browser.has(".refresh button", self.place):
                self.browser.click(".refresh button", self.place)
            return False

        until(f"{css} in the widget", shown)

    def to_bank(self) -> None:
        self.wait_for("form[action$='/bank'] button")
        self.browser.click("form[action$='/bank'] button", self.place)
        until("the bank's page", lambda: "/sign/" in self.browser.url() and self.browser.has("[name=code]"))

    def sign(self, reading_s: float = 0.5) -> None:
        """Identified, read, agreed, and back."""
        self.browser.fill("[name=code]", "246810")
        self.browser.click("main form button")
        self.browser.text("table")
        time.sleep(reading_s + 0.2)  # the forced reading
        self.browser.click("[name=agree]")
        self.browser.click("form[action$='/confirm'] button")
        self.browser.click("#back")
        until("the shop's order page", lambda: f"/order/{self.order}" in self.browser.url())

    def application(self) -> dict[str, Any]:
        """What the merchant's API says."""
        answer = self.stack.api(self.market, "GET", "/v1/applications", params={"order": self.order})
        assert answer.status_code == 200, answer.text
        found = [one for one in answer.json()["data"] if one["order"] == self.order]
        return found[0] if found else {}

    def bank_record(self) -> dict[str, Any]:
        """What the bank's own books say: one booking."""
        (reference,) = (
            key for key in self.stack.bank.booked()
            if self.stack.bank.records(key)[0]["claims"]["ord"] == self.order
        )  # fmt: skip
        (record,) = self.stack.bank.records(reference)
        return record
