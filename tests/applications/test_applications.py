"""An application from the shopper's click to the last refund, against a bank that plays recorded answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from scenebank.applications.links import ApplicationLinks
from scenebank.applications.model import Application, Choice, GivenConsent, OperationState, Status
from scenebank.applications.service import NotWithdrawable, OpenApplication
from scenebank.applications.settlement import Settlement
from scenebank.applications.work import ASK
from scenebank.banks.port import (
    Answer,
    BankError,
    BankLedger,
    CallbackEvent,
    InvalidRequest,
    NotBooked,
    Operation,
    Order,
    OutcomeUnknown,
    RateLimited,
    Stage,
    Unavailable,
)
from scenebank.banks.scripted import ScriptedBank
from scenebank.catalogue.model import Kind
from scenebank.clock import HandClock
from scenebank.config import load_config
from scenebank.engine.inline import InlineQueue
from scenebank.errors import Conflict, InvalidInput, NotFound
from scenebank.markets import market
from scenebank.merchants.model import Mode
from scenebank.money.model import Money
from scenebank.money.schedule import Schedule, make_schedule
from scenebank.sessions.model import Session, Signals
from scenebank.store.tables import events
from scenebank.wiring import build_services
from tests.support.catalogue import product, publish
from tests.support.new_tables import create_tables

CN = market("CN")
START = datetime(2026, 11, 24, tzinfo=UTC)
AMOUNT = Money(129_900, "CNY")


class Desk:
    """Everything real but the bank and the clock."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.clock = HandClock(START)
        self.queue = InlineQueue(self.clock)
        config = load_config({"DATA_DIR": str(folder), "DATABASE_URL": database_url})
        self.wired = build_services(config, self.clock, self.queue)
        create_tables(self.wired.database)
        publish(self.wired.catalogue, product("harbour", "hb"))
        self.merchant = self.wired.merchants.create("青禾", ["https://shop.example"], "CN", Mode.TEST).id
        self.bank = ScriptedBank([answer(Stage.SIGN, 1)], self.choice().plan.schedule)

    def session(self, order: str = "ord_1", shopper: str = "u_1") -> Session:
        return Session(
            id=f"ses_{order}", merchant_id=self.merchant, mode=Mode.TEST, widget="instalments",
            origin="https://shop.example", shopper_ref=shopper, order_id=order, amount=AMOUNT, signals=None,
            return_url=None, catalogue_version="c1", generation=1, expires_at=START,
        )  # fmt: skip

    def choice(self, term: int = 12) -> Choice:
        offer, plan = self.wired.offers.one(CN, Kind.INSTALMENTS, AMOUNT, "harbour", "hb", term)
        consent = GivenConsent("share_data", "harbour", "I agree that …")
        return Choice(offer, plan, (consent,), None, "zh-CN", "instalments", "c2")

    def apply(self, *script: Answer | BankError) -> Application:
        self.play(script)
        return self.wired.applications.submit(self.session(), CN, self.choice())

    def play(self, script: Sequence[Answer | BankError]) -> None:
        self.bank = ScriptedBank(script, self.choice().plan.schedule)

    def called_back(self, bank_id: str, event_id: str, reference: str) -> None:
        self.wired.applications.callback(bank_id, CallbackEvent(event_id, reference))

    def run(self, seconds: int = 0) -> Application:
        """Let that much time pass, second by second, with all due work done; the application then."""
        links = self.links()
        self.queue.run_due(links)
        for _second in range(seconds):
            self.clock.move(1)
            self.queue.run_due(links)
        current = self.wired.applications.current(self.session())
        assert current is not None
        return current

    def run_one(self) -> None:
        """The work that has been due for longest."""
        assert self.queue.run_due(self.links(), most=1) == 1

    def links(self) -> Mapping[str, Callable[..., None]]:
        wired = self.wired
        return ApplicationLinks(
            wired.database, self.queue, self.clock, wired.webhooks, wired.merchants, lambda _id: self.bank,
            wired.config.public_url,
        ).registered()  # fmt: skip

    def told(self) -> list[str]:
        with self.wired.database.read() as connection:
            return list(connection.execute(select(events.c.type).order_by(events.c.number)).scalars())

    def settle(self, operation: Operation, amount: int | None, key: str) -> None:
        money = None if amount is None else Money(amount, "CNY")
        application = self.run()
        settlement = Settlement(operation, money, key)
        self.wired.applications.settle(self.merchant, Mode.TEST, application.id, settlement)


