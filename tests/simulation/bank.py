"""The banks behind the line: the sandbox bank's own rules, in memory."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox_bank import errors, ledger, stages
from sandbox_bank.answers import application_answer, schedule_answer
from sandbox_bank.applications import Application
from sandbox_bank.behaviour import Behaviour
from tests.simulation.faults import Faults

BASE = "http://bank.invalid"
_FIRST = ("SIGN", "SIGN", "SIGN", "SIGN", "REVIEW", "DOCUMENTS", "COUNTER_OFFER", "REJECTED")
_STEP = Behaviour()


@dataclass(frozen=True)
class Request:
    """One request as it comes to the bank."""

    bank_id: str
    method: str
    path: str
    query: Mapping[str, list[str]]
    body: bytes
    key: str | None
    interaction: str


@dataclass
class BankBooks:
    """What all banks know. ``effects`` counts how often a key had an effect; ``news`` waits to be told: event id and
    reference; ``in_flight`` are requests that arrive later, by the time that really passed."""

    forgets_keys: bool
    faults: Faults
    applications: dict[str, Application] = field(default_factory=dict)
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    news: list[tuple[str, str, str]] = field(default_factory=list)
    in_flight: list[tuple[float, Request]] = field(default_factory=list)

    def handle(self, request: Request) -> tuple[int, dict[str, Any]]:
        """Status and document."""
        try:
            application = self._keyed(request) if request.method == "POST" else self._found(request)
        except errors.Refused as refused:
            return refused.status, refused.json()
        if request.path.endswith("/schedule"):
            return 200, schedule_answer(application, request.path)
        return 200, application_answer(application, f"{BASE}/{request.bank_id}", request.path)

    def by_reference(self, reference: str) -> list[Application]:
        return [one for one in self.applications.values() if one.client_reference == reference]

    def change(self, application: Application, changed: Application) -> Application:
        """Keep it; the platform is to hear of it."""
        self.applications[application.id] = changed
        self.news.append((application.bank_id, secrets.token_hex(16), application.client_reference))
        return changed

    def _keyed(self, request: Request) -> Application:
        key = request.key or ""
        fingerprint = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
        known = self.keys.get(key)
        if known and not self.forgets_keys:
            if known[0] != fingerprint:
                raise errors.other_body()
            return self.applications[known[1]]
        application = self._act(request, json.loads(request.body)["data"])
        self.keys[key] = (fingerprint, application.id)
        self.effects[key] += 1
        return application

    def _act(self, request: Request, data: dict[str, Any]) -> Application:
        *_rest, action = request.path.split("/")
        if action == "accounts":
            return self._book(request, data)
        found = self._found(request)
        if action == "withdrawal":
            return self.change(found, stages.withdraw(found, data["reason"]))
        if action == "offer-acceptance":
            return self.change(found, stages.accept(found, data["offerId"], _STEP))
        return self.change(found, ledger.settle(found, data["event"], int(data["amount"]["amount"])))

    def _book(self, request: Request, data: dict[str, Any]) -> Application:
        details = data["referrer"]["holderSpecificDetails"]
        amount, stage = int(details["amount"]["amount"]), self.faults.chance.choice(_FIRST)
        offered = stages.counter_amount(amount) if stage == "COUNTER_OFFER" else None
        application = Application(
            id=f"ba_{secrets.token_hex(10)}", bank_id=request.bank_id, client_reference=details["clientReference"],
            body=request.body.decode(), claims="{}", product_id=details["productId"], amount=amount,
            currency=details["amount"]["currency"], term=details["term"], stage=stage, sequence=1, changed_at="",
            magic="", agreed=amount, approved=0, fulfilled=0, cancelled=0, refunded=0,
            offer_id=f"of_{secrets.token_hex(6)}" if offered else None, offer_amount=offered,
            reason="income_too_low" if stage == "REJECTED" else None, statement=None, page=secrets.token_hex(8),
            ripe_at=None,
        )  # fmt: skip
        self.applications[application.id] = application
        return application

    def _found(self, request: Request) -> Application:
        reference = request.query.get("clientReference")
        if reference:
            found = next(iter(self.by_reference(reference[0])), None)
        else:
            found = self.applications.get(request.path.split("/accounts/")[1].split("/")[0])
        if found is None:
            raise errors.missing("there is no such application")
        return found
