"""A bank behind a bad line: the sandbox bank's own rules, in memory, met through the real adapter and its HTTP."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from sandbox_bank import errors, ledger, stages
from sandbox_bank.answers import application_answer, schedule_answer
from sandbox_bank.applications import Application
from sandbox_bank.behaviour import Behaviour
from scenebank.banks.http import BankHttp
from scenebank.banks.origination.adapter import OriginationBank
from scenebank.banks.port import Context, Operation, SignedRequest
from tests.simulation.faults import Faults

BASE = "http://bank.invalid"
PAGES = "http://bank.invalid"
_FIRST = ("SIGN", "SIGN", "SIGN", "SIGN", "REVIEW", "DOCUMENTS", "COUNTER_OFFER", "REJECTED")
_STEP = Behaviour()
_LATEST_S = 11.0  # a call that nobody answered is over at the bank after this long


class PlainSigner:
    """Assertions have their own tests; these say nothing."""

    issuer = "http://scenebank.invalid"

    def sign(self, bank_id: str, audience: str, operation: Operation, request: SignedRequest,
             context: Context | None) -> str:  # fmt: skip
        return operation.value

    def pairwise(self, bank_id: str, context: Context) -> str:
        return hashlib.sha256(f"{bank_id}:{context.merchant_id}:{context.shopper_ref}".encode()).hexdigest()[:24]


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


class Line:
    """The network: one ``requests.Session`` a call. ``meanwhile`` lets others act while a call is on its way, ``wait``
    lets time pass, ``die`` may end the calling process."""

    def __init__(
        self, books: BankBooks, faults: Faults, meanwhile: Callable[[], None], wait: Callable[[float], None],
        die: Callable[[str], None], elapsed: Callable[[], float],
    ) -> None:  # fmt: skip
        self._books = books
        self._faults = faults
        self._meanwhile = meanwhile
        self._wait = wait
        self._die = die
        self._elapsed = elapsed

    def session(self) -> Any:
        return _Session(self)

    def carry(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        strikes, headers = self._faults.strikes, {"x-fapi-interaction-id": request.interaction}
        self._die("before a call")
        if strikes("bank cannot be reached"):
            raise requests.ConnectTimeout
        if strikes("bank busy"):
            return 429, headers | {"Retry-After": "2"}, b"busy"
        if strikes("bank closed"):
            return 503, headers, b"closed"
        self._meanwhile()
        if strikes("request lost"):
            self._wait(10)
            raise requests.ReadTimeout
        if strikes("request late"):
            arrives = self._elapsed() + self._faults.chance.uniform(0.5, _LATEST_S)
            self._books.in_flight.append((arrives, request))
            if self._faults.chance.random() < 0.5:
                raise requests.ConnectionError("the line broke")
            self._wait(10)
            raise requests.ReadTimeout
        status, document = self._books.handle(request)
        if strikes("request twice"):
            self._books.handle(request)
        self._meanwhile()
        self._die("after a call")
        return self._answered(status, document, headers)

    def _answered(
        self, status: int, document: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        strikes = self._faults.strikes
        if strikes("answer lost"):
            raise requests.ConnectionError("the line broke")
        if strikes("answer late"):
            self._wait(self._faults.chance.uniform(0.5, 9))
            self._meanwhile()
        if strikes("bank error after booking"):
            return 502, headers, b"bad gateway"
        if status == 200 and strikes("answer to another order"):
            document = json.loads(json.dumps(document))
            document["meta"]["scenebank"]["clientReference"] = "00000000-0000-4000-8000-000000000000"
        return status, headers, json.dumps(document).encode()


class _Session:
    """As much of ``requests.Session`` as the adapter uses."""

    trust_env, verify = True, True

    def __init__(self, line: Line) -> None:
        self._line = line

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_error: object) -> None:
        """There is nothing to close."""

    def request(self, method: str, url: str, *, data: bytes | None, headers: Mapping[str, str], **_more: Any) -> Any:
        parts = urlsplit(url)
        bank_id = parts.path.split("/")[1]
        request = Request(
            bank_id, method, parts.path, parse_qs(parts.query), data or b"", headers.get("Idempotency-Key"),
            headers["x-fapi-interaction-id"],
        )  # fmt: skip
        return _Response(*self._line.carry(request))


@dataclass(frozen=True)
class _Response:
    status_code: int
    headers: Mapping[str, str]
    raw: bytes

    def __enter__(self) -> _Response:
        return self

    def __exit__(self, *_error: object) -> None:
        """There is nothing to close."""

    def iter_content(self, _size: int) -> Iterator[bytes]:
        yield self.raw


class LinedBank(OriginationBank):
    """The real adapter over that line."""

    def __init__(self, bank_id: str, line: Line) -> None:
        base, signer = f"{BASE}/{bank_id}", PlainSigner()
        super().__init__(bank_id, {"base_url": base, "jwks_url": f"{base}/keys", "pages": PAGES}, signer)
        self._http = BankHttp(bank_id, base, signer, None, line.session)