class Listening(ScriptedBank):
    """Remembers the orders it was told of."""

    def __init__(self, script: Sequence[Answer | BankError], schedule: Schedule) -> None:
        super().__init__(script, schedule)
        self.orders: list[Order] = []

    def submit(self, order: Order) -> Answer:
        self.orders.append(order)
        return super().submit(order)

    def withdraw(self, order: Order, bank_ref: str, key: str, reason: str) -> Answer:
        self.orders.append(order)
        return super().withdraw(order, bank_ref, key, reason)


class Meanwhile(ScriptedBank):
    """While it thinks of its next answer to a question, something happens, once."""

    def __init__(
        self, script: Sequence[Answer | BankError], schedule: Schedule, meanwhile: Callable[[], object] | None = None
    ) -> None:
        super().__init__(script, schedule)
        self.meanwhile = meanwhile

    def get(self, order: Order, bank_ref: str) -> Answer:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return super().get(order, bank_ref)


class Slow(ScriptedBank):
    """Looks at once what it knows, and takes eleven seconds to say so."""

    def __init__(self, script: Sequence[Answer | BankError], schedule: Schedule, clock: HandClock) -> None:
        super().__init__(script, schedule)
        self._clock = clock

    def find(self, order: Order) -> Answer:
        self._clock.move(11)
        return super().find(order)

    def get(self, order: Order, bank_ref: str) -> Answer:
        self._clock.move(11)
        return super().get(order, bank_ref)


def answer(stage: Stage, sequence: int, *, fulfilled: int = 0, refunded: int = 0) -> Answer:
    ledger = BankLedger(AMOUNT, Money(fulfilled, "CNY"), Money(0, "CNY"), Money(refunded, "CNY"))
    redirect = "https://bank.example/sign" if stage is Stage.SIGN else None
    return Answer("ref-1", stage, stage.value, sequence, redirect, (), (), None, ledger)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(database_url, tmp_path)


def test_what_is_acknowledged_is_kept_and_sent_once(desk: Desk) -> None:
    first = desk.apply(answer(Stage.SIGN, 1))
    again = desk.wired.applications.submit(desk.session(), CN, desk.choice())
    assert again.id == first.id
    assert first.status is Status.SUBMITTING
    assert desk.run().status is Status.ACTION_REQUIRED
    assert desk.bank.calls == [("submit", first.submission_key)]
    assert [consent.text for consent in desk.wired.applications.consents(first)] == ["I agree that …"]


def test_one_open_application_an_order(desk: Desk) -> None:
    desk.apply(answer(Stage.SIGN, 1))
    with pytest.raises(OpenApplication):
        desk.wired.applications.submit(desk.session(), CN, desk.choice(term=6))
    with pytest.raises(OpenApplication):
        desk.wired.applications.submit(desk.session(shopper="u_2"), CN, desk.choice())


def test_a_bank_that_is_away_gets_it_when_it_is_back(desk: Desk) -> None:
    desk.apply(Unavailable(), Unavailable(), answer(Stage.SIGN, 1))
    waiting = desk.run()
    assert (waiting.status, waiting.unreachable_since) == (Status.SUBMITTING, START)
    back = desk.run(5)
    assert (back.status, back.unreachable_since) == (Status.ACTION_REQUIRED, None)
    assert [call for call, _ in desk.bank.calls if call != "get"] == ["submit"] * 3


