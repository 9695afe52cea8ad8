"""The adapter against the bank, over HTTP: what it sends and takes is what the official document says."""

from __future__ import annotations

import json
import os
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from scenebank.banks.origination.callbacks import EVENT
from scenebank.banks.port import (
    ConsentEvidence,
    ContractViolation,
    InvalidRequest,
    NotBooked,
    Operation,
    OutcomeUnknown,
    RateLimited,
    ReceivedRequest,
    Stage,
    Unauthorised,
    Unavailable,
)
from scenebank.money.model import Money, Rate, RateBasis
from scenebank.money.rows import Rows
from scenebank.money.schedule import Method, make_schedule
from tests.support.orders import adapter, order
from tests.support.platform import Platform
from tests.support.sandbox_bank import SandboxBank

_SPEC = "cdr/spec/dsb-simple-bank-account-origination-1.0.0.json"
_EXTENSIONS = {
    "/DSB/banking/accounts/{applicationId}": "get",
    "/DSB/banking/accounts/{applicationId}/withdrawal": "post",
    "/DSB/banking/accounts/{applicationId}/offer-acceptance": "post",
    "/DSB/banking/accounts/{applicationId}/fulfilment": "post",
}
_PRODUCTS = [
    ("harbour", "hb-instal-cny", "fee_per_term", "0.0060"),
    ("lantern", "lt-loan-cny", "equal_instalment", "0.0648"),
    ("cedar", "cd-instal-eur", "equal_instalment", "0.0990"),
    ("lantern", "lt-instal-eur", "equal_instalment", "0"),
]


def official(bank_url: str, bank_id: str) -> OpenAPI:
    """The standard's own document, served below the bank's address. Ours are added by name: further paths that answer
    what the official one answers, and the lookup by reference."""
    folder = os.environ.get("SCENEBANK_SHARED_DATA")
    if not folder:
        pytest.skip("SCENEBANK_SHARED_DATA is not set: the official document is not here")
    document = json.loads((Path(folder) / _SPEC).read_text("utf-8"))
    document["servers"] = [{"url": f"{bank_url}/{bank_id}"}]
    accounts = document["paths"]["/DSB/banking/accounts"]
    answers = {"200": accounts["post"]["responses"]["200"]}
    for status in ("401", "404", "422", "503"):
        accounts["post"]["responses"].setdefault(status, accounts["post"]["responses"]["400"])
        answers[status] = accounts["post"]["responses"]["400"]
    accounts["get"] = {"responses": answers}
    number = {"name": "applicationId", "in": "path", "required": True, "schema": {"type": "string"}}
    for path, method in _EXTENSIONS.items():
        document["paths"][path] = {method: {"parameters": [number], "responses": answers}}
    # As published, no person can apply: an individual is an organisation too, of which anything is true. We only
    # ever send individuals, so theirs is the one shape asked for.
    applicant = document["components"]["schemas"]["ApplicantModelV1"]["allOf"][1]
    assert [one["$ref"].rpartition("/")[2] for one in applicant["oneOf"]][1] == "OrganisationApplicantModelV1"
    del applicant["oneOf"][1]
    # One property of the published document is no schema, so the document itself is not checked.
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


