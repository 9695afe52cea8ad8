"""One shop, one shopper and one bank around the whole application, in one process and with a clock driven by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from werkzeug.test import Client

from scenebank.applications.links import ApplicationLinks
from scenebank.applications.model import Application
from scenebank.banks.port import Answer, Operation, Order
from scenebank.banks.recordings import read_recording
from scenebank.banks.scripted import ScriptedBank
from scenebank.catalogue.model import Kind
from scenebank.clock import HandClock
from scenebank.engine.inline import InlineQueue
from scenebank.markets import MARKETS
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.money.schedule import Schedule, make_schedule
from scenebank.offers.pricing import shoppers_rate
from scenebank.preview.document import Document
from scenebank.preview.launches import SHOP, Account, offline_token
from scenebank.wiring import Wired
from widgets import WIDGETS

PAGE = "https://bank.example/sign/recorded"
_NEW = {
    Kind.INSTALMENTS: {"en": "Cedar plan", "zh-CN": "雪松分期"},
    Kind.LOAN: {"en": "Cedar loan", "zh-CN": "雪松消费贷"},
}


@dataclass(frozen=True)
class Place:
    """Where the widget stands: ``params`` is what the page asks for, ``account`` the shop's keys, ``destination`` what
    a browser says its documents are for."""

    widget: str
    account: Account
    params: Mapping[str, str]
    shopper: str
    order: str
    destination: str


class Stage:
    """The verbs of shopper, shop, bank and time."""

    def __init__(self, wired: Wired, client: Client, clock: HandClock, queue: InlineQueue, place: Place) -> None:
        self.place = place
        self._seen: list[Document] = []
        self._wired, self._clock, self._queue = wired, clock, queue
        self._client = client
        self._bank = ScriptedBank([], self._schedule)
        self._said = 0
        self._financed: Money | None = None

    @property
    def last(self) -> Document:
        """The document the shopper sees now."""
        return self._seen[-1]

    @property
    def amount(self) -> Money:
        return Money(int(self.place.params["amount"]), self.place.params["currency"])

    @property
    def query(self) -> dict[str, str]:
        """What the page asks for, as the address has it."""
        return {"key": self.place.account.publishable_key, **self.place.params}

    @property
    def application(self) -> Application | None:
        """The newest of the shop."""
        account = self.place.account
        found = self._wired.applications.list(account.merchant_id, account.mode, None, None, 1)
        return found[0] if found else None

    def open(self, step: str, changes: Mapping[str, str | None]) -> None:
        """The address of a public step; a change to None leaves that name out."""
        self._go(self._path(step), query_string=_changed(self.query, changes))

    def follow(self, step: str, number: int) -> None:
        """The link of that number that leads to ``step``."""
        start = f"{self._path(step)}?"
        links = [link for link in self.last.links if link.startswith(start)]
        self._go(links[min(number, len(links) - 1)])

    def enter(
        self, fields: Mapping[str, str | None], launch: Mapping[str, Any], late_s: int = 0,
        signed: Mode | None = None, logged_out: bool = False,
    ) -> None:  # fmt: skip
        """The shop's server makes a launch token, or signs one with its key of the mode ``signed``; the shopper's frame
        uses it, ``late_s`` later (before now, where the shop's clock goes ahead), or after the shop has
        ``logged_out`` its shopper."""
        token = self._offline(launch, signed) if signed else self._online(launch)
        self._clock.move(late_s)
        if logged_out:
            self._log_out()
        self.send("", {"lt": token} | dict(fields))

    def send(self, step: str, changes: Mapping[str, str | None]) -> None:
        """A form of the page's own, without what an earlier answer carried."""
        self._post(self._path(step), _changed(self.query, changes))

    def press(self, step: str, typed: Mapping[str, str | None], pick: Mapping[str, int]) -> None:
        """The form of the last document that leads to ``step``, with what was typed and the radio of that number."""
        path = self._path(step)
        picked = {name: self._choice(name, number) for name, number in pick.items()}
        self._post(path, _changed(self.last.form(path), picked | dict(typed)))

    def go_back(self, pages: int) -> None:
        """The browser's own way back: an older document, with its old forms."""
        self._seen.append(self._seen[-1 - pages])

    def visit(self, method: str, path: str) -> None:
        """Any address of ours; ``{application}`` in it is the id of the newest application."""
        found = self.application
        address = path.replace("{application}", found.id if found else "").replace("{widget}", self.place.widget)
        self._go(address, method, query_string=self._named())

    def to_bank(self) -> None:
        """Press the way to the bank's page, and go it twice: the second time it is spent."""
        path = self._path("bank")
        answer = self._client.post(path, data=self.last.form(path))
        for _time in range(2):
            self._go(answer.headers["Location"], query_string=self._named())

    def says(self, words: Sequence[Mapping[str, Any]]) -> None:
        """From now on the bank answers so; the last word repeats."""
        asked = self.application
        script = read_recording(words, self.amount, PAGE, self._said + 1, asked.term if asked else 0)
        self._said += len(script)
        self._bank = ScriptedBank(script, self._schedule)
        answers = [one for one in script if isinstance(one, Answer)]
        if answers:
            book = answers[-1].ledger
            self._financed = book.approved - book.cancelled - book.refunded

    def wait(self, seconds: int) -> None:
        """The worker does what is due, now and in each of the next seconds in which anything is."""
        end = self._clock.now().timestamp() + seconds
        self._queue.run_due(self._links())
        while (due := self._queue.seconds_to_next()) is not None and self._clock.now().timestamp() + due <= end:
            self._clock.move(max(due, 0.001))
            self._queue.run_due(self._links())
        self._clock.move(max(0.0, end - self._clock.now().timestamp()))

    def pass_time(self, seconds: int) -> None:
        """Nobody does anything."""
        self._clock.move(seconds)

    def settle(self, operation: Operation, percent: int) -> None:
        """The shop fulfils, cancels or refunds a share of the amount."""
        found = self.application
        path = f"/v1/applications/{found.id if found else ''}/{operation.value}"
        headers = self._bearer() | {"Idempotency-Key": f"preview-{operation.value}-{percent:08d}"}
        share = self.amount.times(Decimal(percent) / 100)
        answer = self._client.post(path, json={"amount": share.json()}, headers=headers)
        if answer.status_code >= 400:
            raise ValueError(answer.text)

    def publish(self, bank: str, rate: str) -> None:
        """A bank publishes a product of this widget's kind, in equal instalments at that annual rate."""
        now, market = self.amount, next(one.code for one in MARKETS.values() if one.currency == self.amount.currency)
        self._wired.catalogue.publish({
            "bank_id": bank, "product_id": f"{bank}-new", "kind": WIDGETS[self.place.widget].kind.value,
            "market": market, "name": _NEW[WIDGETS[self.place.widget].kind],
            "method": "equal_instalment", "terms": [12],
            "rate": {"value": rate, "basis": "nominal_annual"}, "min_amount": now.json(), "max_amount": now.json(),
            "subsidised": False,
        })  # fmt: skip

    def break_down(self) -> None:
        """A fault of our own: what every answer needs is gone."""
        with self._wired.database.begin() as connection:
            connection.exec_driver_sql("DROP TABLE catalogue_version")

    def _schedule(self, order: Order) -> Schedule:
        products = (one for kind in Kind for one in self._wired.catalogue.snapshot(order.market, kind)[1])
        product = next(one for one in products if one.product_id == order.context.product_id)
        financed = self.amount if self._financed is None else self._financed
        return make_schedule(financed, order.term, product.method, shoppers_rate(product))

    def _links(self) -> Mapping[str, Callable[..., None]]:
        wired = self._wired
        return ApplicationLinks(
            wired.database, self._queue, self._clock, wired.webhooks, wired.merchants, lambda _id: self._bank,
            wired.config.public_url,
        ).registered()  # fmt: skip

    def _online(self, changes: Mapping[str, Any]) -> str:
        document = {
            "widget": self.place.widget, "origin": SHOP, "user": {"ref": self.place.shopper},
            "order": {"id": self.place.order, **self.amount.json()}, "return_url": f"{SHOP}/order",
        } | dict(changes)  # fmt: skip
        kept = {name: value for name, value in document.items() if value is not None}
        answer = self._client.post("/v1/sessions", json=kept, headers=self._bearer())
        return str(json.loads(answer.text)["launch_token"])

    def _log_out(self) -> None:
        document = {"user": {"ref": self.place.shopper}}
        self._client.post("/v1/logout", json=document, headers=self._bearer())

    def _offline(self, changes: Mapping[str, Any], mode: Mode) -> str:
        audience = f"{self._wired.config.public_url}/v1/launch"
        return offline_token(self.place.account, mode, audience, self._clock.now(), self.place.shopper, changes)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.place.account.secret_key}"}

    def _named(self) -> dict[str, str]:
        """A person's address holds the language, and the shop whose page frames the answer."""
        return {name: self.query[name] for name in ("key", "locale") if name in self.query}

    def _choice(self, name: str, number: int) -> str:
        values = self.last.choices(name)
        return values[min(number, len(values) - 1)]

    def _path(self, step: str) -> str:
        return f"/w/{self.place.widget}" + (f"/{step}" if step else "")

    def _post(self, path: str, fields: Mapping[str, str]) -> None:
        self._go(path, "POST", data=dict(fields))

    def _go(self, address: str, method: str = "GET", **sent: Mapping[str, str]) -> None:
        headers = {"Sec-Fetch-Dest": self.place.destination}
        answer = self._client.open(address, method=method, headers=headers, **sent)  # type: ignore[arg-type]
        self._seen.append(Document(answer.status_code, dict(answer.headers), answer.text))


def _changed(fields: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    changed: dict[str, str | None] = {**fields, **changes}
    return {name: value for name, value in changed.items() if value is not None}