def test_unknown_is_left_by_asking_and_a_lost_answer_books_once(desk: Desk) -> None:
    desk.apply(OutcomeUnknown(), answer(Stage.SIGN, 1))
    assert desk.run().status is Status.UNKNOWN
    assert desk.run(2).status is Status.ACTION_REQUIRED
    assert [call for call, _ in desk.bank.calls][:2] == ["submit", "find"]
    assert "submit" not in [call for call, _ in desk.bank.calls][1:]


def test_not_booked_is_believed_only_when_the_first_call_cannot_run_any_more(desk: Desk) -> None:
    desk.apply(OutcomeUnknown(), NotBooked(), NotBooked(), NotBooked(), NotBooked(), answer(Stage.SIGN, 1))
    desk.run(10)
    assert [call for call, _ in desk.bank.calls].count("submit") == 1
    assert desk.run(20).status is Status.ACTION_REQUIRED
    assert [call for call, _ in desk.bank.calls].count("submit") == 2


def test_a_slow_no_is_as_old_as_its_question(desk: Desk) -> None:
    """Asked two seconds after the call, answered after thirteen: what came meanwhile is not in the answer."""
    desk.apply(Unavailable())
    desk.bank = Slow([OutcomeUnknown(), NotBooked(), answer(Stage.SIGN, 1)], desk.choice().plan.schedule, desk.clock)
    assert desk.run(30).status is Status.ACTION_REQUIRED
    assert [call for call, _ in desk.bank.calls].count("submit") == 1


def test_taken_back_reaches_the_bank_where_a_slow_no_is_older_than_the_call(desk: Desk) -> None:
    desk.apply(Unavailable())
    desk.bank = Slow([OutcomeUnknown(), NotBooked(), answer(Stage.SIGN, 1), answer(Stage.WITHDRAWN, 2)],
                     desk.choice().plan.schedule, desk.clock)  # fmt: skip
    desk.wired.applications.withdraw(desk.session(), desk.run().id)
    assert desk.run(60).status is Status.WITHDRAWN
    assert "withdraw" in [call for call, _ in desk.bank.calls]


def test_a_refused_request_fails_and_leaves_the_order_free(desk: Desk) -> None:
    desk.apply(InvalidRequest("bad field"))
    assert desk.run().status is Status.FAILED
    second = desk.wired.applications.submit(desk.session(), CN, desk.choice())
    assert (second.status, second.attempt) == (Status.SUBMITTING, 2)


def test_a_late_word_changes_nothing(desk: Desk) -> None:
    desk.apply(answer(Stage.SIGNED, 5), answer(Stage.ACTIVE, 3, fulfilled=129_900), answer(Stage.REVIEW, 6))
    application = desk.run()
    for _visit in range(2):
        desk.wired.applications.returned(application.id)
        desk.clock.move(1)
        assert desk.run().status is Status.ACCEPTED


def test_a_callback_is_asked_about_at_once_and_once(desk: Desk) -> None:
    """It only says that something changed: what, the bank is asked."""
    key = desk.apply(answer(Stage.REVIEW, 1), answer(Stage.SIGN, 2), answer(Stage.SIGNED, 3)).submission_key
    assert desk.run().status is Status.IN_REVIEW
    desk.called_back("lantern", "evt_0", key)  # another bank's word on it
    desk.called_back("harbour", "evt_1", "nobody's")
    assert desk.run().status is Status.IN_REVIEW
    desk.called_back("harbour", "evt_2", key)
    assert desk.run().status is Status.ACTION_REQUIRED
    desk.called_back("harbour", "evt_2", key)
    assert desk.run().status is Status.ACTION_REQUIRED
    assert [call for call, _ in desk.bank.calls] == ["submit", "get"]


