"""A shopper without a browser: the same forms, sent by hand."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

from tests.support.planted import DIGITS, EMAIL, NAME, PLANTED, REFERENCE
from tests.support.running import Running

PERSON = {
    "name": f"Emma {NAME}", "email": EMAIL, "phone": f"+47 {DIGITS}", "address": f"{NAME} 1, Bergen",
    "employment": "FULL_TIME", "tax_country": "NO",
}  # fmt: skip
CURRENCIES = {"cn": "CNY", "eu": "EUR"}


class _Forms(HTMLParser):
    """The hidden fields of each form, by its action; the first choice; the status shown."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.choices: list[str] = []
        self.status = ""
        self._form: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms.setdefault(found.get("action", ""), {})
        if tag == "input" and found.get("type") == "hidden":
            self._form[found["name"]] = found.get("value", "")
        if tag == "input" and found.get("type") == "radio":
            self.choices.append(found["value"])
        self.status = found.get("data-status", self.status)


CONSENTS = ("share_data", "credit_check", "merchant_signals")


@dataclass
class Shopper:
    """One order at one of the shops; ``amount`` in minor units; ``signals`` are what the shop says of the shopper, who
    ``agreed`` to it or not. ``last_s`` is how long the last answer took."""

    stack: Running
    market: str
    order: str
    amount: int
    widget: str = "instalments"
    ref: str = REFERENCE
    signals: Mapping[str, object] | None = None
    agreed: bool = True
    wording: str = "2026-10"
    page: _Forms = field(default_factory=_Forms)
    text: str = ""
    code: int = 0
    last_s: float = 0.0

    def enter(self) -> None:
        """The shop's server makes a launch token, the shopper's browser uses it."""
        account = self.stack.accounts[self.market]
        currency = CURRENCIES[self.market]
        asked: dict[str, object] = {
            "widget": self.widget, "origin": self.stack.shop_url, "user": {"ref": self.ref},
            "order": {"id": self.order, "amount": str(self.amount), "currency": currency},
            "return_url": f"{self.stack.shop_url}/{self.market}/order/{self.order}/back",
        }  # fmt: skip
        if self.signals:
            asked["signals"] = dict(self.signals)
            asked["consent"] = {"signals": self.agreed, "version": self.wording}
        made = self.stack.api(self.market, "POST", "/v1/sessions", json=asked)
        made.raise_for_status()
        form = {
            "key": account["publishable_key"], "amount": str(self.amount), "currency": currency, "order": self.order,
            "locale": "en", "lt": made.json()["launch_token"],
        }  # fmt: skip
        self.post("", form)

    def submit(self, bank: str = "") -> None:
        """Choose the first plan, or the first of one bank, agree to everything, apply."""
        self.post("apply", {"choice": next(one for one in self.page.choices if one.startswith(bank))})
        agreed = {f"consent-{name}": "yes" for name in CONSENTS if f"consent-{name}" in self.text}
        self.post("submit", agreed | (PERSON if self.market == "eu" else {}))

    def look(self) -> str:
        """The status it shows now."""
        self.post("status", {})
        return self.page.status

    def bank_page(self) -> str:
        """The address of the bank's page, by the way that works once."""
        form = self.page.forms[f"/w/{self.widget}/bank"]
        answer = requests.post(self._address("bank"), data=form, timeout=15, allow_redirects=False)
        there = requests.get(self.stack.scenebank_url + answer.headers["Location"], timeout=15, allow_redirects=False)
        return there.headers["Location"]

    def sign(self) -> str:
        """Read and agree on the bank's page, and come back; the shop's address this leads to."""
        return requests.get(sign(self.bank_page()), timeout=15, allow_redirects=False).headers["Location"]

    def wait(self, *statuses: str) -> str:
        """Look until it is one of these."""
        for _turn in range(300):
            if self.look() in statuses:
                return self.page.status
            time.sleep(0.1)
        raise AssertionError(f"still {self.page.status}, not {statuses}")

    def accepted(self) -> str:
        """All of it; the application's id."""
        self.enter()
        self.submit()
        self.wait("action_required")
        self.sign()
        self.wait("accepted")
        return self.application_id

    @property
    def application_id(self) -> str:
        found = re.search(r"app_[0-9a-f]+", self.text)
        assert found, self.text
        return found.group(0)

    def post(self, step: str, fields: dict[str, str]) -> None:
        own = f"/w/{self.widget}" + (f"/{step}" if step else "")
        carried = next((form for form in self.page.forms.values() if "session" in form), {})
        kept = self.page.forms.get(own, carried)
        started = time.perf_counter()
        answer = requests.post(self._address(step), data=kept | fields, timeout=15)
        self.last_s = time.perf_counter() - started
        self.text, self.code = answer.text, answer.status_code
        PLANTED.learn(self.text)
        if answer.status_code < 500:
            self.page = _Forms()
            self.page.feed(answer.text)

    def _address(self, step: str) -> str:
        return f"{self.stack.scenebank_url}/w/{self.widget}" + (f"/{step}" if step else "")


def sign(page: str) -> str:
    """Read and agree on this page of the bank; where its link back leads."""
    entered = requests.post(f"{page}/login", data={"code": "246810"}, timeout=15)
    found = re.search(r'name="visit" value="([^"]+)"', entered.text)
    assert found, entered.text
    for _turn in range(60):
        done = requests.post(f"{page}/confirm", data={"visit": found.group(1), "agree": "yes"}, timeout=15)
        if done.status_code == 200:
            back = re.search(r'id="back" href="([^"]+)"', done.text)
            assert back, done.text
            return back.group(1)
        time.sleep(0.1)
    raise AssertionError("the bank did not let it be signed")
