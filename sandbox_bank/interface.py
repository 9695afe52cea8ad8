"""The interface for the platform: origination, status, withdrawal, counter-offers, fulfilment, schedule."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Request, Response, jsonify, request

from sandbox_bank import booking, calls, errors, ledger, stages, wire
from sandbox_bank.answers import application_answer, schedule_answer, scheme_answer
from sandbox_bank.applications import Application, by_id, by_reference
from sandbox_bank.assertions import AssertionVerifier, Heard
from sandbox_bank.behaviour import Behaviour, drawn, fault_of, magic_of, read_behaviour
from sandbox_bank.booking import Keyed
from sandbox_bank.database import Books
from sandbox_bank.keys import BankKeys
from sandbox_bank.message_signatures import signed_answer
from sandbox_bank.orders import BankOrder, read_json, read_money, read_order
from sandbox_bank.products import HOUSES, PRODUCTS

_ACCOUNTS = "/<bank_id>/DSB/banking/accounts"
_SETTLING = {"FULFIL": "fulfil", "CANCEL": "cancel", "REFUND": "refund"}
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True)
class _Said:
    """An answer on its way out: ``fault`` says how it is going to be spoilt."""

    document: dict[str, Any]
    replayed: bool = False
    fault: str = ""


class Interface:
    """``public_url`` is the address of the whole process; a bank's own is below it."""

    def __init__(self, books: Books, verifier: AssertionVerifier, public_url: str, platform: str) -> None:
        self._books = books
        self._verifier = verifier
        self._public_url = public_url
        self._platform = platform

    def signing(self) -> tuple[str, ...]:
        """The banks that sign their answers."""
        with self._books.reading() as connection:
            return read_behaviour(connection).message_signatures

    def handle(self, bank_id: str, operation: str, verb: Callable[[_Visit], _Said]) -> Response:
        """Write the call down, check it, do it, write down what was answered."""
        if bank_id not in HOUSES:
            return _refusal(errors.missing("there is no such bank"))
        key = request.headers.get("Idempotency-Key")
        call = calls.note(self._books, bank_id, operation, key)
        try:
            visit = self._visit(bank_id, operation, call, key)
            said = verb(visit)
        except errors.Refused as refused:
            calls.answered(self._books, call, refused.status)
            return _refusal(refused)
        if said.fault == "drop":
            raise wire.hang_up(request)
        calls.answered(self._books, call, 200)
        headers = _headers(request, replayed=said.replayed)
        if said.fault == "echo":
            raise wire.answer_twice(request, headers, said.document)
        response = jsonify(said.document)
        response.headers.update(headers)
        return response

    def _visit(self, bank_id: str, operation: str, call: int, key: str | None) -> _Visit:
        with self._books.reading() as connection:
            behaviour = read_behaviour(connection)
        if behaviour.down == "refuse":
            raise wire.hang_up(request)
        if behaviour.down:
            raise errors.unavailable()
        time.sleep(behaviour.wait_most_s * drawn(behaviour, "wait", call))
        if drawn(behaviour, "busy", call) < behaviour.busy_rate:
            raise errors.unavailable(retry_after=1)
        _check_version(request.headers.get("x-v"))
        if request.method == "POST" and (key is None or not _KEY.fullmatch(key)):
            raise errors.missing_header("Idempotency-Key")
        body = request.get_data()
        address = f"{self._public_url}{request.environ.get('RAW_URI', request.full_path)}"
        base = f"{self._public_url}/{bank_id}"
        heard = Heard(
            base, operation, request.method, address, body, key, request.headers.get("Authorization", "")
        )  # fmt: skip
        claims = self._verifier.verify(heard)
        return _Visit(self, bank_id, base, behaviour, claims, Keyed(bank_id, call, key or "", address, body))

    def find(self, bank_id: str, call: int, application_id: str | None, reference: str | None) -> Application:
        """By its number or its reference; the first of several."""
        with self._books.reading() as connection:
            if reference is not None:
                found = next(iter(by_reference(connection, reference, bank_id)), None)
            else:
                found = by_id(connection, bank_id, application_id or "")
        if found is None:
            raise errors.missing("there is no such application")
        with self._books.writing() as connection:
            calls.name(connection, call, found.client_reference, booked=False, replayed=False)
        return found

    def book(self, visit: _Visit) -> _Said:
        """``ApplyForBankAccount``."""
        try:
            order = read_order(visit.keyed.body, visit.bank_id, visit.claims, f"{self._platform}/back/")
        except errors.Refused as refused:
            if refused.status == 401:
                self._verifier.count(refused.detail)
            raise
        fault = self._fault(visit, order)
        if fault == "busy":
            raise errors.unavailable(retry_after=1)
        time.sleep(visit.behaviour.delay_s)
        application, replayed = booking.apply(self._books, visit.keyed, order, visit.claims)
        if fault == "slow":
            time.sleep(visit.behaviour.slow_s)
        link = f"{visit.base}/DSB/banking/accounts"
        return _Said(application_answer(application, visit.base, link), replayed, fault)

    def _fault(self, visit: _Visit, order: BankOrder) -> str:
        with self._books.reading() as connection:
            number = calls.count(connection, visit.bank_id, visit.keyed.key)
        asked = magic_of(order.order, order.amount)
        if asked in ("busy", "drop", "echo") and number > 1:
            return ""
        if asked in ("busy", "drop", "echo", "slow"):
            return asked
        return fault_of(visit.behaviour, visit.keyed.key, number)

    def change(self, visit: _Visit, application_id: str, by: booking.Change) -> _Said:
        """Anything that moves an application."""
        with self._books.reading() as connection:
            number = calls.count(connection, visit.bank_id, visit.keyed.key)
        fault = fault_of(visit.behaviour, visit.keyed.key, number)
        if fault == "busy":
            raise errors.unavailable(retry_after=1)
        time.sleep(visit.behaviour.delay_s)
        _agrees(self.find(visit.bank_id, visit.keyed.call, application_id, None), visit)
        application, replayed = booking.change(self._books, visit.keyed, application_id, by)
        return _Said(application_answer(application, visit.base, visit.keyed.target), replayed, fault)


