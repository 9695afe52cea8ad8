"""Shoppers in their frames, and on the bank's own pages."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox_bank import stages
from sandbox_bank.behaviour import Behaviour
from scenebank.applications.model import Application, Choice, GivenConsent, Status
from scenebank.catalogue.model import Kind
from scenebank.markets import market
from scenebank.money.model import Money
from scenebank.sessions.model import Session
from scenebank.sessions.requests import read_session_request, session_request
from tests.simulation.asking import Asking, seen
from tests.simulation.world import BANKS, SHOP, Shop

CN = market("CN")
_WIDGET, _VERSION = "instalments", "c1"
_ASKED = session_request([_WIDGET])
_ORDERS, _SHOPPERS = 5, 2
_AMOUNTS = (30_000, 99_900, 129_900)
_STEP = Behaviour()
_MOST_FRAMES = 24


@dataclass
class Visit:
    """One frame a shopper has open: its session and its token."""

    shop: Shop
    session: Session
    token: str


class Shoppers:
    """``visits`` are the frames that are open. Each method is one thing somebody does."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._world = asking.world
        self._chance = asking.world.chance
        self.visits: list[Visit] = []

    def visit(self) -> None:
        shop, order = self._chance.choice(self._world.shops), self._chance.randrange(_ORDERS)
        shopper = f"u_{self._chance.choice((order, order, order, order + 1)) % _SHOPPERS}"
        nonce, tokens = secrets.token_hex(16), []

        def create() -> Mapping[str, object]:
            document = {"widget": _WIDGET, "origin": SHOP, "user": {"ref": shopper}, "order": {
                "id": f"o-{order}", "amount": str(_AMOUNTS[order % 3]), "currency": "CNY"}}  # fmt: skip
            web, door = self._world.house.web, self._asking.door(shop)
            asked = read_session_request(_ASKED.read_body(document), door)
            tokens.append(web.sessions.create(door, asked).launch_token)
            return {}

        def launch(with_nonce: str) -> Callable[[], Mapping[str, object]]:
            def ask() -> Mapping[str, object]:
                web = self._world.house.web
                door = self._asking.door(shop)
                session, token = web.sessions.launch(door, _WIDGET, tokens[0], with_nonce, SHOP, _VERSION)
                self.visits.append(Visit(shop, session, token))
                return {"session": session.id}

            return ask

        if self._asking.tell("create", create, shopper=shopper, order=f"o-{order}") and tokens:
            name = hashlib.sha256(tokens[0].encode()).hexdigest()[:12]
            while not self._asking.tell("launch", launch(nonce), token=name):
                pass
            if self._chance.random() < 0.3:
                other = self._chance.choice((nonce, secrets.token_hex(16)))
                self._asking.tell("launch", launch(other), token=name)
        self.visits = self.visits[-_MOST_FRAMES:]

    def submit(self) -> None:
        visit = self._some_visit()
        if visit is not None:
            self._submit_with(visit)
            if self._chance.random() < 0.3:  # a double click
                self._submit_with(visit)

    def submit_again(self) -> None:
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
        term = 12 if self._chance.random() < 0.9 else 6

        def submit() -> Mapping[str, object]:
            web = self._world.house.web
            amount = session.amount or Money(0, "CNY")
            offer, plan = web.offers.one(CN, Kind.INSTALMENTS, amount, bank_id, BANKS[bank_id], term)
            consent = GivenConsent("share_data", bank_id, "I agree that …")
            choice = Choice(offer, plan, (consent,), None, "zh-CN", _WIDGET, _VERSION)
            made = web.applications.submit(session, CN, choice)
            self._asking.known[made.id] = visit.shop
            return seen(made)

        self._asking.tell("submit", submit, order=session.order_id, shop=visit.shop.id)

    def look(self) -> None:
        visit = self._some_visit()
        if visit is None:
            return

        def look() -> Mapping[str, object]:
            web = self._world.house.web
            door = self._asking.door(visit.shop)
            session, visit.token = web.sessions.load(door, _WIDGET, visit.token)
            found = web.applications.current(session)
            return seen(found) if found else {}

        self._asking.tell("look", look)

    def withdraw(self) -> None:
        self._on_current("withdraw", lambda visit, found: self._world.house.web.applications.withdraw(
            visit.session, found.id))  # fmt: skip

    def withdraw_consent(self) -> None:
        def withdraw(visit: Visit, found: Application) -> Application:
            applications = self._world.house.web.applications
            (consent, *_more) = applications.consents(found)
            return applications.withdraw_consent(visit.session, found.id, consent.id)

        self._on_current("withdraw a consent", withdraw)

    def accept_offer(self) -> None:
        """What the bank would lend instead, at our price for it."""

        def accept(visit: Visit, found: Application) -> Application:
            web, counter = self._world.house.web, found.counter_offer
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
        with self._world.calm():
            shown = self._world.house.web.applications.current(visit.session)
        if shown is None or (only and shown.status is not only):
            return
        self._asking.until_answered(what, lambda: seen(act(visit, shown)), wanted=shown.id)

    def sign(self) -> None:
        waiting = [one for one in self._world.books.applications.values() if one.stage == "SIGN"]
        self._world.shopper_acts_at_bank(stages.sign, waiting)

    def at_bank(self) -> None:
        """Documents, counter-offers, reviews, what runs out, and second thoughts."""
        books = self._world.books.applications.values()
        by_stage = {
            "DOCUMENTS": lambda one: stages.hand_in(one, "1 byte", _STEP),
            "REVIEW": lambda one: stages.ripen(one, _STEP),
            "COUNTER_OFFER": lambda one: stages.accept(one, one.offer_id, _STEP),
        }  # fmt: skip
        waiting = [one for one in books if one.stage in by_stage]
        if waiting and self._chance.random() < 0.7:
            self._world.shopper_acts_at_bank(lambda one: by_stage[one.stage](one), waiting)
            return
        ends: Callable[[Any], Any] = self._chance.choice((
            lambda one: stages.withdraw(one, "shopper"), lambda one: stages.ripen(one, _STEP),
        ))  # fmt: skip
        self._world.shopper_acts_at_bank(ends, [one for one in books if one.stage in ("SIGN", "COUNTER_OFFER")])

    def come_back(self) -> None:
        if self._asking.known:
            one = self._chance.choice(sorted(self._asking.known))

            def back() -> Mapping[str, object]:
                found = self._world.house.web.applications.returned(one)
                return seen(found) if found else {}

            self._asking.tell("come back", back)

    def _some_visit(self) -> Visit | None:
        return self._chance.choice(self.visits) if self.visits else None
