"""A callback is believed only where this bank's key signed it, for us, a moment ago. One thing wrong is enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from scenebank.banks.origination.bank_keys import BankKeySet
from scenebank.banks.origination.callbacks import EVENT, CallbackVerifier
from scenebank.banks.port import CallbackEvent, ReceivedRequest, Unauthorised

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BANK, OURS = "https://bank.example/harbour", "https://scenebank.example"
KEY = ECKey.generate_key("P-256", parameters={"kid": "k1"}, private=True)
STRANGE = ECKey.generate_key("P-256", parameters={"kid": "k1"}, private=True)
PUBLIC: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}
PAYLOAD: dict[str, Any] = {
    "iss": BANK, "aud": OURS, "iat": int(NOW.timestamp()), "jti": "evt_1",
    "events": {EVENT: {"clientReference": "ref_1"}},
}  # fmt: skip
HEADER = {"alg": "ES256", "typ": "secevent+jwt", "kid": "k1"}


def signed(payload: dict[str, Any], key: ECKey | OctKey = KEY, **header: str) -> bytes:
    """The payload without what is None, signed."""
    said = json.dumps({name: value for name, value in payload.items() if value is not None})
    return jws.serialize_compact(HEADER | header, said, key, algorithms=["ES256", "HS256"]).encode()


def received(raw: bytes) -> ReceivedRequest:
    return ReceivedRequest("POST", f"{OURS}/callbacks/harbour", {}, raw)


def read(raw: bytes, now: datetime = NOW) -> CallbackEvent:
    return CallbackVerifier(BANK, OURS, BankKeySet(lambda: PUBLIC)).parse(received(raw), now)


@pytest.mark.parametrize("seconds", [-10, 0, 300])
def test_a_good_one_says_which_order_changed(seconds: int) -> None:
    assert read(signed(PAYLOAD), NOW + timedelta(seconds=seconds)) == CallbackEvent("evt_1", "ref_1")


@pytest.mark.parametrize("seconds", [-11, 301], ids=["from the future", "old"])
def test_only_for_a_moment(seconds: int) -> None:
    raw = signed(PAYLOAD)
    with pytest.raises(Unauthorised):
        read(raw, NOW + timedelta(seconds=seconds))


def moved_signature() -> bytes:
    """Another event's signature under this one."""
    other = signed(PAYLOAD | {"events": {EVENT: {"clientReference": "ref_2"}}})
    return signed(PAYLOAD).rpartition(b".")[0] + b"." + other.rpartition(b".")[2]


FORGED: dict[str, Callable[[], bytes]] = {
    "another's signature": moved_signature,
    "no signature": lambda: signed(PAYLOAD).rpartition(b".")[0] + b".",
    "another's key by our key's name": lambda: signed(PAYLOAD, STRANGE),
    "the public key as a secret": lambda: signed(PAYLOAD, OctKey.import_key(json.dumps(PUBLIC)), alg="HS256"),
    "a token of another kind": lambda: signed(PAYLOAD, typ="bis-ctx+jwt"),
    "a key of its own in the header": lambda: signed(PAYLOAD, jku="https://evil.example/jwks.json"),
    "another bank": lambda: signed(PAYLOAD | {"iss": "https://bank.example/lantern"}),
    "for somebody else": lambda: signed(PAYLOAD | {"aud": "https://elsewhere.example"}),
    "no time": lambda: signed(PAYLOAD | {"iat": None}),
    "a time that is none": lambda: signed(PAYLOAD | {"iat": True}),
    "no name": lambda: signed(PAYLOAD | {"jti": ""}),
    "a name without end": lambda: signed(PAYLOAD | {"jti": "e" * 65}),
    "another event": lambda: signed(PAYLOAD | {"events": {"urn:other": {"clientReference": "ref_1"}}}),
    "no order": lambda: signed(PAYLOAD | {"events": {EVENT: {"clientReference": 1}}}),
    "too long": lambda: signed(PAYLOAD | {"more": "x" * 8192}),
}


@pytest.mark.parametrize("case", FORGED)
def test_anything_else_is_nobodys(case: str) -> None:
    with pytest.raises(Unauthorised):
        read(FORGED[case]())


def test_a_name_of_a_key_nobody_knows_does_not_make_us_ask_again_and_again() -> None:
    asked: list[str] = []

    def fetch() -> dict[str, Any]:
        asked.append("keys")
        return PUBLIC

    verifier = CallbackVerifier(BANK, OURS, BankKeySet(fetch))
    for number in range(20):
        with pytest.raises(Unauthorised):
            verifier.parse(received(signed(PAYLOAD, kid=f"k{number + 2}")), NOW)
    assert verifier.parse(received(signed(PAYLOAD)), NOW).event_id == "evt_1"
    assert asked == ["keys"]
