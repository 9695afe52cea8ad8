"""Every adapter of the registry, against everything that can go wrong whatever the bank's interface is.

An adapter's settings are ``base_url``, ``jwks_url`` and ``pages``."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from scenebank.banks import BANKS
from scenebank.banks.port import (
    BankError,
    BankPort,
    ConsentEvidence,
    ContractViolation,
    InvalidRequest,
    NotBooked,
    Operation,
    Order,
    OutcomeUnknown,
    RateLimited,
    ReceivedRequest,
    Unauthorised,
    Unavailable,
)
from tests.support.canned_bank import CannedBank, canned_bank
from tests.support.orders import order
from tests.support.platform import Platform
from tests.support.processes import free_port

_EVIDENCE = ConsentEvidence("accept_offer", "b" * 64, datetime(2026, 11, 24, tzinfo=UTC))
Call = Callable[[BankPort, Order], object]
CALLS: dict[str, Call] = {
    "submit": lambda port, one: port.submit(one),
    "find": lambda port, one: port.find(one),
    "get": lambda port, one: port.get(one, "ref/1"),
    "withdraw": lambda port, one: port.withdraw(one, "ref/1", "op_1", "shopper"),
    "accept_offer": lambda port, one: port.accept_offer(one, "ref/1", "op_1", "offer_1", _EVIDENCE),
    "fulfil": lambda port, one: port.settle(one, "ref/1", "op_1", Operation.FULFIL, one.context.amount),
    "schedule": lambda port, one: port.schedule(one, "ref/1"),
}
FAULTS: dict[str, tuple[dict[str, Any], type[BankError]]] = {
    "hangs up": ({"status": 0}, OutcomeUnknown),
    "hangs up halfway": ({"status": 200, "missing_bytes": 10}, OutcomeUnknown),
    "never ends": ({"status": 200, "body": b"[" + b"0," * 200_000}, OutcomeUnknown),
    "answers another request": ({"status": 200, "x-fapi-interaction-id": "other"}, OutcomeUnknown),
    "sends elsewhere": ({"status": 302, "Location": "/elsewhere"}, OutcomeUnknown),
    "breaks": ({"status": 500}, OutcomeUnknown),
    "breaks behind a proxy": ({"status": 502}, OutcomeUnknown),
    "is away": ({"status": 503}, Unavailable),
    "is away for a while": ({"status": 503, "Retry-After": "7"}, RateLimited),
    "is busy": ({"status": 429, "Retry-After": "7"}, RateLimited),
    "refuses us": ({"status": 401}, Unauthorised),
    "forbids it": ({"status": 403}, Unauthorised),
    "has nothing": ({"status": 404}, NotBooked),
    "finds it wrong": ({"status": 400}, InvalidRequest),
    "finds it impossible": ({"status": 422}, InvalidRequest),
    "speaks no JSON": ({"status": 200, "body": b"<p>Welcome</p>"}, ContractViolation),
    "answers a list": ({"status": 200, "body": b"[]"}, ContractViolation),
    "says nothing": ({"status": 200}, ContractViolation),
}


@pytest.fixture(scope="module")
def canned() -> Iterator[CannedBank]:
    with canned_bank() as found:
        yield found


@pytest.fixture(params=sorted(BANKS))
def port(request: pytest.FixtureRequest, canned: CannedBank, platform: Platform) -> BankPort:
    return make(request.param, canned.url, platform)


def make(adapter: str, url: str, platform: Platform) -> BankPort:
    settings = {"base_url": f"{url}/bank", "jwks_url": f"{url}/bank/jwks.json", "pages": url}
    return BANKS[adapter]("bank", settings, platform.assertions)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_each_fault_is_the_same_error_everywhere(
    port: BankPort, canned: CannedBank, platform: Platform, call: str, fault: str
) -> None:
    behaviour, error = FAULTS[fault]
    canned.behave(**behaviour)
    with pytest.raises(error) as raised:
        CALLS[call](port, order(platform))
    assert type(raised.value) is error
    assert len(canned.asked) == 1
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after_s == 7


@pytest.mark.parametrize("adapter", sorted(BANKS))
@pytest.mark.parametrize("call", CALLS)
def test_where_nobody_listens_nothing_was_done(adapter: str, call: str, platform: Platform) -> None:
    with pytest.raises(Unavailable):
        CALLS[call](make(adapter, f"http://127.0.0.1:{free_port()}", platform), order(platform))


@pytest.mark.parametrize("call", CALLS)
def test_each_request_has_an_assertion_of_its_own(
    port: BankPort, canned: CannedBank, platform: Platform, call: str
) -> None:
    canned.behave(503)
    one = order(platform)
    for _time in range(2):
        with pytest.raises(Unavailable):
            CALLS[call](port, one)
    claims = [_claims(asked.headers["Authorization"]) for asked in canned.asked]
    for asked, said in zip(canned.asked, claims, strict=True):
        digest = urlsafe_b64encode(hashlib.sha256(asked.body).digest()).decode().rstrip("=")
        assert (said["htm"], said["htu"], said["bdg"]) == (asked.method, f"{canned.url}{asked.path}", digest)
        assert (said["aud"], said["iss"], said["exp"] - said["iat"]) == (f"{canned.url}/bank", platform.url, 60)
        assert said.get("idem") == asked.headers.get("Idempotency-Key")
        assert (asked.method == "POST") == ("idem" in said)
        assert "u_7f3a" not in f"{asked.path}{asked.headers}{asked.body!r}"
    assert claims[0]["jti"] != claims[1]["jti"]


@pytest.mark.parametrize("raw", [b"", b"{}", b"a.b.c", b"\xff" * 40], ids=["nothing", "object", "dots", "bytes"])
def test_a_callback_nobody_signed_is_refused(
    port: BankPort, canned: CannedBank, platform: Platform, raw: bytes
) -> None:
    canned.behave(200, b'{"keys": []}')
    with pytest.raises(Unauthorised):
        port.parse_callback(ReceivedRequest("POST", f"{platform.url}/callbacks/bank", {}, raw), datetime.now(UTC))


def _claims(authorization: str) -> dict[str, Any]:
    payload = authorization.removeprefix("Bearer ").split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims
