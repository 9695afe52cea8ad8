"""What the bank refuses, and counts."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from scenebank.banks.assertions import ContextAssertions
from scenebank.banks.origination.bodies import apply_body
from scenebank.banks.port import Operation, SignedRequest
from scenebank.clock import SystemClock
from scenebank.keys import load_keyring
from tests.support.orders import order
from tests.support.platform import Platform
from tests.support.sandbox_bank import SandboxBank


class Sender:
    """Sends one application, as good as ours or altered."""

    def __init__(self, bank: SandboxBank, platform: Platform) -> None:
        self.base = f"{bank.url}/harbour"
        self.url = f"{self.base}/DSB/banking/accounts"
        self.platform = platform
        self.order = order(platform)
        shopper = platform.assertions.pairwise("harbour", self.order.context)
        document = apply_body(self.order, shopper)
        self.body = json.dumps(document, default=float).encode()

    def assertion(self, signer: ContextAssertions | None = None, audience: str | None = None) -> str:
        request = SignedRequest("POST", self.url, self.body, self.order.key)
        signer = signer or self.platform.assertions
        return signer.sign("harbour", audience or self.base, Operation.APPLY, request, self.order.context)

    def resigned(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        """The good assertion with other claims, signed by us again; None takes one away."""
        payload = json.loads(_decoded(self.assertion().split(".")[1])) | claims
        payload = {name: value for name, value in payload.items() if value is not None}
        ours = self.platform.keys.signing_key
        headers = {"alg": "ES256", "typ": "bis-ctx+jwt", "kid": ours.kid} | (header or {})
        used = key or ours
        return jws.serialize_compact(
            headers, json.dumps(payload).encode(), used, algorithms=["ES256", "HS256"]
        )  # fmt: skip

    def send(
        self, assertion: str, body: bytes | None = None, headers: Mapping[str, str | None] | None = None
    ) -> requests.Response:
        said: dict[str, str | None] = {
            "x-v": "1", "Content-Type": "application/json", "Idempotency-Key": self.order.key,
            "x-fapi-interaction-id": str(uuid.uuid4()), "Authorization": f"Bearer {assertion}",
        }  # fmt: skip
        said |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        return requests.post(self.url, data=self.body if body is None else body, headers=said, timeout=10)


@pytest.fixture
def sender(bank: SandboxBank, platform: Platform) -> Sender:
    return Sender(bank, platform)


def test_a_good_one_is_taken_once(sender: Sender, bank: SandboxBank) -> None:
    assertion = sender.assertion()
    assert sender.send(assertion).status_code == 200
    again = sender.send(assertion)
    assert (again.status_code, again.json()["errors"][0]["detail"]) == (401, "replayed")
    assert bank.refusals() == {"replayed": 1}
    assert bank.booked() == {sender.order.key: 1}


def altered(sender: Sender, case: str, tmp_path: Path) -> str:
    now = int(time.time())
    strange = ContextAssertions(load_keyring(tmp_path), sender.platform.url, SystemClock(0))
    header, payload, signature = sender.assertion().split(".")
    public = OctKey.import_key(json.dumps(sender.platform.keys.public_jwks()["keys"][0]))
    made: dict[str, Callable[[], str]] = {
        "signature": lambda: f"{header}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "claims": lambda: sender.resigned(jti=None),
        "unknown_key": lambda: sender.assertion(strange),
        "type": lambda: sender.resigned({"typ": "JWT"}),
        "algorithm": lambda: sender.resigned({"alg": "HS256"}, public),
        "issuer": lambda: sender.resigned(iss="https://elsewhere.example"),
        "audience": lambda: sender.assertion(audience=sender.base.replace("harbour", "cedar")),
        "not_yet_valid": lambda: sender.resigned(iat=now + 30, exp=now + 80),
        "expired": lambda: sender.resigned(iat=now - 120, exp=now - 60),
        "life": lambda: sender.resigned(exp=now + 3600),
        "operation": lambda: sender.resigned(op="status"),
        "method": lambda: sender.resigned(htm="GET"),
        "address": lambda: sender.resigned(htu=f"{sender.url}/1"),
        "body": lambda: sender.resigned(bdg=_digest(sender.body + b" ")),
        "idempotency_key": lambda: sender.resigned(idem="another-key"),
        "context": lambda: sender.resigned(amt="1"),
        "missing": lambda: "",
        "shape": lambda: "a.b.c",
    }
    return made[case]()


@pytest.mark.parametrize(
    "case",
    ["signature", "claims", "unknown_key", "type", "algorithm", "issuer", "audience", "not_yet_valid", "expired",
     "life", "operation", "method", "address", "body", "idempotency_key", "context", "missing", "shape"],
)  # fmt: skip
def test_anything_else_is_refused_and_counted(sender: Sender, bank: SandboxBank, tmp_path: Path, case: str) -> None:
    answer = sender.send(altered(sender, case, tmp_path))
    assert answer.status_code == 401
    (error,) = answer.json()["errors"]
    assert (error["code"], error["detail"]) == ("urn:au-cds:error:cds-all:Authorisation/InvalidAssertion", case)
    assert bank.refusals() == {case: 1}
    assert bank.booked() == {}


def test_another_key_of_the_platform_is_learnt(sender: Sender, bank: SandboxBank, tmp_path: Path) -> None:
    assert sender.send(sender.assertion()).status_code == 200
    sender.platform.next_keys = load_keyring(tmp_path)
    time.sleep(2.1)  # the bank does not ask for keys more often
    key = sender.platform.next_keys.signing_key
    assert sender.send(sender.resigned({"kid": key.kid}, key)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x_v": None}, 400, "Header/Missing"),
        ({"x_v": "one"}, 400, "Header/InvalidVersion"),
        ({"x_v": "2"}, 406, "Header/UnsupportedVersion"),
        ({"Idempotency_Key": None}, 400, "Header/Missing"),
    ],
)
def test_headers(sender: Sender, headers: dict[str, str | None], status: int, code: str) -> None:
    answer = sender.send(sender.assertion(), headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == f"urn:au-cds:error:cds-all:{code}"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("products", [], "Field/Invalid"),
        ("products", "x", "Field/Invalid"),
        ("referrer", None, "Field/Missing"),
        ("referrer.holderSpecificDetails.term", 6, "Field/Invalid"),
        ("referrer.holderSpecificDetails.returnUri", "https://evil.example/back/1", "Field/Invalid"),
        ("referrer.holderSpecificDetails.consents", [], "Field/Invalid"),
        ("referrer.holderSpecificDetails.market", "XX", "Field/Invalid"),
        ("referrer.holderSpecificDetails.market", "EU", "Field/Missing"),
        ("referrer.holderSpecificDetails.amount", {"amount": "1", "currency": "EUR"}, "Field/Invalid"),
    ],
)
def test_bodies(sender: Sender, bank: SandboxBank, path: str, value: Any, code: str) -> None:
    document = json.loads(sender.body)
    *folders, name = path.split(".")
    place = document["data"]
    for folder in folders:
        place = place[folder]
    place[name] = value
    sender.body = json.dumps(document).encode()
    answer = sender.send(sender.assertion())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, f"urn:au-cds:error:cds-all:{code}")
    assert bank.booked() == {}


def test_no_json(sender: Sender) -> None:
    sender.body = b"{"
    assert sender.send(sender.assertion()).status_code == 400


def test_keys_nobody_could_have_guessed(bank: SandboxBank) -> None:
    keys = requests.get(f"{bank.url}/cedar/.well-known/jwks.json", timeout=10).json()["keys"]
    assert [set(key) >= {"kty", "crv", "x", "y", "kid", "alg"} and "d" not in key for key in keys] == [True]
    assert ECKey.import_key(keys[0]).kid == keys[0]["kid"]
    assert requests.get(f"{bank.url}/{secrets.token_hex(4)}/.well-known/jwks.json", timeout=10).status_code == 404


def _digest(raw: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
