"""A bad line to the banks, met through the real adapter and its HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from scenebank.banks.http import BankHttp
from scenebank.banks.origination.adapter import OriginationBank
from scenebank.banks.port import Context, Operation, SignedRequest
from tests.simulation.bank import BASE, BankBooks, Request
from tests.simulation.faults import Faults

_LATEST_S = 11.0  # a call that nobody answered is over at the bank after this long


class PlainSigner:
    """Assertions have their own tests; these say nothing."""

    issuer = "http://scenebank.invalid"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sign(self, bank_id: str, audience: str, operation: Operation, request: SignedRequest,
             context: Context | None) -> str:  # fmt: skip
        return operation.value

    def pairwise(self, bank_id: str, context: Context) -> str:
        return hashlib.sha256(f"{bank_id}:{context.merchant_id}:{context.shopper_ref}".encode()).hexdigest()[:24]


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

    verify = True

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
        super().__init__(bank_id, {"base_url": base, "jwks_url": f"{base}/keys", "pages": BASE}, signer)
        self._http = BankHttp(bank_id, base, signer, None, lambda _deadline: line.session())
