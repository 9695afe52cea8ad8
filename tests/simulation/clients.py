"""Shoppers, shops and banks' own doings: what each does next, and what it was told."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox_bank import stages
from sandbox_bank.behaviour import Behaviour
from scenebank.applications.model import Application, Choice, GivenConsent, Status
from scenebank.applications.settlement import Settlement
from scenebank.banks.port import CallbackEvent, Operation
from scenebank.catalogue.model import Kind
from scenebank.errors import ScenebankError, Unauthenticated
from scenebank.keys.document import OwnKeys
from scenebank.markets import market
from scenebank.merchants.idempotency import FirstAnswer, KeyedRequest, StillRunning
from scenebank.merchants.model import Door, Grace, Mode
from scenebank.merchants.vault import Vault
from scenebank.money.model import Money
from scenebank.sessions.model import Session
from scenebank.sessions.requests import read_session_request
from scenebank.web.api.once import answer_once
from tests.simulation.processes import ProcessDied
from tests.simulation.world import BANKS, SHOP, Shop, World

CN = market("CN")
_WIDGET, _VERSION = "instalments", "c1"
_ORDERS, _SHOPPERS = 5, 2
_AMOUNTS = (30_000, 99_900, 129_900)
_STEP = Behaviour()
_PAID = ("accepted", "fulfilling", "active")
_WEIGHTS: Mapping[str, int] = {
    "visit": 8, "submit": 14, "submit again": 4, "look": 14, "withdraw": 3, "withdraw a consent": 2,
    "accept the offer": 5, "sign": 12, "other at the bank": 5, "come back": 4, "settle": 16, "again": 10,
    "callback": 12, "read the feed": 4, "roll a key": 1, "use an old key": 1, "roll our own": 1, "seal": 2,
}  # fmt: skip


@dataclass
class Visit:
    """One frame a shopper has open: its session and its token."""

    shop: Shop
    session: Session
    token: str


@dataclass(frozen=True)
class Unanswered:
    """Something nobody answered: asked again until somebody does."""

    what: str
    ask: Callable[[], bool]


class Clients:
    """``act`` does one thing; ``ask_again`` repeats what was never answered, until there is nothing left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.chance
        self.visits: list[Visit] = []
        self.known: dict[str, Shop] = {}  # applications by id, as clients were told of them
        self.shown: dict[str, object] = {}  # and the status they were told last
        self.unanswered: list[Unanswered] = []
        self.acts = 0
        self._doors: dict[str, Door] = {}
        self._names, self._shares = list(_WEIGHTS), list(_WEIGHTS.values())
        self._doings: dict[str, Callable[[], None]] = {
            "visit": self._visit, "submit": self._submit, "submit again": self._submit_again, "look": self._look,
            "withdraw": self._withdraw, "withdraw a consent": self._withdraw_consent,
            "accept the offer": self._accept_offer, "sign": self._sign, "other at the bank": self._at_bank,
            "come back": self._come_back, "settle": self._settle, "again": self._again, "callback": self.tell_news,
            "read the feed": self.read_feeds, "roll a key": self._roll, "use an old key": self._use_old_key,
            "roll our own": self._roll_our_own, "seal": world.seal,
        }  # fmt: skip

    def act(self) -> None:
        self.acts += 1
        (name,) = self.chance.choices(self._names, self._shares)
        self._doings[name]()

    def ask_again(self) -> None:
        waiting, self.unanswered = self.unanswered, []
        self.unanswered += [one for one in waiting if not one.ask()]

    def _tell(self, what: str, ask: Callable[[], Mapping[str, object]], **asked: object) -> bool:
        """Ask the web process, and write down what it said; False when nobody answered."""
        try:
            said = self.world.as_web(ask)
        except ProcessDied:
            self.world.say(what, outcome="no answer", **asked)
            return False
        except StillRunning:
            return False
        except ScenebankError as error:
            self.world.say(what, outcome=error.code, **asked)
            return True
        self.world.say(what, outcome="ok", **asked, **said)
        if "status" in said:
            self.shown[str(said["application"])] = said["status"]
        return True

    def _until_answered(self, what: str, ask: Callable[[], Mapping[str, object]], **asked: object) -> None:
        def once() -> bool:
            return self._tell(what, ask, **asked)

        if not once():
            self.unanswered.append(Unanswered(what, once))

    def _visit(self) -> None:
        shop, order = self.chance.choice(self.world.shops), self.chance.randrange(_ORDERS)
        shopper = f"u_{self.chance.choice((order, order, order, order + 1)) % _SHOPPERS}"
        nonce, tokens = secrets.token_hex(16), []

        def create() -> Mapping[str, object]:
            document = {"widget": _WIDGET, "origin": SHOP, "user": {"ref": shopper}, "order": {
                "id": f"o-{order}", "amount": str(_AMOUNTS[order % 3]), "currency": "CNY"}}  # fmt: skip
            door = self._door(shop)
            tokens.append(self.world.house.web.sessions.create(door, read_session_request(document, door)).launch_token)
            return {}

        def launch(with_nonce: str) -> Callable[[], Mapping[str, object]]:
            def ask() -> Mapping[str, object]:
                web = self.world.house.web
                door = self._door(shop)
                session, token = web.sessions.launch(door, _WIDGET, tokens[0], with_nonce, SHOP, _VERSION)
                self.visits.append(Visit(shop, session, token))
                return {"session": session.id}

            return ask

        if self._tell("create", create, shopper=shopper, order=f"o-{order}") and tokens:
            name = hashlib.sha256(tokens[0].encode()).hexdigest()[:12]
            while not self._tell("launch", launch(nonce), token=name):
                pass
            if self.chance.random() < 0.3:
                other = self.chance.choice((nonce, secrets.token_hex(16)))
                self._tell("launch", launch(other), token=name)
        self.visits = self.visits[-24:]

    def _submit(self) -> None:
        visit = self._some_visit()
        if visit is not None:
            self._submit_with(visit)
            if self.chance.random() < 0.3:  # a double click
                self._submit_with(visit)

    def _submit_again(self) -> None:
        """The same choice from another frame of the same shopper and order."""
        visit = self._some_visit()
        same = [
            one for one in self.visits
            if visit and one.session.shopper_ref == visit.session.shopper_ref
            and (one.shop.id, one.session.order_id) == (visit.shop.id, visit.session.order_id)
        ]  # fmt: skip
        for one in same[:2]:
            self._submit_with(one)

    def _submit_with(self, visit: Visit) -> None:
        session, bank_id = visit.session, list(BANKS)[sum(map(ord, visit.session.order_id or "")) % len(BANKS)]
        term = 12 if self.chance.random() < 0.9 else 6

        def submit() -> Mapping[str, object]:
            web = self.world.house.web
            amount = session.amount or Money(0, "CNY")
            offer, plan = web.offers.one(CN, Kind.INSTALMENTS, amount, bank_id, BANKS[bank_id], term)
            consent = GivenConsent("share_data", bank_id, "I agree that …")
            choice = Choice(offer, plan, (consent,), None, "zh-CN", _WIDGET, _VERSION)
            made = web.applications.submit(session, CN, choice)
            self.known[made.id] = visit.shop
            return seen(made)

        self._tell("submit", submit, order=session.order_id, shop=visit.shop.id)

    def _look(self) -> None:
        visit = self._some_visit()
        if visit is None:
            return

        def look() -> Mapping[str, object]:
            web = self.world.house.web
            door = self._door(visit.shop)
            session, visit.token = web.sessions.load(door, _WIDGET, visit.token)
            found = web.applications.current(session)
            return seen(found) if found else {}

        self._tell("look", look)

    def _withdraw(self) -> None:
        self._on_current("withdraw", lambda visit, found: self.world.house.web.applications.withdraw(
            visit.session, found.id))  # fmt: skip

    def _withdraw_consent(self) -> None:
        def withdraw(visit: Visit, found: Application) -> Application:
            applications = self.world.house.web.applications
            (consent, *_more) = applications.consents(found)
            return applications.withdraw_consent(visit.session, found.id, consent.id)

        self._on_current("withdraw a consent", withdraw)

    def _accept_offer(self) -> None:
        """What the bank would lend instead, at our price for it."""

        def accept(visit: Visit, found: Application) -> Application:
            web, counter = self.world.house.web, found.counter_offer
            amount = counter.amount if counter else found.amount
            _offer, plan = web.offers.one(CN, Kind.INSTALMENTS, amount, found.bank_id, found.product_id, 12)
            return web.applications.accept_offer(visit.session, found.id, "I agree to less", plan)

        self._on_current("accept the offer", accept, Status.OFFERED)

    def _on_current(
        self, what: str, act: Callable[[Visit, Application], Application], only: Status | None = None
    ) -> None:
        """Something a shopper does to the application the frame shows, until it is answered."""
        visit = self._some_visit()
        if visit is None:
            return
        with self.world.calm():
            shown = self.world.house.web.applications.current(visit.session)
        if shown is None or (only and shown.status is not only):
            return
        self._until_answered(what, lambda: seen(act(visit, shown)), wanted=shown.id)

    def _sign(self) -> None:
        waiting = [one for one in self.world.books.applications.values() if one.stage == "SIGN"]
        self.world.shopper_acts_at_bank(stages.sign, waiting)

    def _at_bank(self) -> None:
        """Documents, counter-offers, reviews, what runs out, and second thoughts."""
        books = self.world.books.applications.values()
        by_stage = {
            "DOCUMENTS": lambda one: stages.hand_in(one, "1 byte", _STEP),
            "REVIEW": lambda one: stages.ripen(one, _STEP),
            "COUNTER_OFFER": lambda one: stages.accept(one, one.offer_id, _STEP),
        }  # fmt: skip
        waiting = [one for one in books if one.stage in by_stage]
        if waiting and self.chance.random() < 0.7:
            self.world.shopper_acts_at_bank(lambda one: by_stage[one.stage](one), waiting)
            return
        ends: Callable[[Any], Any] = self.chance.choice((
            lambda one: stages.withdraw(one, "shopper"), lambda one: stages.ripen(one, _STEP),
        ))  # fmt: skip
        self.world.shopper_acts_at_bank(ends, [one for one in books if one.stage in ("SIGN", "COUNTER_OFFER")])

    def _come_back(self) -> None:
        if self.known:
            one = self.chance.choice(sorted(self.known))

            def back() -> Mapping[str, object]:
                found = self.world.house.web.applications.returned(one)
                return seen(found) if found else {}

            self._tell("come back", back)

    def _settle(self) -> None:
        if not self.known:
            return
        paid = [one for one in sorted(self.known) if self.shown.get(one) in _PAID]
        application = self.chance.choice(paid if paid and self.chance.random() < 0.9 else sorted(self.known))
        operation = self.chance.choice((Operation.FULFIL, Operation.FULFIL, Operation.CANCEL, Operation.REFUND))
        amount = self.chance.choice((None, Money(100, "CNY"), Money(10_000, "CNY")))
        key, shop = secrets.token_hex(16), self.known[application]
        said = f"{operation}\n{amount.json() if amount else 'all'}"

        def settle() -> Mapping[str, object]:
            web, door = self.world.house.web, self._door(shop)
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
        self._until_answered("settle", settle, **what)
        if self.chance.random() < 0.3:  # a nervous shop
            self._until_answered("settle", settle, **what)

    def _again(self) -> None:
        """A client that had no answer asks again."""
        if self.unanswered:
            one = self.unanswered.pop(self.chance.randrange(len(self.unanswered)))
            if not one.ask():
                self.unanswered.append(one)

    def tell_news(self) -> None:
        """The bank tells what it has to tell: perhaps late, perhaps twice, until it is taken."""
        news, strikes = self.world.books.news, self.world.faults.strikes
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
                self.world.as_web(
                    lambda: self.world.house.web.applications.callback(bank_id, CallbackEvent(event, reference))
                )
            except ProcessDied:
                news.append((bank_id, event, reference))

    def read_feeds(self) -> None:
        """Each shop goes on where it stopped."""
        for shop in self.world.shops:
            after = shop.feed[-1][0] if shop.feed else 0
            found = self.world.house.web.webhooks.feed(shop.id, Mode.TEST, after, 100)
            shop.feed += [(one.number, one.id) for one in found]

    def _roll(self) -> None:
        shop = self.chance.choice(self.world.shops)
        grace, key = self.chance.choice((Grace.HOUR, Grace.DAY)), secrets.token_hex(16)

        def roll() -> Mapping[str, object]:
            web, door = self.world.house.web, self._door(shop)
            used = door.key
            if used is None:
                raise AssertionError("a door without its key")
            asked = KeyedRequest(door, f"roll {used.id}", key, grace.value)

            def act() -> FirstAnswer:
                made, old = web.merchant_keys.roll(shop.id, Mode.TEST, used.id, grace, used)
                return FirstAnswer(201, json.dumps({"key": made.text, "ends": old.expires_at}))

            vault = Vault(web.keys.derive("kept-answers"))
            answer = json.loads(answer_once(web.idempotency, asked, act, vault).data)
            shop.secrets[-1] = (shop.secrets[-1][0], answer["ends"] / 1000)
            shop.secrets.append((answer["key"], None))
            return {}

        while not self._tell("roll a key", roll, shop=shop.id):
            self.world.wait(31)  # until the key of the request is free again

    def _use_old_key(self) -> None:
        """Good until the moment it was told to end at, and not after it."""
        shop = self.chance.choice(self.world.shops)
        for text, ends in shop.secrets:
            good = ends is None or self.world.clock.now().timestamp() < ends
            try:
                self.world.house.web.merchants.door_by_secret_key(text)
                works = True
            except Unauthenticated:
                works = False
            self.world.say("use an old key", works=works, good=good)

    def _roll_our_own(self) -> None:
        self.world.house.web.key_place.change(OwnKeys.with_new_ring_secret)

    def _door(self, shop: Shop) -> Door:
        """With the newest key of the shop; looked up once a key, as old and new keys have an act of their own."""
        key = shop.secrets[-1][0]
        if key not in self._doors:
            self._doors[key] = self.world.house.web.merchants.door_by_secret_key(key)
        return self._doors[key]

    def _some_visit(self) -> Visit | None:
        return self.chance.choice(self.visits) if self.visits else None


def seen(application: Application) -> dict[str, object]:
    """What a client reads of an application."""
    return {"application": application.id, "status": application.status.value, "sequence": application.sequence}