def test_what_the_shop_says_of_its_shopper_travels_no_more_without_the_consent(desk: Desk) -> None:
    session = replace(desk.session(), signals=Signals({"orders_12m": 6}, "2026-10"))
    choice = desk.choice()
    choice = replace(choice, consents=(*choice.consents, GivenConsent("merchant_signals", "harbour", "I agree too")))
    application = desk.wired.applications.submit(session, CN, choice)
    desk.bank = bank = Listening([answer(Stage.SIGN, 1), answer(Stage.WITHDRAWN, 2)], choice.plan.schedule)
    desk.run()
    consent, _of_signals = desk.wired.applications.consents(application)
    desk.wired.applications.withdraw_consent(session, application.id, consent.id)
    desk.run()
    told = [(order.context.signals, [one.purpose for one in order.consents]) for order in bank.orders]
    assert told == [({"orders_12m": 6}, ["share_data", "merchant_signals"]), (None, ["merchant_signals"])]


def test_withdrawn_before_it_was_sent_never_reaches_the_bank(desk: Desk) -> None:
    application = desk.apply(answer(Stage.SIGN, 1))
    desk.wired.applications.withdraw(desk.session(), application.id)
    assert desk.run(30).status is Status.WITHDRAWN
    assert desk.bank.calls == []


def test_withdrawn_afterwards_is_carried_to_the_bank(desk: Desk) -> None:
    application = desk.apply(answer(Stage.SIGN, 1), answer(Stage.WITHDRAWN, 2))
    desk.run()
    consent = desk.wired.applications.consents(application)[0]
    desk.wired.applications.withdraw_consent(desk.session(), application.id, consent.id)
    assert desk.run().status is Status.WITHDRAWN
    assert desk.bank.calls[-1] == ("withdraw", "consent_withdrawn")
    assert [one.withdrawn_at for one in desk.wired.applications.consents(application)] == [START]
    with pytest.raises(NotFound):
        desk.wired.applications.withdraw(desk.session(shopper="u_2"), application.id)


def test_goods_out_and_back_and_the_shop_hears_all_of_it(desk: Desk) -> None:
    desk.apply(answer(Stage.SIGNED, 1), answer(Stage.ACTIVE, 2, fulfilled=129_900))
    desk.run()
    desk.settle(Operation.FULFIL, None, "key-1")
    desk.settle(Operation.FULFIL, None, "key-1")
    active = desk.run()
    assert (active.status, active.ledger.fulfilled) == (Status.ACTIVE, AMOUNT)
    assert [call for call, _ in desk.bank.calls] == ["submit", "fulfil"]
    with pytest.raises(NotWithdrawable):
        desk.wired.applications.withdraw(desk.session(), active.id)
    with pytest.raises(Conflict):
        desk.settle(Operation.CANCEL, 100, "key-2")
    with pytest.raises(InvalidInput):
        desk.settle(Operation.REFUND, 129_901, "key-3")
    assert desk.told() == ["application.submitting", "application.accepted", "application.active"]


def test_a_lost_answer_to_a_settlement_is_not_settled_twice(desk: Desk) -> None:
    desk.apply(answer(Stage.SIGNED, 1), OutcomeUnknown(), answer(Stage.FULFILLING, 2, fulfilled=1_000))
    desk.run()
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    assert desk.run(3).ledger.fulfilled == Money(1_000, "CNY")
    assert [call for call, _ in desk.bank.calls].count("fulfil") == 1


def test_a_slow_answer_to_a_settlement_is_as_old_as_its_question(desk: Desk) -> None:
    signed, settled = answer(Stage.SIGNED, 1), answer(Stage.FULFILLING, 2, fulfilled=1_000)
    desk.apply(signed)
    desk.run()
    desk.bank = Slow([OutcomeUnknown(), signed, settled], desk.choice().plan.schedule, desk.clock)
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    assert desk.run(60).ledger.fulfilled == Money(1_000, "CNY")
    assert [call for call, _ in desk.bank.calls].count("fulfil") == 1


