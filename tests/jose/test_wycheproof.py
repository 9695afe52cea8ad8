"""Attack vectors on signatures: nothing that is wrong holds, and nothing that we offer is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from joserfc.jwk import OctKey

from scenebank.jose.compact import BadJws, read_compact
from scenebank.jose.verification_keys import UnfitKey, VerificationKey, jwk_of_set, verification_key
from tests.support.shared_data import shared_json

FILES = {name: shared_json(f"security/wycheproof/{name}_test.json") for name in (
    "json_web_signature", "json_web_key", "json_web_crypto", "hmac_sha256", "ecdsa_secp256r1_sha256_p1363", "ed25519",
)}  # fmt: skip
NOT_OFFERED = "algorithm not offered"
# Where the file says two things of one text (a lost "="), or takes a character that base64url has not (RFC 7515 §2).
SAME_TEXT_AS_A_VALID_CASE = {"json_web_signature": {367: 357, 370: 357}}
NO_BASE64URL = {"json_web_signature": {372, 373}}
Case = tuple[Mapping[str, Any], Mapping[str, Any]]


def cases(name: str) -> Iterator[Case]:
    for group in FILES[name]["testGroups"]:
        for test in group["tests"]:
            yield group, test


def algorithms(keys: Mapping[str, Any]) -> set[str]:
    return {str(one.get("alg")) for one in keys.get("keys", [keys])}


def jws_holds(group: Mapping[str, Any], test: Mapping[str, Any]) -> bool:
    keys, told = group.get("public", group.get("private")), test.get("jws", test.get("jwe"))
    try:
        statement = read_compact(told if isinstance(told, str) else json.dumps(told), 20_000)
        one = jwk_of_set(keys, statement.header.get("kid", "")) if "keys" in keys else keys
        statement.verify(verification_key(one))
    except (BadJws, UnfitKey):
        return False
    return True


@pytest.mark.parametrize(
    ("name", "count", "offered"),
    [("json_web_signature", 401, 10), ("json_web_key", 26, 2), ("json_web_crypto", 83, 3)],
)  # fmt: skip
def test_signed_statements_and_keys(name: str, count: int, offered: int) -> None:
    found = Counter[str]()
    texts = {test["tcId"]: str(test.get("jws")) for _group, test in cases(name)}
    for group, test in cases(name):
        number, valid, holds = test["tcId"], test["result"] == "valid", jws_holds(group, test)
        known = algorithms(group.get("public", group.get("private"))) <= {"ES256", "HS256", "EdDSA"}
        twin = SAME_TEXT_AS_A_VALID_CASE.get(name, {}).get(number)
        if twin is not None:
            assert holds
            assert texts[number] == texts[twin]
        elif number in NO_BASE64URL.get(name, set()):
            assert not holds
            assert "?" in texts[number]
        elif valid and not known:
            assert not holds
            found[NOT_OFFERED] += 1
        else:
            assert holds == valid, (number, test["comment"])
            found["accepted"] += holds
        found["all"] += 1
    assert (found["all"], found["accepted"]) == (count, offered), found
    print(f"{name}: {dict(found)}")


def test_hmac() -> None:
    """The primitive, below our rule that a secret has 32 bytes: the full tag holds, a truncated one is not offered."""
    found = Counter[str]()
    for group, test in cases("hmac_sha256"):
        key = VerificationKey(("HS256",), OctKey.import_key(bytes.fromhex(test["key"])))
        holds = key.holds(bytes.fromhex(test["msg"]), bytes.fromhex(test["tag"]))
        if group["tagSize"] == 256:
            assert holds == (test["result"] == "valid"), test["tcId"]
        else:
            assert not holds
        found["accepted" if holds else "refused" if test["result"] == "invalid" else "tag length not offered"] += 1
    assert found == {"accepted": 33, "refused": 108, "tag length not offered": 33}


@pytest.mark.parametrize(("name", "count", "valid"), [("ecdsa_secp256r1_sha256_p1363", 262, 173), ("ed25519", 151, 88)])
def test_public_key_signatures(name: str, count: int, valid: int) -> None:
    found = Counter[bool]()
    for group, test in cases(name):
        key = verification_key(group.get("publicKeyJwk") or ec_jwk(group["publicKey"]))
        holds = key.holds(bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
        assert holds == (test["result"] == "valid"), (test["tcId"], test["comment"])
        found[holds] += 1
    assert (found.total(), found[True]) == (count, valid)


def ec_jwk(key: Mapping[str, str]) -> dict[str, str]:
    point = bytes.fromhex(key["uncompressed"])
    assert (len(point), point[0]) == (65, 4)
    return {"kty": "EC", "crv": "P-256", "x": base64url(point[1:33]), "y": base64url(point[33:])}


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