@dataclass(frozen=True)
class _Visit:
    """A verified request."""

    interface: Interface
    bank_id: str
    base: str
    behaviour: Behaviour
    claims: dict[str, Any]
    keyed: Keyed


def make_interface(interface: Interface, keys: BankKeys) -> Blueprint:
    """The routes of all banks."""
    blueprint = Blueprint("interface", __name__)
    _official(blueprint, interface)
    _reading(blueprint, interface)
    _changing(blueprint, interface)

    @blueprint.get("/<bank_id>/.well-known/jwks.json")
    def jwks(bank_id: str) -> Response:
        if bank_id not in HOUSES:
            return _refusal(errors.missing("there is no such bank"))
        return jsonify(keys.public_jwks(bank_id))

    @blueprint.after_request
    def sign(response: Response) -> Response:
        interaction = response.headers.get("x-fapi-interaction-id")
        bank_id = str((request.view_args or {}).get("bank_id"))
        if interaction is not None and bank_id in interface.signing():
            key, body = keys.signing_key(bank_id), response.get_data()
            response.headers.update(signed_answer(response.status_code, interaction, body, key, int(time.time())))
        return response

    return blueprint


def _official(blueprint: Blueprint, interface: Interface) -> None:
    @blueprint.get("/<bank_id>/DSB/banking/origination/schemes/<scheme_id>")
    def scheme(bank_id: str, scheme_id: str) -> Response:
        def verb(visit: _Visit) -> _Said:
            if scheme_id != "scenebank":
                raise errors.missing("there is no such scheme")
            return _Said(scheme_answer(scheme_id, visit.keyed.target))

        return interface.handle(bank_id, "scheme", verb)

    @blueprint.post(_ACCOUNTS)
    def apply(bank_id: str) -> Response:
        return interface.handle(bank_id, "apply", interface.book)


def _reading(blueprint: Blueprint, interface: Interface) -> None:
    def answer(visit: _Visit, application_id: str | None, reference: str | None) -> _Said:
        found = interface.find(visit.bank_id, visit.keyed.call, application_id, reference)
        _agrees(found, visit)
        return _Said(application_answer(found, visit.base, visit.keyed.target))

    @blueprint.get(_ACCOUNTS)
    def lookup(bank_id: str) -> Response:
        reference = request.args.get("clientReference", "")
        return interface.handle(bank_id, "lookup", lambda visit: answer(visit, None, reference))

    @blueprint.get(f"{_ACCOUNTS}/<application_id>")
    def status(bank_id: str, application_id: str) -> Response:
        return interface.handle(bank_id, "status", lambda visit: answer(visit, application_id, None))

    @blueprint.get(f"{_ACCOUNTS}/<application_id>/schedule")
    def schedule(bank_id: str, application_id: str) -> Response:
        def verb(visit: _Visit) -> _Said:
            found = interface.find(bank_id, visit.keyed.call, application_id, None)
            _agrees(found, visit)
            return _Said(schedule_answer(found, visit.keyed.target))

        return interface.handle(bank_id, "schedule", verb)


