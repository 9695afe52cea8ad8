"""Shops' servers, the banks' news, and the keys of all."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping

from scenebank.applications.settlement import Settlement
from scenebank.banks.port import CallbackEvent, Operation
from scenebank.errors import Unauthenticated
from scenebank.keys.document import OwnKeys
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest
from scenebank.merchants.model import Grace, Mode
from scenebank.merchants.vault import Vault
from scenebank.money.model import Money
from scenebank.web.api.once import answer_once
from tests.simulation.asking import Asking, seen
from tests.simulation.processes import ProcessDied

_PAID = ("accepted", "fulfilling", "active")


class Shops:
    """Each method is one thing somebody does."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._world = asking.world
        self._chance = asking.world.chance

    def settle(self) -> None:
        if not self._asking.known:
            return
        paid = [one for one in sorted(self._asking.known) if self._asking.shown.get(one) in _PAID]
        application = self._chance.choice(paid if paid and self._chance.random() < 0.9 else sorted(self._asking.known))
        operation = self._chance.choice((Operation.FULFIL, Operation.FULFIL, Operation.CANCEL, Operation.REFUND))
        amount = self._chance.choice((None, Money(100, "CNY"), Money(100, "CNY"), Money(10_000, "CNY")))
        key, shop = secrets.token_hex(16), self._asking.known[application]
        said = f"{operation}\n{amount.json() if amount else 'all'}"

        def settle() -> Mapping[str, object]:
            web, door = self._world.house.web, self._asking.door(shop)
            asked = KeyedRequest(door, f"settle {application}", key, hashlib.sha256(said.encode()).hexdigest())

            def act() -> FirstAnswer:
                found, view = web.applications.settle(
                    shop.id, Mode.TEST, application, Settlement(operation, amount, key)
                )
                taken = str(view.amount.minor) if view.amount else ""
                return FirstAnswer(202, json.dumps({**seen(found), "operation": view.id, "amount": taken}))

            answer: dict[str, object] = json.loads(answer_once(web.idempotency, asked, act).data)
            return {name: answer[name] for name in ("operation", "amount")}

        what = {"kind": operation.value, "application": application, "key": key}
        self._asking.until_answered("settle", settle, **what)
        if self._chance.random() < 0.3:  # a nervous shop
            self._asking.until_answered("settle", settle, **what)

    def tell_news(self) -> None:
        """The bank tells what it has to tell: perhaps late, perhaps twice, until it is taken."""
        news, strikes = self._world.books.news, self._world.faults.strikes
        if not news:
            return
        if strikes("callback late"):
            news.append(news.pop(0))
            return
        bank_id, event, reference = news.pop(0)
        if strikes("callback lost"):
            return
        for _time in range(2 if strikes("callback twice") else 1):
            try:
                self._world.as_web(
                    lambda: self._world.house.web.applications.callback(bank_id, CallbackEvent(event, reference))
                )
            except ProcessDied:
                news.append((bank_id, event, reference))

    def read_feeds(self) -> None:
        """Each shop goes on where it stopped."""
        for shop in self._world.shops:
            after = shop.feed[-1][0] if shop.feed else 0
            found = self._world.house.web.webhooks.feed(shop.id, Mode.TEST, after, 100)
            shop.feed += [(one.number, one.id) for one in found]

    def roll(self) -> None:
        shop = self._chance.choice(self._world.shops)
        grace, key = self._chance.choice((Grace.HOUR, Grace.DAY)), secrets.token_hex(16)

        def roll() -> Mapping[str, object]:
            web, door = self._world.house.web, self._asking.door(shop)
            used = door.key
            if used is None:
                raise AssertionError("a door without its key")
            asked = KeyedRequest(door, f"roll {used.id}", key, grace.value)

            def act() -> FirstAnswer:
                made, old = web.merchant_keys.roll(shop.id, Mode.TEST, used.id, grace, used)
                latest = self._world.clock.now().timestamp() + grace.seconds
                return FirstAnswer(201, json.dumps({"key": made.text, "ends": old.expires_at, "latest": latest}))

            vault = Vault(web.keys.derive("kept-answers"))
            answer = json.loads(answer_once(web.idempotency, asked, act, vault).data)
            shop.secrets[-1] = (shop.secrets[-1][0], answer["ends"] / 1000)
            shop.secrets.append((answer["key"], None))
            return {"in_time": answer["ends"] / 1000 <= answer["latest"]}

        while not self._asking.tell("roll a key", roll, shop=shop.id):
            self._world.wait(31)  # until the key of the request is free again

    def use_old_key(self) -> None:
        """Good until the moment it was told to end at, and not after it."""
        shop = self._chance.choice(self._world.shops)
        for text, ends in shop.secrets:
            good = ends is None or self._world.clock.now().timestamp() < ends
            try:
                self._world.house.web.merchants.door_by_secret_key(text)
                works = True
            except Unauthenticated:
                works = False
            self._world.say("use an old key", works=works, good=good)

    def roll_our_own(self) -> None:
        self._world.house.web.key_place.change(OwnKeys.with_new_ring_secret)
