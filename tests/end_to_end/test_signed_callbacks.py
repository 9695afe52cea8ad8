"""Over real HTTP: a bank that signs its callbacks by HTTP message signatures is heard, and nobody else is."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import requests
from http_message_signatures.algorithms import ECDSA_P256_SHA256
from joserfc import jws
from joserfc.jwk import ECKey

from scenebank.banks.origination.callbacks import EVENT
from scenebank.wiring import build_services
from tests.end_to_end.test_faults import asked_by_callback
from tests.support.shopper import Shopper
from tests.support.signed_requests import COVERED, Outgoing, digest_of, sign
from tests.support.stack import Stack


@contextmanager
def by_headers(stack: Stack, *bank_ids: str) -> Iterator[None]:
    """These banks sign, and are believed, in the other way; the others as ever."""
    catalogue = build_services(stack.config).catalogue
    before = [catalogue.bank(one) for one in bank_ids]
    for bank in before:
        catalogue.publish_bank(replace(bank, settings={**bank.settings, "callbacks": "rfc9421"}))
    stack.bank.behave(message_signatures=bank_ids)
    try:
        yield
    finally:
        stack.bank.behave(message_signatures=[])
        for bank in before:
            catalogue.publish_bank(bank)


def refused(stack: Stack) -> int:
    """How many callbacks the server has counted as nobody's."""
    figures = requests.get(f"{stack.api_url}/metrics", timeout=10)
    assert figures.ok, figures.text
    (line,) = (one for one in figures.text.splitlines() if one.startswith("scenebank_callbacks_refused_total "))
    return int(float(line.split()[1]))


class Forger:
    """Has a bank's own key, and posts what it likes to our door."""

    def __init__(self, stack: Stack, bank_id: str = "harbour") -> None:
        keys = json.loads((stack.config.data_dir / "bank" / "keys.json").read_text("utf-8"))
        self.key = ECKey.import_key(keys["signing"][bank_id])
        self.url = f"{stack.scenebank_url}/callbacks/{bank_id}"
        self.now = int(time.time())
        self.payload = {
            "iss": f"{stack.bank_url}/{bank_id}", "aud": stack.scenebank_url, "iat": self.now, "jti": uuid.uuid4().hex,
            "events": {EVENT: {"clientReference": "nobodys"}},
        }  # fmt: skip
        self.body = json.dumps(self.payload).encode()

    def headers(self, method: str = "POST", url: str = "", created: int = 0, key: object = None,
                covered: tuple[str, ...] = COVERED) -> dict[str, str]:  # fmt: skip
        """Of the good request, unless something else is asked for."""
        message = Outgoing(method, url or self.url, {"Content-Digest": digest_of(self.body)})
        when = datetime.fromtimestamp(created or self.now, UTC)
        return sign(message, ECDSA_P256_SHA256, key or self.key.private_key, str(self.key.kid), created=when,
                    covered_component_ids=covered)  # fmt: skip

    def post(self, headers: dict[str, str], body: bytes | None = None) -> requests.Response:
        return requests.post(self.url, data=self.body if body is None else body, headers=headers, timeout=10)

    def statement(self) -> bytes:
        """The same in the other way."""
        header = {"alg": "ES256", "typ": "secevent+jwt", "kid": str(self.key.kid)}
        return jws.serialize_compact(header, self.body, self.key, algorithms=["ES256"]).encode()


def forged(forger: Forger, other: Forger) -> dict[str, Callable[[], requests.Response]]:
    stranger = ECKey.generate_key("P-256", private=True).private_key
    return {
        "another body": lambda: forger.post(forger.headers(), forger.body + b" "),
        "another path": lambda: forger.post(forger.headers(url=other.url)),
        "another method": lambda: forger.post(forger.headers(method="PUT")),
        "old": lambda: forger.post(forger.headers(created=forger.now - 400)),
        "a component less": lambda: forger.post(forger.headers(covered=("@method", "content-digest"))),
        "a stranger's key": lambda: forger.post(forger.headers(key=stranger)),
        "another bank's key": lambda: forger.post(forger.headers(key=other.key.private_key)),
        "unsigned": lambda: forger.post({}),
        "signed in the other way": lambda: forger.post({}, forger.statement()),
        "in the other way by a bank that is not in it": lambda: other.post(other.headers()),
    }


def told(answer: requests.Response) -> tuple[int, dict[str, Any]]:
    """What everybody would be told alike."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request_id"}


def test_its_word_moves_an_application(stack: Stack) -> None:
    with by_headers(stack, "harbour", "lantern", "cedar"):
        shopper = Shopper(stack, "cn", f"M-{uuid.uuid4().hex[:8]}-review", 300000)
        shopper.enter()
        shopper.submit()
        shopper.wait("in_review")
        shopper.wait("action_required")
        assert asked_by_callback(stack, shopper.application_id) == 1


def test_nobody_else_is_heard(stack: Stack) -> None:
    """Each is told what anybody is, and counted; the good ones are heard before and after."""
    with by_headers(stack, "harbour"):
        forger, other = Forger(stack), Forger(stack, "lantern")
        anybody, before = told(forger.post({}, b"x")), refused(stack)
        assert anybody[0] == 401
        assert heard(forger, other) == (202, 202)
        cases = forged(forger, other)
        for name, send in cases.items():
            assert told(send()) == anybody, name
        assert refused(stack) - before == len(cases)
        assert heard(forger, other) == (202, 202)


def heard(forger: Forger, other: Forger) -> tuple[int, int]:
    """What the good ones are told, each in its bank's own way."""
    return forger.post(forger.headers()).status_code, other.post({}, other.statement()).status_code
