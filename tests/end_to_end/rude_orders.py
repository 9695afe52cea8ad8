"""Orders of the demo shop from its cart to its back office, while the bank has a bad day; and what all say of them."""

from __future__ import annotations

import json
import re
import sqlite3
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import requests

from tests.support.shopper import Shopper
from tests.support.stack import Stack

AMOUNT = 459900
_CUSTOMER, _PIECE = "u_7f3a", "espresso"
_AT_ONCE = 8
_PATIENCE_S = 600.0
_STILL_S = 90.0
_LEDGER = ("approved", "fulfilled", "cancelled", "refunded")
_STAGES = {"ACTIVE": "active", "FULFILLING": "fulfilling", "WITHDRAWN": "withdrawn", "SIGNED": "accepted"}


@dataclass(frozen=True)
class Said:
    """What one of the three says of an order: its status, and the four sums in minor units."""

    status: str
    sums: tuple[int, ...]


class RudeDay:
    """``serve`` takes so many orders all the way; ``differing`` says of which the three do not say the same."""

    def __init__(self, stack: Stack, name: str) -> None:
        self._stack = stack
        self._name = name
        self._shop = f"{stack.shop_url}/cn"
        self._desk = requests.Session()
        self._csrf = ""
        self.orders: list[str] = []

    def serve(self, count: int) -> None:
        self.orders = self._place(count)
        with ThreadPoolExecutor(_AT_ONCE) as shoppers:
            list(shoppers.map(self._buy, self.orders))
        for number, order in enumerate(self.orders):
            self._send(order, number)

    def differing(self) -> list[str]:
        """In words, as soon as nothing changes any more: a machine that has little time for us takes long."""
        end, least = time.monotonic() + _STILL_S, len(self.orders) + 1
        while True:
            found = [f"{order}: {said}" for order, said in self._all_say().items() if not _agree(said)]
            if len(found) < least:
                end, least = time.monotonic() + _STILL_S, len(found)
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.5)

    def _place(self, count: int) -> list[str]:
        """The same basket under as many references; its customer stays in the shop."""
        page = self._desk.get(f"{self._shop}/login", timeout=15).text
        self._csrf = _csrf(page)
        self._desk.post(f"{self._shop}/login", data={"csrf": self._csrf, "customer": _CUSTOMER}, timeout=15)
        page = self._desk.get(f"{self._shop}/product/{_PIECE}", timeout=15).text
        self._csrf = _csrf(page)
        self._desk.post(f"{self._shop}/cart", timeout=15,
                        data={"csrf": self._csrf, "product": _PIECE, "quantity": "1", "do": "add"})  # fmt: skip
        self._desk.post(f"{self._shop}/office/login", data={"csrf": self._csrf}, timeout=15)
        return [self._number(f"{self._name}{number}") for number in range(count)]

    def _number(self, reference: str) -> str:
        page = self._desk.get(f"{self._shop}/checkout", params={"ref": reference, "embed": "page"}, timeout=15).text
        found = re.search(r'id="order-number">([^<]+)<', page)
        assert found, page
        return found.group(1)

    def _buy(self, order: str) -> None:
        shopper = Shopper(self._stack, "cn", order, AMOUNT, ref=_CUSTOMER)
        shopper.enter()
        shopper.submit()
        assert shopper.page.status, shopper.text
        _until(shopper, "action_required")
        shopper.sign()
        _until(shopper, "accepted")

    def _send(self, order: str, number: int) -> None:
        """Most are sent whole; every fourth in part, every tenth not at all."""
        operation, amount = ("cancel", "") if number % 10 == 9 else ("fulfil", "1000" if number % 4 == 3 else "")
        data = {"csrf": self._csrf, "amount": amount, "once": uuid.uuid4().hex}
        for _turn in range(100):
            done = self._desk.post(f"{self._shop}/office/{order}/{operation}", data=data, timeout=30,
                                   allow_redirects=False)  # fmt: skip
            if done.status_code == 303:
                return
            assert done.status_code in (404, 409, 502), done.text  # the shop does not know yet: its webhook is late
            time.sleep(0.2)
        raise AssertionError(f"{order} cannot be sent: {done.status_code}")

    def _all_say(self) -> dict[str, dict[str, Said]]:
        shop, bank, here = self._shop_says(), self._bank_says(), self._we_say()
        three, nothing = {"shop": shop, "bank": bank, "here": here}, Said("", ())
        return {order: {who: said.get(order, nothing) for who, said in three.items()} for order in self.orders}

    def _shop_says(self) -> dict[str, Said]:
        query = (
            "SELECT o.number, o.payment, a.status, a.facts FROM orders o JOIN applications a ON a.number = o.number"
        )
        with closing(sqlite3.connect(self._stack.config.data_dir / "shop" / "shop.sqlite3", timeout=30)) as books:
            rows = books.execute(query).fetchall()
        return {
            number: Said(status, tuple(json.loads(facts)[name] for name in _LEDGER))
            for number, payment, status, facts in rows
            if payment == "bank"
        }

    def _bank_says(self) -> dict[str, Said]:
        found: dict[str, Said] = {}
        for reference in self._stack.bank.booked():
            for record in self._stack.bank.records(reference):
                order = record["claims"]["ord"]
                assert order not in found or order not in self.orders, f"booked twice: {order}"
                sums = tuple(int(record["ledger"][name]["amount"]) for name in _LEDGER)
                found[order] = Said(_STAGES.get(record["stage"], record["stage"]), sums)
        return found

    def _we_say(self) -> dict[str, Said]:
        found: dict[str, Said] = {}
        after: dict[str, str] = {}
        while True:
            answer = self._stack.api("cn", "GET", "/v1/applications", params={"limit": "100", **after})
            page: dict[str, Any] = answer.json()
            for one in page["data"]:
                assert one["order"] not in found or one["order"] not in self.orders, f"two: {one['order']}"
                found[one["order"]] = Said(one["status"], tuple(int(one[name]["amount"]) for name in _LEDGER))
            if page["next"] is None:
                return found
            after = {"after": page["next"]}


def _agree(said: dict[str, Said]) -> bool:
    return len(set(said.values())) == 1 and said["here"].status in ("active", "fulfilling", "withdrawn")


def _until(shopper: Shopper, status: str) -> None:
    """A person looks every second, not ten times in one."""
    end = time.monotonic() + _PATIENCE_S
    while shopper.look() != status:
        assert time.monotonic() < end, f"still {shopper.page.status}: {shopper.order}"
        time.sleep(1)


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf[^"]*" value="([^"]+)"', page)
    assert found, page
    return found.group(1)
