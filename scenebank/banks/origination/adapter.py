"""The adapter: domain values to and from the origination interface."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from scenebank.banks.http import BankHttp, Call
from scenebank.banks.origination.answers import read_answer, read_schedule
from scenebank.banks.origination.bank_keys import BankKeySet, fetch_keys
from scenebank.banks.origination.bodies import apply_body
from scenebank.banks.origination.callbacks import SECEVENT, CallbackVerifier
from scenebank.banks.origination.signed_answers import AnswerVerifier
from scenebank.banks.port import (
    Answer,
    AssertionSigner,
    BankPort,
    CallbackEvent,
    ConsentEvidence,
    Operation,
    Order,
    ReceivedRequest,
)
from scenebank.clock import rfc3339
from scenebank.money.model import Money
from scenebank.money.schedule import Schedule

_ACCOUNTS = "/DSB/banking/accounts"


class OriginationBank:
    """``settings``: ``base_url`` (also the assertion's audience), ``jwks_url``, ``pages`` (origins of the bank's own
    pages, separated by spaces), ``callbacks`` where it signs them with HTTP message signatures (``rfc9421``) and not as
    security event tokens (``secevent``), ``answers`` (``rfc9421``) where it signs these too, and where its certificate
    is signed by none of the public authorities ``ca_file``."""

    def __init__(self, bank_id: str, settings: Mapping[str, str], signer: AssertionSigner) -> None:
        self._bank_id = bank_id
        self._signer = signer
        ca_file = settings.get("ca_file")
        keys = BankKeySet(lambda: fetch_keys(settings["jwks_url"], ca_file))
        check = AnswerVerifier(keys, signer.now, settings["answers"]) if "answers" in settings else None
        self._http = BankHttp(bank_id, settings["base_url"], signer, ca_file, check=check)
        self._pages = tuple(settings["pages"].split())
        way = settings.get("callbacks", SECEVENT)
        self._callbacks = CallbackVerifier(settings["base_url"], signer.issuer, keys, way)

    def submit(self, order: Order) -> Answer:
        shopper = self._signer.pairwise(self._bank_id, order.context)
        body = apply_body(order, shopper)
        return self._ask(order, Call(Operation.APPLY, "POST", _ACCOUNTS, order.context, body, order.key))

    def find(self, order: Order) -> Answer:
        path = f"{_ACCOUNTS}?clientReference={quote(order.key, safe='')}"
        return self._ask(order, Call(Operation.LOOKUP, "GET", path, order.context))

    def get(self, order: Order, bank_ref: str) -> Answer:
        return self._ask(order, Call(Operation.STATUS, "GET", _account(bank_ref), order.context))

    def withdraw(self, order: Order, bank_ref: str, key: str, reason: str) -> Answer:
        return self._post(order, bank_ref, "withdrawal", Operation.WITHDRAW, key, {"reason": reason})

    def accept_offer(self, order: Order, bank_ref: str, key: str, offer_id: str, evidence: ConsentEvidence) -> Answer:
        agreed = {"textHash": evidence.text_hash, "acceptedAt": rfc3339(evidence.given_at)}
        data = {"offerId": offer_id, "evidence": agreed}
        return self._post(order, bank_ref, "offer-acceptance", Operation.ACCEPT_OFFER, key, data)

    def settle(self, order: Order, bank_ref: str, key: str, operation: Operation, amount: Money) -> Answer:
        data = {"event": operation.value.upper(), "amount": amount.json(), "reference": key}
        return self._post(order, bank_ref, "fulfilment", operation, key, data)

    def schedule(self, order: Order, bank_ref: str) -> Schedule:
        call = Call(Operation.SCHEDULE, "GET", f"{_account(bank_ref)}/schedule", order.context)
        return read_schedule(self._http.call(call), order)

    def parse_callback(self, received: ReceivedRequest, now: datetime) -> CallbackEvent:
        return self._callbacks.parse(received, now)

    def _post(
        self, order: Order, bank_ref: str, action: str, operation: Operation, key: str, data: Mapping[str, object]
    ) -> Answer:
        body = {"data": data, "meta": {}}
        return self._ask(order, Call(operation, "POST", f"{_account(bank_ref)}/{action}", order.context, body, key))

    def _ask(self, order: Order, call: Call) -> Answer:
        return read_answer(self._http.call(call), order, self._pages)


def _account(bank_ref: str) -> str:
    return f"{_ACCOUNTS}/{quote(bank_ref, safe='')}"


def make_bank(bank_id: str, settings: Mapping[str, str], signer: AssertionSigner) -> BankPort:
    """The adapter factory of ``BANKS``."""
    return OriginationBank(bank_id, settings, signer)
