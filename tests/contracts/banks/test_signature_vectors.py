"""The signatures of RFC 9421 Appendix B.2: each holds over the very base that is printed there, and over no other."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from scenebank.banks.message_keys import MessageKey, message_key
from scenebank.banks.message_signatures import BadSignature, Message, ReceivedAnswer, read_claim, signed_base
from scenebank.banks.port import ReceivedRequest
from scenebank.jose.verification_keys import UnfitKey
from tests.support.shared_data import shared_json

FILE = shared_json("security/http-signatures/rfc9421_appendix_b.json")
CASES = {case["label"]: case for case in FILE["cases"]}


def jwk(case: Mapping[str, Any]) -> dict[str, Any]:
    """The public half."""
    key = FILE["keys"][case["keyid"]]
    if "secret_base64" in key:
        secret = urlsafe_b64encode(b64decode(key["secret_base64"])).decode().rstrip("=")
        return {"kty": "oct", "kid": case["keyid"], "k": secret}
    told = key.get("jwk") or {}
    return {name: told[name] for name in ("kty", "crv", "kid", "x", "y", "n", "e") if name in told}


def message(case: Mapping[str, Any]) -> Message:
    """As printed there, with the case's signature."""
    head, _blank, body = FILE[f"test_{case['message']}"].partition("\n\n")
    first, *lines = head.split("\n")
    headers = dict(line.split(": ", 1) for line in lines)
    raw = body.rstrip("\n").encode()
    # The digest printed in the RFC's response is not that of its body; the one that was signed is.
    headers["Content-Digest"] = f"sha-512=:{b64encode(hashlib.sha512(raw).digest()).decode()}:"
    headers |= {
        "Signature-Input": case["signature_input"], "Signature": f"{case['label']}=:{case['signature_base64']}:",
    }  # fmt: skip
    if case["message"] == "response":
        return ReceivedAnswer(int(first.split()[1]), headers, raw)
    method, target, _version = first.split()
    return ReceivedRequest(method, f"https://{headers['Host']}{target}", headers, raw)


def altered(raw: bytes) -> Iterator[bytes]:
    """Every byte in turn, another."""
    for place in range(len(raw)):
        yield raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def test_six_of_them_with_every_algorithm_offered() -> None:
    assert len(CASES) == len(FILE["cases"]) == 6
    offered = {"rsa-pss-sha512", "ecdsa-p256-sha256", "hmac-sha256", "ed25519"}
    assert {message_key(jwk(case)).algorithm.algorithm_id for case in CASES.values()} == offered


@pytest.mark.parametrize("label", CASES)
def test_holds_over_the_printed_base(label: str) -> None:
    case = CASES[label]
    key = message_key(jwk(case))
    assert read_claim(message(case)).key_name == key.name
    assert key.algorithm.algorithm_id == case["algorithm"]
    assert signed_base(message(case), key).encode() == case["signature_base"].encode()


@pytest.mark.parametrize("label", CASES)
def test_one_byte_of_base_or_signature(label: str) -> None:
    case = CASES[label]
    key, base, signature = message_key(jwk(case)), case["signature_base"].encode(), b64decode(case["signature_base64"])
    assert key.holds(base, signature)
    assert not any(key.holds(other, signature) for other in altered(base))
    assert not any(key.holds(base, other) for other in altered(signature))
    assert not key.holds(base, signature[:-1])
    assert not key.holds(base, signature + b"\0")


@pytest.mark.parametrize("label", CASES)
def test_one_byte_of_the_key(label: str) -> None:
    case = CASES[label]
    base, signature = case["signature_base"].encode(), b64decode(case["signature_base64"])
    tried = 0
    for name in ("x", "y", "n", "e", "k"):
        for other in altered(urlsafe_b64decode(jwk(case).get(name, "") + "==")):
            tried += 1
            assert not holds(jwk(case) | {name: urlsafe_b64encode(other).decode().rstrip("=")}, base, signature)
    assert tried >= 32


def holds(other: dict[str, Any], base: bytes, signature: bytes) -> bool:
    try:
        return message_key(other).holds(base, signature)
    except UnfitKey:
        return False


@pytest.mark.parametrize("label", CASES)
def test_what_is_covered_cannot_change_in_the_message(label: str) -> None:
    case = CASES[label]
    key, good = message_key(jwk(case)), message(case)
    assert signed_base(good, key)
    others: list[Message] = []
    for name, _own in read_claim(good).covered:
        if name.startswith("@"):
            others += elsewhere(good, name)
        else:
            field = next(one for one in good.headers if one.lower() == name)
            others.append(replace(good, headers={**good.headers, field: good.headers[field] + "1"}))
    text = good.headers["Signature-Input"]
    others.append(replace(good, headers={**good.headers, "Signature-Input": text.replace("16188844", "16188845")}))
    for other in others:
        with pytest.raises(BadSignature):
            signed_base(other, key)


def elsewhere(good: Message, component: str) -> list[Message]:
    """The message with that component another."""
    if isinstance(good, ReceivedAnswer):
        return [replace(good, status_code=201)]
    urls = {"@authority": ("example.com", "example.org"), "@path": ("/foo", "/fop"),
            "@query": ("Value", "value"), "@query-param": ("Pet=dog", "Pet=cat")}  # fmt: skip
    return [replace(good, method="PUT") if component == "@method" else
            replace(good, url=good.url.replace(*urls[component]))]  # fmt: skip


def test_a_key_has_one_algorithm() -> None:
    """Whatever the message says: each signature under each other case's key."""
    for case in CASES.values():
        for other in CASES.values():
            if other["keyid"] != case["keyid"]:
                stranger: MessageKey = replace(message_key(jwk(other)), name=case["keyid"])
                with pytest.raises(BadSignature):
                    signed_base(message(case), stranger)


def test_a_signature_names_its_key() -> None:
    for case in CASES.values():
        with pytest.raises(BadSignature):
            signed_base(message(case), replace(message_key(jwk(case)), name="another"))


@pytest.mark.parametrize(
    "change",
    [{"alg": "RS256"}, {"use": "enc"}, {"key_ops": ["sign"]}, {"kid": ""}, {"kty": "EC", "crv": "P-384"},
     {"n": "AQAB"}, {"n": "wcHB" * 43}, {"n": "wcHB" * 173}],
    ids=["algorithm", "use", "operation", "no name", "kind", "no modulus", "1032 bits", "4152 bits"],
)  # fmt: skip
def test_a_key_for_something_else_is_none(change: dict[str, Any]) -> None:
    good = jwk(CASES["sig-b21"])
    assert message_key(good)
    with pytest.raises(UnfitKey):
        message_key(good | change)
