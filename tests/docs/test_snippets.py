"""What shops paste from docs/, in six languages, against a running Scenebank: launch tokens both ways, and webhooks."""

from __future__ import annotations

import hmac
import json
import os
import re
import subprocess
import time
import uuid
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.docs.test_documents import ROOT, blocks, filled
from tests.support.browsers.browser import until
from tests.support.canned_bank import Asked, canned_bank
from tests.support.pasted import LANGUAGES, Pasted, pasted
from tests.support.stack import Stack


@dataclass(frozen=True)
class Shop:
    """``folder`` holds its key, whose id is ``kid``."""

    stack: Stack
    folder: Path
    kid: str

    def pasted(self, language: str, folder: Path) -> Pasted:
        block = LANGUAGES[language].block
        ask, sign = (one for one in blocks("docs/server.md", block))
        (verify,) = blocks("docs/webhooks.md", block)
        (folder / "launch.pem").write_bytes((self.folder / "launch.pem").read_bytes())
        return pasted(folder, language, [self.own(one) for one in (ask, sign, verify)])

    def own(self, text: str) -> str:
        return (
            filled(text, self.stack, self.stack.shop_url)
            .replace("MERCHANT", self.stack.accounts["eu"]["merchant_id"])
            .replace("LAUNCH_KID", self.kid)
        )

    def enter(self, token: str) -> tuple[int, str]:
        """Into the widget with this token: the status, and the amount or what was wrong."""
        fields = {"key": self.stack.accounts["eu"]["publishable_key"], "widget": "instalments", "lt": token}
        answer = requests.post(f"{self.stack.scenebank_url}/v1/launch", data=fields | {"locale": "en"}, timeout=15)
        shown = re.search(r"€\s?[\d,.]+", answer.text)
        return answer.status_code, shown.group() if shown else answer.text


@pytest.fixture(scope="module")
def shop(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One that has made its key by the command of docs/server.md."""
    folder = tmp_path_factory.mktemp("shop")
    (command,) = blocks("docs/server.md", "bash")
    command = filled(command, stack, stack.shop_url).replace("our-first-launch-key", f"key-{uuid.uuid4()}")
    done = subprocess.run(["bash", "-euc", command], cwd=folder, capture_output=True, text=True, timeout=30)
    return Shop(stack, folder, json.loads(done.stdout)["kid"])


@pytest.fixture(scope="module")
def delivery(stack: Stack) -> Iterator[tuple[list[str], Asked]]:
    """What a shop's endpoint hears in the day after its secret was changed; the secrets that signed it."""
    with canned_bank() as endpoint:
        made = stack.api("eu", "POST", "/v1/webhook_endpoints", json={
            "url": f"{endpoint.url}/hook", "events": ["webhook_endpoint.disabled"], "signatures": ["v1", "v1a"],
        }).json()  # fmt: skip
        here = f"/v1/webhook_endpoints/{made['id']}"
        key = {"Idempotency-Key": f"rotation-{uuid.uuid4()}"}
        rotated = stack.api("eu", "POST", f"{here}/rotate", headers=key).json()
        assert stack.api("eu", "POST", f"{here}/test").status_code == 202
        until("the delivery", lambda: endpoint.asked)
        yield [made["secret"], rotated["secret"]], endpoint.asked[0]
        stack.api("eu", "DELETE", here)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_pasted_works(shop: Shop, delivery: tuple[list[str], Asked], language: str, tmp_path: Path) -> None:
    """Each token opens one visit with the facts that it was made for. Webhooks are believed by either secret; altered,
    late, early or by another secret they are refused; and so are those of others."""
    program = shop.pasted(language, tmp_path)
    program.launch("u_1", 'ord_"1"\\2', "45000", "EUR")
    program.sign("u_1", 'ord_"1"\\2', "60000", "EUR")
    expected = verify_all(program, *delivery)
    asked, signed, *verdicts = program.answers()
    for token, amount in ((asked, "450.00"), (signed, "600.00")):
        assert shop.enter(token) == (200, f"€{amount}")
        assert shop.enter(token)[0] == 409
    assert verdicts == expected


def verify_all(program: Pasted, secrets: list[str], heard: Asked) -> list[str]:
    """Says what there is to verify; what must come of it."""
    headers, now = {name.lower(): value for name, value in heard.headers.items()}, int(time.time())
    assert len(headers["webhook-signature"].split(" ")) == 4
    message, expected = json.loads(heard.body)["id"], []
    for secret, body, later, good in (
        (secrets[0], heard.body, 0, True), (secrets[1], heard.body, 0, True),
        (secrets[1], heard.body + b" ", 0, False), (secrets[1], heard.body, 600, False),
        (secrets[1], heard.body, -600, False), ("whsec_" + "A" * 44, heard.body, 0, False),
    ):  # fmt: skip
        program.verify(secret, headers, body, now + later)
        expected.append(message if good else "refused")
    empty = signature_with_no_key(headers, heard.body)
    program.verify("", headers | {"webhook-signature": empty}, heard.body, now)
    expected.append("refused")
    for vector in recorded()["vectors"]:
        secret = recorded()["secret"]
        secret = secret.removeprefix("whsec_") if "bare secret" in vector["name"] else secret
        program.verify(secret, vector["headers"], vector["body"].encode(), vector["now"])
        expected.append(vector["headers"]["webhook-id"] if vector["result"] == "valid" else "refused")
    return expected


def signature_with_no_key(headers: Mapping[str, str], body: bytes) -> str:
    """What anybody can write for a shop that forgot to set its secret."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + b64encode(hmac.digest(b"", signed, "sha256")).decode()


def recorded() -> dict[str, Any]:
    """Standard Webhooks' vectors, none where the data of others is not here."""
    root = os.environ.get("SCENEBANK_SHARED_DATA")
    path = Path(root or "") / "security/standard-webhooks/vectors.json"
    return json.loads(path.read_text("utf-8")) if root else {"vectors": []}


def test_the_sample_of_an_event_has_its_members(delivery: tuple[list[str], Asked]) -> None:
    (sample,) = blocks("docs/webhooks.md", "json")
    assert list(json.loads(sample)) == list(json.loads(delivery[1].body))


def test_every_snippet_is_run() -> None:
    for document, each in (("docs/server.md", 2), ("docs/webhooks.md", 1)):
        found = re.findall(r"^```(\w+)\n", (ROOT / document).read_text("utf-8"), re.MULTILINE)
        known = {"sh", "bash", "json"} | {language.block for language in LANGUAGES.values()}
        assert set(found) <= known
        assert all(found.count(language.block) == each for language in LANGUAGES.values())