def _changing(blueprint: Blueprint, interface: Interface) -> None:
    @blueprint.post(f"{_ACCOUNTS}/<application_id>/withdrawal")
    def withdraw(bank_id: str, application_id: str) -> Response:
        def verb(visit: _Visit) -> _Said:
            reason = _data(visit).get("reason")
            if reason not in ("shopper", "merchant", "consent_withdrawn"):
                raise errors.invalid_field("data.reason")
            return interface.change(visit, application_id, lambda found, _behaviour: stages.withdraw(found, reason))

        return interface.handle(bank_id, "withdraw", verb)

    @blueprint.post(f"{_ACCOUNTS}/<application_id>/offer-acceptance")
    def accept(bank_id: str, application_id: str) -> Response:
        def verb(visit: _Visit) -> _Said:
            data = _data(visit)
            evidence = data.get("evidence")
            if not isinstance(evidence, dict) or not evidence.get("textHash") or not evidence.get("acceptedAt"):
                raise errors.missing_field("data.evidence")
            offer_id = str(data.get("offerId"))
            return interface.change(
                visit, application_id, lambda found, behaviour: stages.accept(found, offer_id, behaviour)
            )

        return interface.handle(bank_id, "accept_offer", verb)

    @blueprint.post(f"{_ACCOUNTS}/<application_id>/fulfilment")
    def fulfil(bank_id: str, application_id: str) -> Response:
        # The assertion names the one operation its body asks for.
        event = _event_of(request.get_data())
        return interface.handle(
            bank_id, _SETTLING.get(event, "fulfil"), partial(_settle, application_id=application_id, event=event)
        )


def _settle(visit: _Visit, application_id: str, event: str) -> _Said:
    if event not in _SETTLING:
        raise errors.invalid_field(f"data.event must be one of {list(_SETTLING)}")
    data = _data(visit)
    if not data.get("reference"):
        raise errors.missing_field("data.reference")
    amount = read_money(data.get("amount"), PRODUCTS[visit.bank_id, visit.claims["prd"]].currency)
    return visit.interface.change(
        visit, application_id, lambda found, _behaviour: ledger.settle(found, event, amount)
    )


def _event_of(body: bytes) -> str:
    try:
        data = read_json(body).get("data")
    except errors.Refused:
        return ""
    return str(data.get("event")) if isinstance(data, dict) else ""


def _data(visit: _Visit) -> dict[str, Any]:
    data = read_json(visit.keyed.body).get("data")
    if not isinstance(data, dict):
        raise errors.missing_field("data")
    return data


def _agrees(application: Application, visit: _Visit) -> None:
    """Whoever asks must name the order the application is about: merchant, order, product, person."""
    signed = {name: visit.claims[name] for name in ("sub", "ord", "prd")} | {"mch": visit.claims["act"].get("mch")}
    details = application.details
    booked = {
        "sub": details["shopper"], "ord": details["order"], "prd": application.product_id,
        "mch": details["merchant"]["id"],
    }  # fmt: skip
    if signed != booked:
        raise errors.missing("there is no such application")


def _check_version(text: str | None) -> None:
    if text is None:
        raise errors.missing_header("x-v")
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise errors.invalid_version()
    if int(text) != 1:
        raise errors.unsupported_version()


def _headers(asked: Request, *, replayed: bool = False) -> dict[str, str]:
    headers = {"x-v": "1", "Cache-Control": "no-store"}
    interaction = asked.headers.get("x-fapi-interaction-id", "")
    if re.fullmatch(r"[0-9a-fA-F-]{36}", interaction):
        headers["x-fapi-interaction-id"] = interaction
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return headers


def _refusal(refused: errors.Refused) -> Response:
    response = jsonify(refused.json())
    response.status_code = refused.status
    response.headers.update(_headers(request))
    if refused.retry_after is not None:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
