"""A callback by HTTP message signatures is believed only where this bank's key signed method, address, body and time of
this very request, for this purpose. One thing wrong is enough. The signer is the library's own."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519, HMAC_SHA256, RSA_PSS_SHA512
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from sandbox_bank.message_signatures import signed_request as signed_by_the_bank
from scenebank.banks.message_keys import message_key
from scenebank.banks.message_signatures import BadSignature, ReceivedAnswer, verify
from scenebank.banks.origination.bank_keys import BankKeySet
from scenebank.banks.origination.callbacks import EVENT, CallbackVerifier
from scenebank.banks.port import CallbackEvent, ReceivedRequest, Unauthorised
from tests.contracts.banks.test_callbacks import received as posted
from tests.contracts.banks.test_callbacks import signed as security_event
from tests.support.signed_requests import COVERED, TAG, Outgoing, OutgoingAnswer, digest_of
from tests.support.signed_requests import sign as made

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BANK, OURS = "https://bank.example/harbour", "https://scenebank.example"
URL = f"{OURS}/callbacks/harbour"
KEYS: dict[str, tuple[Any, Any]] = {
    "k1": (ECDSA_P256_SHA256, ECKey.generate_key("P-256", parameters={"kid": "k1"}, private=True)),
    "k2": (ED25519, OKPKey.generate_key("Ed25519", parameters={"kid": "k2"}, private=True)),
    "k3": (RSA_PSS_SHA512, RSAKey.generate_key(2048, parameters={"kid": "k3"}, private=True)),
}
SECRET = OctKey.generate_key(256, parameters={"kid": "k4"}, private=True)
STRANGE = ECKey.generate_key("P-256", parameters={"kid": "k1"}, private=True)
PUBLIC: dict[str, Any] = {"keys": [key.as_dict(private=False) for _algorithm, key in KEYS.values()]}
PAYLOAD: dict[str, Any] = {
    "iss": BANK, "aud": OURS, "iat": int(NOW.timestamp()), "jti": "evt_1",
    "events": {EVENT: {"clientReference": "ref_1"}},
}  # fmt: skip


def sign(message: Outgoing | OutgoingAnswer, name: str = "k1", **changes: Any) -> dict[str, str]:
    """With the key of that name, unless ``algorithm``, ``key`` or ``key_id`` is another."""
    algorithm, own = KEYS.get(name, (HMAC_SHA256, SECRET))
    key: Any = own.raw_value if isinstance(own, OctKey) else own.private_key
    wanted: dict[str, Any] = {"algorithm": algorithm, "key": key, "key_id": name, "created": NOW}
    return made(message, **(wanted | changes))


def signed(
    payload: Mapping[str, Any] = PAYLOAD, method: str = "POST", url: str = URL, digest: str | None = None,
    **options: Any,
) -> ReceivedRequest:  # fmt: skip
    """A callback; ``method`` and ``url`` are what is signed and sent."""
    body = json.dumps(payload).encode()
    message = Outgoing(method, url, {"Content-Digest": digest or digest_of(body), "Host": "anything.example"})
    return ReceivedRequest(method, url, sign(message, **options), body)


def read(callback: ReceivedRequest, now: datetime = NOW, keys: dict[str, Any] = PUBLIC) -> CallbackEvent:
    return CallbackVerifier(BANK, OURS, BankKeySet(lambda: keys), "rfc9421").parse(callback, now)


def with_header(callback: ReceivedRequest, **headers: str) -> ReceivedRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(callback, headers={**callback.headers, **named})


def without(callback: ReceivedRequest, name: str) -> ReceivedRequest:
    return replace(callback, headers={one: value for one, value in callback.headers.items() if one != name})


def twice(first: str, second: str, tag: str = TAG) -> ReceivedRequest:
    """Two signatures, both of them good."""
    message = Outgoing("POST", URL, dict(signed(label=first).headers))
    headers = sign(message, label=second, tag=tag, append_if_signature_exists=True)
    return replace(signed(), headers=headers)


GOOD: dict[str, Callable[[], ReceivedRequest]] = {
    "P-256": signed,
    "Ed25519": lambda: signed(name="k2"),
    "RSA": lambda: signed(name="k3"),
    "its algorithm named": lambda: signed(include_alg=True),
    "more covered": lambda: signed(covered_component_ids=(*COVERED, "host", "@path")),
    "authority and path": lambda: signed(covered_component_ids=("@method", "@authority", "@path", "content-digest")),
    "any label": lambda: signed(label="x"),
    "a nonce": lambda: signed(nonce="n1"),
    "an end": lambda: signed(expires=NOW),
    "headers in small letters": lambda: small_letters(),
    "as the sandbox bank signs": lambda: by_the_bank(),
}  # fmt: skip


def small_letters() -> ReceivedRequest:
    callback = signed()
    return replace(callback, headers={name.lower(): value for name, value in callback.headers.items()})


def by_the_bank() -> ReceivedRequest:
    body = json.dumps(PAYLOAD).encode()
    return ReceivedRequest("POST", URL, signed_by_the_bank(URL, body, KEYS["k1"][1], PAYLOAD["iat"]), body)


@pytest.mark.parametrize("case", GOOD)
def test_a_good_one_says_which_order_changed(case: str) -> None:
    assert read(GOOD[case]()) == CallbackEvent("evt_1", "ref_1")


@pytest.mark.parametrize("seconds", [-10, 0, 300])
def test_for_a_moment(seconds: int) -> None:
    assert read(signed(), NOW + timedelta(seconds=seconds)).event_id == "evt_1"


def earlier(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


# What is wrong, the word for it, and the request.
FORGED: dict[str, tuple[str, Callable[[], ReceivedRequest]]] = {
    "another body": ("digest", lambda: replace(signed(), body=json.dumps(PAYLOAD | {"jti": "evt_2"}).encode())),
    "another body with its digest": ("signature", lambda: with_header(
        replace(signed(), body=b"{}"), Content_Digest=digest_of(b"{}"))),
    "a digest of something else": ("digest", lambda: signed(digest=digest_of(b"{}"))),
    "a digest of an old kind": ("digest", lambda: signed(digest="md5=:XUFAKrxLKna5cZ2REBfFkg==:")),
    "two digests, one wrong": ("digest", lambda: signed(
        digest=f"{digest_of(json.dumps(PAYLOAD).encode())}, sha-512=:{b64encode(b'x' * 64).decode()}:")),
    "another path": ("signature", lambda: replace(signed(), url=f"{OURS}/callbacks/lantern")),
    "a query": ("signature", lambda: replace(signed(), url=f"{URL}?bank=harbour")),
    "a query that is not covered": ("not enough is covered", lambda: signed(
        url=f"{URL}?a=b", covered_component_ids=("@method", "@authority", "@path", "content-digest"))),
    "another host": ("signature", lambda: replace(
        signed(url="https://elsewhere.example/callbacks/harbour"), url=URL)),
    "another method": ("signature", lambda: replace(signed(method="PUT"), method="POST")),
    "old": ("created", lambda: signed(created=earlier(301))),
    "from the future": ("created", lambda: signed(created=earlier(-11))),
    "over": ("expires", lambda: signed(expires=earlier(1))),
    "no method": ("not enough is covered", lambda: signed(covered_component_ids=COVERED[1:])),
    "no address": ("not enough is covered", lambda: signed(covered_component_ids=("@method", "content-digest"))),
    "no path": (
        "not enough is covered", lambda: signed(covered_component_ids=("@method", "@authority", "content-digest"))),
    "no digest": ("not enough is covered", lambda: signed(covered_component_ids=COVERED[:2])),
    "nothing covered": ("not enough is covered", lambda: signed(covered_component_ids=())),
    "a part of the digest": ("a part of a component", lambda: signed(
        covered_component_ids=(*COVERED[:2], '"content-digest";key="sha-256"'))),
    "another's key by our key's name": ("signature", lambda: signed(key=STRANGE.private_key)),
    "a key of another name": ("unknown kid", lambda: signed(key_id="k9")),
    "another algorithm's key": ("signature", lambda: signed(name="k2", key_id="k1")),
    "the key as another algorithm's secret": ("signature", lambda: signed(
        algorithm=HMAC_SHA256, key=json.dumps(PUBLIC["keys"][0]).encode())),
    "an algorithm that is not the key's": ("signature", lambda: with_header(signed(), Signature_Input=signed().headers[
        "Signature-Input"] + ';alg="hmac-sha256"')),
    "for another purpose": ("tag", lambda: signed(tag="scenebank-answer")),
    "for no purpose": ("tag", lambda: signed(tag=None)),
    "no signature": ("not one signature", lambda: without(signed(), "Signature")),
    "no input": ("not one signature", lambda: without(signed(), "Signature-Input")),
    "unsigned": ("not one signature", lambda: ReceivedRequest("POST", URL, {}, json.dumps(PAYLOAD).encode())),
    "two signatures": ("not one signature", lambda: twice("a", "b")),
    "two, for two purposes": ("not one signature", lambda: twice("a", "b", "other")),
    "the same label twice": ("not a structured field", lambda: with_header(
        signed(), Signature=", ".join([signed().headers["Signature"]] * 2))),
    "another label": (
        "not one signature", lambda: with_header(signed(label="a"), Signature=signed(label="b").headers["Signature"])),
    "a parameter twice": ("not a structured field", lambda: with_header(
        signed(), Signature_Input=signed().headers["Signature-Input"] + ';keyid="k1"')),
    "an unknown parameter": (
        "parameters", lambda: with_header(signed(), Signature_Input=signed().headers["Signature-Input"] + ";a=1")),
    "no structured field": ("not a structured field", lambda: with_header(signed(), Signature_Input="a=(")),
    "no list": ("components", lambda: with_header(signed(), Signature_Input='pyhms="@method"')),
    "no bytes": ("signature", lambda: with_header(signed(), Signature="pyhms=1")),
    "bytes that are no ASCII": (
        "not a structured field", lambda: with_header(signed(), Signature_Input="pyhms=(\xff)")),
    "long": ("too long", lambda: signed(nonce="n" * 950)),
    "a long body": ("too long", lambda: signed(PAYLOAD | {"more": "x" * 8192})),
    "a deep body": ("nested too deep", lambda: signed(PAYLOAD | {"more": [[[[[1]]]]]})),
    "another bank": ("issuer or audience", lambda: signed(PAYLOAD | {"iss": "https://bank.example/lantern"})),
    "for somebody else": ("issuer or audience", lambda: signed(PAYLOAD | {"aud": "https://elsewhere.example"})),
    "an old event": ("time", lambda: signed(PAYLOAD | {"iat": PAYLOAD["iat"] - 301})),
    "in the other way": ("not one signature", lambda: posted(security_event(PAYLOAD))),
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED)
def test_anything_else_is_nobodys(case: str) -> None:
    assert read(signed()).event_id == "evt_1"
    word, make = FORGED[case]
    with pytest.raises(Unauthorised) as refused:
        read(make())
    assert str(refused.value.__cause__) == word


def test_a_secret_signs_where_both_sides_keep_it_and_not_where_it_is_published() -> None:
    callback, secret = signed(name="k4"), SECRET.as_dict(private=True)
    assert verify(callback, TAG, lambda _name: message_key(secret), NOW).key_name == "k4"
    with pytest.raises(Unauthorised):
        read(callback, keys={"keys": [secret]})


@pytest.mark.parametrize("way", ["rfc9421 ", "", "both"])
def test_a_way_there_is_not_takes_nothing(way: str) -> None:
    for callback in (signed(), posted(security_event(PAYLOAD))):
        with pytest.raises(Unauthorised):
            CallbackVerifier(BANK, OURS, BankKeySet(lambda: PUBLIC), way).parse(callback, NOW)


def test_a_security_event_bank_does_not_take_a_signed_request() -> None:
    with pytest.raises(Unauthorised):
        CallbackVerifier(BANK, OURS, BankKeySet(lambda: PUBLIC)).parse(signed(), NOW)


def answer(covered: tuple[str, ...] = ("@status", "content-digest"), body: bytes = b"{}") -> ReceivedAnswer:
    message = OutgoingAnswer(200, {"Content-Digest": digest_of(body)})
    return ReceivedAnswer(200, sign(message, covered_component_ids=covered, tag="scenebank-answer"), body)


def test_an_answer_is_its_status_and_its_body() -> None:
    def read_answer(found: ReceivedAnswer, now: datetime = NOW) -> str:
        return verify(found, "scenebank-answer", lambda _name: message_key(PUBLIC["keys"][0]), now).key_name

    assert read_answer(answer()) == "k1"
    wrong = [
        replace(answer(), status_code=202), replace(answer(), body=b"{ }"),
        answer(("content-digest",)), answer(("@status",)), ReceivedAnswer(200, {}, b"{}"),
    ]  # fmt: skip
    for found in wrong:
        with pytest.raises(BadSignature):
            read_answer(found)
    with pytest.raises(BadSignature):
        read_answer(answer(), NOW + timedelta(seconds=301))
