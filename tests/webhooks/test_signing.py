"""What we sign is what Standard Webhooks says: its vectors, by the verifier the demonstration shop uses."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from demo_shop.webhooks import WebhookRefused, verify
from scenebank.keys.seal import seal, unseal
from scenebank.webhooks.signing import new_secret, new_signing_key, sign


def vectors() -> dict[str, Any]:
    root = os.environ.get("SCENEBANK_SHARED_DATA")
    path = Path(root or "") / "security/standard-webhooks/vectors.json"
    return json.loads(path.read_text("utf-8")) if root and path.is_file() else {"vectors": []}


FILE = vectors()
listed = pytest.mark.skipif(not FILE["vectors"], reason="SCENEBANK_SHARED_DATA names no folder with standard-webhooks")


@listed
def test_the_file_is_whole() -> None:
    assert len(FILE["vectors"]) == 24


@listed
@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["name"])
def test_a_vector_is_believed_or_not_and_signed_alike(vector: dict[str, Any]) -> None:
    headers, body, now = vector["headers"], vector["body"].encode(), vector["now"]
    if vector["result"] == "invalid":
        with pytest.raises(WebhookRefused):
            verify(FILE["secret"], headers, body, now)
        return
    assert verify(FILE["secret"], headers, body, now) == headers["webhook-id"]
    made = sign([FILE["secret"]], headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert made in headers["webhook-signature"].split(" ")


@listed
@pytest.mark.parametrize("vector", [one for one in FILE["vectors"] if "bare secret" in one["name"]])
def test_a_secret_without_its_prefix_signs_the_same(vector: dict[str, Any]) -> None:
    secret = FILE["secret"].removeprefix("whsec_")
    assert verify(secret, vector["headers"], vector["body"].encode(), vector["now"])


def test_every_key_signs_and_each_kind_under_its_name() -> None:
    first, second, pair = new_secret(), new_secret(), new_signing_key()
    header = sign([first, second, pair.private], "msg_1", 1_614_265_330, b"{}")
    assert [one.partition(",")[0] for one in header.split(" ")] == ["v1", "v1", "v1a"]
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1614265330", "webhook-signature": header}
    for secret in (first, second):
        assert verify(secret, headers, b"{}", 1_614_265_330) == "msg_1"
    public = Ed25519PublicKey.from_public_bytes(b64decode(pair.public.removeprefix("whpk_")))
    signature = b64decode(header.rpartition(",")[2])
    public.verify(signature, b"msg_1.1614265330.{}")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"msg_1.1614265330.{ }")


def test_sealed_is_not_the_secret_and_not_the_same_twice() -> None:
    key, secret = b"s" * 32, new_secret()
    sealed = [seal(key, secret) for _ in "12"]
    assert sealed[0] != sealed[1]
    assert secret not in sealed[0]
    assert {unseal(key, one) for one in sealed} == {secret}