def test_what_the_bank_has_done_already_is_not_taken_off_twice(desk: Desk) -> None:
    """Its answer was lost, and a callback told of the goods while the operation is still on its way."""
    told = answer(Stage.FULFILLING, 2, fulfilled=100_000)
    desk.apply(answer(Stage.SIGNED, 1), OutcomeUnknown(), told)
    desk.run()
    desk.settle(Operation.FULFIL, 100_000, "key-1")
    desk.called_back("harbour", "evt_1", desk.run().submission_key)
    assert desk.run().ledger.fulfilled == Money(100_000, "CNY")
    desk.settle(Operation.CANCEL, None, "key-2")
    on_its_way = desk.wired.applications.operations(desk.run())
    assert {one.operation: one.amount for one in on_its_way} == {
        Operation.FULFIL: Money(100_000, "CNY"), Operation.CANCEL: Money(29_900, "CNY")
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        desk.settle(Operation.CANCEL, None, "key-3")
    assert refused.value.errors[0].params["left"] == "0"


def test_what_was_begun_goes_first_though_the_clock_was_set_back(desk: Desk) -> None:
    """Both would aim at the same total, and one booking would pass for two."""
    once, twice = (answer(Stage.FULFILLING, number + 1, fulfilled=number * 1_000) for number in (1, 2))
    desk.apply(answer(Stage.SIGNED, 1), OutcomeUnknown(), once, twice)
    desk.run()
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    desk.run()
    desk.clock.move(-60)
    desk.settle(Operation.FULFIL, 1_000, "key-2")
    assert desk.run(180).ledger.fulfilled == Money(2_000, "CNY")
    assert [call for call, _ in desk.bank.calls] == ["submit", "fulfil", "get", "fulfil"]


def test_each_of_ten_fulfilments_goes_as_soon_as_the_one_before_it_is_done(desk: Desk) -> None:
    done = (answer(Stage.FULFILLING, number + 1, fulfilled=number * 1_000) for number in range(1, 11))
    desk.apply(answer(Stage.SIGNED, 1), Unavailable("away"), *done)
    desk.run()
    for number in range(10):
        desk.settle(Operation.FULFIL, 1_000, f"key-{number}")
    assert desk.run(1).ledger.fulfilled == Money(10_000, "CNY")
    assert [call for call, _ in desk.bank.calls].count("fulfil") == 11


def test_after_a_refusal_the_bank_is_asked_before_the_next_one_aims_at_a_total(desk: Desk) -> None:
    """It may hold what we did not know of, which would pass for the next one's."""
    unknown, both = (answer(Stage.FULFILLING, number, fulfilled=total) for number, total in ((2, 500), (3, 800)))
    refused = (Unavailable("away"), InvalidRequest("no"))
    desk.apply(answer(Stage.SIGNED, 1), *refused, unknown, OutcomeUnknown(), unknown, unknown, both)
    desk.run()
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    desk.settle(Operation.FULFIL, 300, "key-2")
    assert desk.run(60).ledger.fulfilled == Money(800, "CNY")
    assert [call for call, _ in desk.bank.calls] == [
        "submit", "fulfil", "fulfil", "get", "fulfil", "get", "get", "fulfil"
    ]  # fmt: skip


def test_one_that_waits_for_its_turn_is_called_no_sooner_than_a_busy_bank_allows(desk: Desk) -> None:
    once, twice = (answer(Stage.FULFILLING, number + 1, fulfilled=number * 1_000) for number in (1, 2))
    desk.apply(answer(Stage.SIGNED, 1), Unavailable("away"), once, RateLimited(300), twice)
    desk.run()
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    desk.settle(Operation.FULFIL, 1_000, "key-2")
    assert desk.run(290).ledger.fulfilled == Money(1_000, "CNY")
    assert [call for call, _ in desk.bank.calls].count("fulfil") == 3
    assert desk.run(20).ledger.fulfilled == Money(2_000, "CNY")


def test_a_slow_answer_that_tells_of_a_refusal_again_hurries_nobody(desk: Desk) -> None:
    told, done = answer(Stage.FULFILLING, 2, fulfilled=500), answer(Stage.FULFILLING, 3, fulfilled=800)
    refused: tuple[BankError, ...] = Unavailable("away"), InvalidRequest("no")
    script: Sequence[Answer | BankError] = (answer(Stage.SIGNED, 1), *refused, told, RateLimited(3600), told, done)
    desk.apply()
    bank = desk.bank = Meanwhile(script, desk.choice().plan.schedule)
    application = desk.run().id
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    desk.settle(Operation.FULFIL, 300, "key-2")
    desk.run()
    desk.clock.move(1)
    desk.run_one()  # refused; before it is heard the bank calls back, and takes its time to say more
    bank.meanwhile = lambda: desk.run(3)
    desk.links()[ASK.name](application, "callback", "0")
    assert desk.run(60).ledger.fulfilled == Money(500, "CNY")
    assert [call for call, _ in bank.calls] == ["submit", "fulfil", "fulfil", "get", "fulfil", "get"]
    assert desk.run(3600).ledger.fulfilled == Money(800, "CNY")


def test_a_refusal_is_asked_about_again_where_whoever_was_to_ask_is_gone(desk: Desk) -> None:
    told, done = answer(Stage.FULFILLING, 2, fulfilled=500), answer(Stage.FULFILLING, 3, fulfilled=800)
    script: list[Answer | BankError] = [answer(Stage.SIGNED, 1), Unavailable("away"), InvalidRequest("no"), told, done]
    desk.apply()
    desk.bank = Meanwhile(script, desk.choice().plan.schedule, lambda: [][0])
    desk.run()
    desk.settle(Operation.FULFIL, 1_000, "key-1")
    desk.settle(Operation.FULFIL, 300, "key-2")
    with pytest.raises(IndexError):
        desk.run(2)
    assert desk.run(200).ledger.fulfilled == Money(800, "CNY")


def test_a_refund_whose_answer_was_lost_is_done_though_a_callback_told_of_the_end_first(desk: Desk) -> None:
    closed = answer(Stage.CLOSED, 3, fulfilled=129_900, refunded=129_900)
    desk.apply(answer(Stage.SIGNED, 1), answer(Stage.ACTIVE, 2, fulfilled=129_900), OutcomeUnknown(), closed)
    desk.run()
    desk.settle(Operation.FULFIL, None, "key-1")
    desk.run()
    desk.settle(Operation.REFUND, None, "key-2")
    desk.called_back("harbour", "evt_1", desk.run().submission_key)
    application = desk.run(3)
    refund = desk.wired.applications.operations(application)[-1]
    assert (application.status, refund.state, refund.reason) == (Status.CLOSED, OperationState.DONE, None)


def test_another_merchant_sees_nothing(desk: Desk) -> None:
    application = desk.apply(answer(Stage.SIGN, 1))
    other = desk.wired.merchants.create("Other", [], "CN", Mode.TEST).id
    for merchant, mode in ((other, Mode.TEST), (desk.merchant, Mode.LIVE)):
        with pytest.raises(NotFound):
            desk.wired.applications.get(merchant, mode, application.id)
    assert desk.wired.applications.current(replace(desk.session(), merchant_id=other)) is None


def test_the_banks_schedule_is_kept_where_it_fits_the_ledger(desk: Desk) -> None:
    product_, plan = desk.choice().offer.product, desk.choice().plan
    unfit = make_schedule(Money(100, "CNY"), plan.term, product_.method, product_.rate)
    own = make_schedule(AMOUNT, plan.term, product_.method, replace(product_.rate, value=Decimal("0.0610")))
    desk.apply(answer(Stage.SIGNED, 1))
    desk.bank = ScriptedBank([answer(Stage.SIGNED, 1)], unfit)
    assert desk.run().schedule == plan.schedule
    desk.bank = ScriptedBank([answer(Stage.SIGNED, 1)], own)
    assert desk.run(3).schedule == own
