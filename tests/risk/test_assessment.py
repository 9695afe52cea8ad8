"""What a bank hears of its own card over a shop's signals, from the shop's request to the bank's order."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scenebank.banks.port import Answer, Order, Stage
from scenebank.banks.scripted import ScriptedBank
from scenebank.catalogue.documents import bank_document, parse_bank
from scenebank.errors import InvalidInput
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.schedule import Method, make_schedule
from scenebank.risk.assessment import assess
from scenebank.risk.documents import digest_of
from scenebank.risk.signals import Signal
from tests.support.scene import Scene, said

_MONTHS = [{"below": "6", "points": -10}, {"below": "24", "points": 0}, {"below": None, "points": 15}]
_RATIO = [{"below": "0.10", "points": 5}, {"below": None, "points": -5}]
CARD: dict[str, Any] = {
    "name": "shop", "version": "7", "base_points": 0, "bounds": [-12, 12], "features": [
        {"name": "tenure_months", "kind": "number", "trend": "rising", "bins": _MONTHS},
        {"name": "refund_ratio_12m", "kind": "number", "trend": "falling", "bins": _RATIO},
        {"name": "verified_phone", "kind": "category", "trend": None,
         "bins": [{"in": ["yes"], "points": 4}, {"in": ["no"], "points": -4}]},
    ],
}  # fmt: skip
SIGNALS: dict[str, Signal] = {"tenure_months": 12, "refund_ratio_12m": "0.15", "verified_phone": True}
CONSENT = {"signals": True, "version": "2026-10"}


def test_bands_are_fifths_of_the_bounds() -> None:
    table: tuple[tuple[dict[str, Signal], str], ...] = (
        ({"tenure_months": 60, "refund_ratio_12m": "0.00", "verified_phone": True}, "A"),
        ({"tenure_months": 12, "refund_ratio_12m": "0.00", "verified_phone": True}, "A"),
        ({"tenure_months": 12, "refund_ratio_12m": "0.05", "verified_phone": False}, "C"),
        (SIGNALS, "C"),
        ({"tenure_months": 12, "refund_ratio_12m": "0.50", "verified_phone": False}, "E"),
        ({}, "E"),
    )
    assert [(signals, band) for signals, band in table if assess(CARD, signals).band != band] == []
    assert assess(CARD | {"bounds": [3, 3]}, SIGNALS).band == "E"


def test_a_bank_joins_with_a_card_of_signals_only_and_bounded() -> None:
    names = {"en": "Harbour"}
    document = {"bank_id": "harbour", "name": names, "address": names, "licence": names, "adapter": "origination",
                "settings": {"base_url": "https://bank.example"}}  # fmt: skip
    assert bank_document(parse_bank(document)) == document
    assert bank_document(parse_bank(document | {"scorecard": CARD})) == document | {"scorecard": CARD}
    sex = json.loads(json.dumps(CARD).replace("verified_phone", "sex"))
    for card, pointer in (
        (CARD | {"bounds": None}, "/scorecard/bounds"), (sex, "/scorecard/features/2"), ("card", "/scorecard"),
        (CARD | {"base_points": 0.5}, "/scorecard/"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            parse_bank(document | {"scorecard": card})
        assert [(one.pointer, one.code) for one in refused.value.errors] == [(pointer, "scorecard")]


class Hearing(ScriptedBank):
    """``told`` are the orders as the bank got them."""

    def __init__(self, amount: Money) -> None:
        rate = Rate(Decimal("0.06"), RateBasis.NOMINAL_ANNUAL)
        script = (said(Stage.SIGN, amount), said(Stage.WITHDRAWN, amount, 2))
        super().__init__(script, make_schedule(amount, 12, Method.EQUAL_INSTALMENT, rate))
        self.told: list[Order] = []

    def submit(self, order: Order) -> Answer:
        self.told.append(order)
        return super().submit(order)

    def withdraw(self, order: Order, bank_ref: str, key: str, reason: str) -> Answer:
        self.told.append(order)
        return super().withdraw(order, bank_ref, key, reason)


class Counter:
    """A scene whose bank has a card."""

    def __init__(self, folder: Path, market: str) -> None:
        self.scene = Scene(folder, market, "instalments")
        bank = self.scene.wired.catalogue.bank("harbour")
        self.scene.wired.catalogue.publish_bank(replace(bank, scorecard=CARD))

    @property
    def told(self) -> list[Order]:
        assert isinstance(self.scene.bank, Hearing)
        return self.scene.bank.told

    def buy(self, order: str, agreed: bool, **said_by_shop: Any) -> Order:
        """By forms; the order as it was submitted."""
        scene = self.scene
        scene.bank = Hearing(scene.amount)
        facts = {"id": order, **scene.amount.json()}
        self.page = scene.enter(order=order, lt=scene.launch_token(order=facts, **said_by_shop))
        self.page = scene.step(self.page, "apply", choice="harbour/harbour-one/12")
        ticked = {"consent-merchant_signals": "yes"} if agreed else {}
        self.form = self.page
        self.page = scene.step(self.page, "submit", **scene.answers() | ticked)
        assert self.page.status == 200, self.page.text
        scene.run()
        return self.told[-1]


@pytest.mark.parametrize("market", ["CN", "EU"])
def test_a_bank_hears_of_its_card_only_with_both_consents(tmp_path: Path, market: str) -> None:
    counter = Counter(tmp_path, market)
    heard = counter.buy("ord_1", True, signals=SIGNALS, consent=CONSENT).context
    assert (heard.signals, heard.signals_version) == (SIGNALS, "2026-10")
    assert heard.assessment is not None
    assert (heard.assessment.card, heard.assessment.version, heard.assessment.digest) == ("shop", "7", digest_of(CARD))
    assert (heard.assessment.band, heard.assessment.reasons) == ("C", ("tenure_months", "refund_ratio_12m"))
    assert counter.form.status == 200
    assert 'name="consent-merchant_signals" value="yes">' in counter.form.html  # and not ticked
    consents = counter.form.html[counter.form.html.index('name="consent-share_data"') :]
    asked = re.findall(r'name="consent-(\w+)"|class="fine"', consents)
    needed = ["share_data"] if market == "CN" else ["share_data", "credit_check"]
    assert asked[: len(needed) + 3] == [*needed, "", "merchant_signals", ""]  # each under what is said of it
    others: tuple[tuple[bool, dict[str, Any]], ...] = (
        (False, {"signals": SIGNALS, "consent": CONSENT}),
        (True, {"signals": SIGNALS, "consent": {"signals": False}}),
        (True, {"signals": SIGNALS}),
        (True, {"consent": CONSENT}),
    )
    for number, (agreed, more) in enumerate(others):
        order = counter.buy(f"ord_2{number}", agreed, **more)
        assert (order.context.signals, order.context.signals_version, order.context.assessment) == (None, None, None)
        assert "merchant_signals" not in [one.purpose for one in order.consents]
        assert ("merchant_signals" in counter.form.html) == (number == 0)


def test_a_consent_taken_back_ends_it_and_the_application_goes_on(tmp_path: Path) -> None:
    counter = Counter(tmp_path, "CN")
    counter.buy("ord_1", True, signals=SIGNALS, consent=CONSENT)
    scene = counter.scene
    page = scene.step(counter.page, "status")
    session = scene.wired.applications.list(scene.merchant.id, scene.mode, None, None, 1)[0]
    (consent,) = [one for one in scene.wired.applications.consents(session) if one.purpose == "merchant_signals"]
    page = scene.step(page, "withdraw-consent", consent=consent.id, application=session.id)
    scene.run()
    assert page.shown_status == "action_required"
    assert len(counter.told) == 1
    scene.step(page, "withdraw", application=session.id)
    scene.run()
    assert (counter.told[-1].context.signals, counter.told[-1].context.assessment) == (None, None)


def test_a_card_that_changes_later_changes_nothing_that_was_sent(tmp_path: Path) -> None:
    counter = Counter(tmp_path, "CN")
    first = counter.buy("ord_1", True, signals=SIGNALS, consent=CONSENT)
    scene = counter.scene
    changed = replace(scene.wired.catalogue.bank("harbour"), scorecard=CARD | {"version": "8"})
    scene.wired.catalogue.publish_bank(changed)
    page = scene.step(counter.page, "status")
    scene.step(page, "withdraw")
    scene.run()
    assert counter.told[-1] == first
    assert len(counter.told) == 2