class Recorder:
    """Every exchange on the wire, as it went."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.exchanges: list[tuple[requests.PreparedRequest, requests.Response]] = []
        send = requests.Session.send

        def recorded(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            answer = send(session, request, **options)
            _whole = answer.content  # read now: what is checked is what came
            if "/DSB/" in str(request.url):
                self.exchanges.append((request, answer))
            return answer

        monkeypatch.setattr(requests.Session, "send", recorded)

    def check(self, api: OpenAPI) -> int:
        """How many exchanges the document allows; raises for one it does not."""
        for request, answer in self.exchanges:
            prepared = requests.Request(
                request.method, request.url, headers=dict(request.headers), data=request.body
            )  # fmt: skip
            asked = RequestsOpenAPIRequest(prepared)
            api.validate_request(asked)
            api.validate_response(asked, RequestsOpenAPIResponse(answer))
        return len(self.exchanges)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    yield Recorder(monkeypatch)


@pytest.mark.parametrize(("bank_id", "product_id", "method", "rate"), _PRODUCTS)
def test_a_whole_life_is_what_the_official_document_says(
    bank: SandboxBank, platform: Platform, recorder: Recorder, bank_id: str, product_id: str, method: str, rate: str
) -> None:
    api = official(bank.url, bank_id)
    port = adapter(bank, platform, bank_id)
    amount = {"cny": 600000, "eur": 45000}[product_id[-3:]]
    wanted = order(platform, product_id, amount=amount, term=3 if "lt-instal" in product_id else 12, signals=True)
    booked = port.submit(wanted)
    assert (booked.stage, booked.sequence) == (Stage.SIGN, 1)
    assert booked.redirect_url is not None
    assert booked.redirect_url.startswith(f"{bank.url}/{bank_id}/sign/")
    assert port.find(wanted) == port.get(wanted, booked.bank_ref) == booked
    sign(booked.redirect_url)
    signed = port.get(wanted, booked.bank_ref)
    assert (signed.stage, signed.ledger.approved.minor, signed.redirect_url) == (Stage.SIGNED, amount, None)
    part = Money(amount // 3, wanted.context.amount.currency)
    assert port.settle(wanted, booked.bank_ref, "op_aaaaaaa1", Operation.FULFIL, part).stage == Stage.FULFILLING
    rest = wanted.context.amount - part
    assert port.settle(wanted, booked.bank_ref, "op_aaaaaaa2", Operation.CANCEL, rest).stage == Stage.ACTIVE
    with pytest.raises(InvalidRequest, match="can be refunded"):
        port.settle(wanted, booked.bank_ref, "op_aaaaaaa3", Operation.REFUND, rest)
    half = Money(part.minor // 2, part.currency)
    ours = Rate(
        Decimal(rate),
        RateBasis.NOMINAL_ANNUAL if method == "equal_instalment" else RateBasis.PER_TERM_OF_ORIGINAL_PRINCIPAL,
    )
    assert port.schedule(wanted, booked.bank_ref) == make_schedule(part, wanted.term, Method(method), ours)
    refunded = port.settle(wanted, booked.bank_ref, "op_aaaaaaa4", Operation.REFUND, half)
    assert (refunded.stage, refunded.ledger.refunded) == (Stage.ACTIVE, half)
    assert port.schedule(wanted, booked.bank_ref).financed == part - half
    last = port.settle(wanted, booked.bank_ref, "op_aaaaaaa5", Operation.REFUND, part - half)
    assert last.stage == Stage.CLOSED
    assert port.schedule(wanted, booked.bank_ref).rows == Rows()
    schedules = [one for one in recorder.exchanges if str(one[0].url).endswith("/schedule")]
    recorder.exchanges = [one for one in recorder.exchanges if one not in schedules]
    assert recorder.check(api) == 9


def test_a_refusal_has_the_reason_and_the_documents_shape(
    bank: SandboxBank, platform: Platform, recorder: Recorder
) -> None:
    api = official(bank.url, "harbour")
    port = adapter(bank, platform)
    declined = port.submit(order(platform, number="QH-1-decline"))
    assert (declined.stage, declined.reasons, declined.redirect_url) == (Stage.REJECTED, ("income_too_low",), None)
    with pytest.raises(NotBooked):
        port.find(order(platform))
    with pytest.raises(InvalidRequest, match="term must be one of"):
        port.submit(order(platform, term=7))
    with pytest.raises(InvalidRequest, match="amount is not within"):
        port.submit(order(platform, amount=100))
    assert recorder.check(api) == 4


def test_what_the_bank_knows_is_what_was_signed(bank: SandboxBank, platform: Platform) -> None:
    port = adapter(bank, platform)
    with_signals, without = order(platform, number="QH-1", signals=True), order(platform, number="QH-2")
    for one in (with_signals, without):
        port.submit(one)
    (known,) = bank.records(with_signals.key)
    claims = known["claims"]
    assert claims["act"] == {"mch": "mer_1", "wid": "instalments", "org": "https://shop.example"}
    assert (claims["ord"], claims["amt"], claims["cur"]) == ("QH-1", "129900", "CNY")
    assert (claims["prd"], claims["cat"], claims["ses"]) == ("hb-instal-cny", "7", "ses_1")
    assert claims["sig"] == {"orders_12m": 8, "version": "2026-10"}
    assert "u_7f3a" not in json.dumps(known)
    (other,) = bank.records(without.key)
    assert "sig" not in other["claims"]
    assert "signals" not in other["body"]["data"]["referrer"]["holderSpecificDetails"]
    assert claims["sub"] == other["claims"]["sub"]
    elsewhere = order(platform, "lt-instal-cny")
    adapter(bank, platform, "lantern").submit(elsewhere)
    assert bank.records(elsewhere.key)[0]["claims"]["sub"] != claims["sub"]


def test_the_same_key_is_booked_once_and_another_body_is_refused(bank: SandboxBank, platform: Platform) -> None:
    port = adapter(bank, platform)
    wanted = order(platform)
    first = port.submit(wanted)
    assert port.submit(wanted) == first
    with pytest.raises(InvalidRequest, match="used for another request"):
        port.submit(replace(order(platform, number="QH-9"), key=wanted.key))
    assert [call["replayed"] for call in bank.calls(key=wanted.key)] == [False, True, False]
    assert bank.booked() == {wanted.key: 1}
    bank.behave(deduplicate=False)
    port.submit(wanted)
    assert bank.booked() == {wanted.key: 2}


@pytest.mark.parametrize(
    ("word", "error"), [("drop", OutcomeUnknown), ("busy", RateLimited)], ids=["hangs up", "is busy"]
)
def test_a_lost_answer_is_found_by_asking(
    bank: SandboxBank, platform: Platform, word: str, error: type[Exception]
) -> None:
    port = adapter(bank, platform)
    wanted = order(platform, number=f"QH-1-{word}")
    with pytest.raises(error):
        port.submit(wanted)
    if error is RateLimited:
        with pytest.raises(NotBooked):
            port.find(wanted)
    else:
        assert port.find(wanted).stage == Stage.SIGN
    assert port.submit(wanted).stage == Stage.SIGN
    assert bank.booked() == {wanted.key: 1}


def test_a_second_answer_on_the_connection_is_nobodys(
    bank: SandboxBank, platform: Platform, recorder: Recorder
) -> None:
    port = adapter(bank, platform)
    first, second = order(platform, number="QH-1-echo"), order(platform, number="QH-2")
    assert port.submit(first).stage == Stage.SIGN
    assert port.submit(second).bank_ref != port.find(first).bank_ref
    assert [asked.headers["Connection"] for asked, _answer in recorder.exchanges] == ["close"] * 3


def test_a_bank_that_is_down_did_nothing(bank: SandboxBank, platform: Platform) -> None:
    port = adapter(bank, platform)
    wanted = order(platform)
    bank.behave(down=True)
    with pytest.raises(Unavailable):
        port.submit(wanted)
    bank.behave(down="refuse")
    with pytest.raises(OutcomeUnknown):
        port.submit(wanted)
    bank.behave(down=False)
    assert bank.booked() == {}


def test_counter_offer_is_agreed_to_with_its_evidence(bank: SandboxBank, platform: Platform) -> None:
    port = adapter(bank, platform, "cedar")
    wanted = order(platform, "cd-loan-eur", number="FF-1-counter", amount=123456, term=24)
    offered = port.submit(wanted)
    assert offered.stage == Stage.COUNTER_OFFER
    assert offered.counter_offer is not None
    assert offered.counter_offer.amount == Money(98700, "EUR")
    evidence = ConsentEvidence("accept_offer", "b" * 64, datetime.now(UTC))
    with pytest.raises(InvalidRequest, match="no such offer"):
        port.accept_offer(wanted, offered.bank_ref, "op_bbbbbbb1", "of_another", evidence)
    agreed = port.accept_offer(wanted, offered.bank_ref, "op_bbbbbbb2", offered.counter_offer.offer_id, evidence)
    assert agreed.stage == Stage.SIGN
    sign(agreed.redirect_url)
    assert port.get(wanted, offered.bank_ref).ledger.approved == Money(98700, "EUR")


def test_withdrawal_ends_it_before_anything_was_paid(bank: SandboxBank, platform: Platform) -> None:
    port = adapter(bank, platform)
    wanted = order(platform)
    booked = port.submit(wanted)
    assert port.withdraw(wanted, booked.bank_ref, "op_ccccccc1", "shopper").stage == Stage.WITHDRAWN
    assert port.schedule(wanted, booked.bank_ref).rows == Rows()
    with pytest.raises(InvalidRequest, match="cannot be withdrawn"):
        port.withdraw(wanted, booked.bank_ref, "op_ccccccc2", "shopper")


def test_news_comes_signed_and_again_until_it_was_taken(bank: SandboxBank, platform: Platform) -> None:
    platform.deaf = 2
    port = adapter(bank, platform)
    wanted = order(platform, number="QH-1-review")
    assert port.submit(wanted).stage == Stage.REVIEW
    ((bank_id, raw),) = platform.wait_for_news(1)
    heard = port.parse_callback(raw, datetime.now(UTC))
    assert (bank_id, heard.client_reference) == ("harbour", wanted.key)
    assert port.find(wanted).stage == Stage.SIGN
    with pytest.raises(Unauthorised):
        adapter(bank, platform, "lantern").parse_callback(raw, datetime.now(UTC))


def test_news_twice_and_out_of_order(bank: SandboxBank, platform: Platform) -> None:
    port = adapter(bank, platform)
    twice = order(platform, number="QH-1-twice")
    port.withdraw(twice, port.submit(twice).bank_ref, "op_ddddddd1", "shopper")
    first, second = (port.parse_callback(raw, datetime.now(UTC)) for _bank, raw in platform.wait_for_news(2))
    assert first.event_id == second.event_id
    platform.news.clear()
    late = order(platform, number="QH-1-disorder")
    booked = port.submit(late)
    sign(booked.redirect_url)
    port.settle(late, booked.bank_ref, "op_ddddddd2", Operation.FULFIL, late.context.amount)
    stages = [_event(raw)["stage"] for _bank, raw in platform.wait_for_news(2)]
    assert stages == ["ACTIVE", "SIGNED"]


def test_an_answer_about_something_else_is_never_believed(
    bank: SandboxBank, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = adapter(bank, platform)
    wanted = order(platform)
    send = requests.Session.send

    def altered(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = send(session, request, **options)
        answer._content = answer.content.replace(wanted.key.encode(), b"f" * 32)
        return answer

    monkeypatch.setattr(requests.Session, "send", altered)
    with pytest.raises(ContractViolation, match="another order"):
        port.submit(wanted)


def test_a_slow_answer_is_waited_for(bank: SandboxBank, platform: Platform) -> None:
    bank.behave(slow_s=0.3)
    started = time.monotonic()
    assert adapter(bank, platform).submit(order(platform, number="QH-1-slow")).stage == Stage.SIGN
    assert time.monotonic() - started > 0.3


def sign(page: str | None) -> None:
    """What the shopper does on the bank's page."""
    assert page is not None
    entered = requests.post(f"{page}/login", data={"code": "246810"}, timeout=10)
    visit = entered.text.split('name="visit" value="')[1].split('"')[0]
    for _turn in range(50):
        answer = requests.post(f"{page}/confirm", data={"visit": visit, "agree": "yes"}, timeout=10)
        if answer.status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError(answer.text)


def _event(received: ReceivedRequest) -> dict[str, Any]:
    payload = received.body.split(b".")[1]
    document = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    found: dict[str, Any] = document["events"][EVENT]
    return found
